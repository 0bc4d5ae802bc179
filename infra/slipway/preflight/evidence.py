"""What rules may look at, all of it read from the plan."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.plan import Plan
from slipway.preflight.verdict import Change

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The plan, and the changes it amounts to."""

    plan: Plan
    changes: tuple[Change, ...]
