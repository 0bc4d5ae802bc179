"""Whether a change of one environment is the one that another has seen: a digest that is equal for the same. Pure.

The same program makes the same change everywhere, though names, ids, weights and sizes differ by the settings of an
environment. So values are left out: a change is told by what it does to which of the program's resources, and to which
of their inputs. The names of zones and of the environment, which logical names may hold, are made alike.
"""

from __future__ import annotations

import hashlib
import json

from slipway.config import StackConfig
from slipway.plan import Plan, Step, parse_urn
from slipway.preflight import Change, Verdict

__all__ = ["sameness"]

_DIGITS = 16


def sameness(plan: Plan, verdict: Verdict, config: StackConfig) -> tuple[str, ...]:
    """A digest for each change of a verdict on a plan, in their order."""
    alike = _names_made_alike(config)
    changed: dict[tuple[str, str], set[str]] = {}
    for step in plan.steps:
        if isinstance(step, Step):
            changed.setdefault((step.op.value, step.urn), set()).update((*step.diff_reasons, *step.replace_reasons))
    return tuple(_digest(change, changed, alike) for change in verdict.changes)


def _digest(change: Change, changed: dict[tuple[str, str], set[str]], alike: list[tuple[str, str]]) -> str:
    root = [step for step in change.steps if step.urn == change.root]
    shown = sorted(
        [step.op.value, _logical(step.urn, alike), sorted(changed.get((step.op.value, step.urn), ()))] for step in root
    )
    return hashlib.sha256(json.dumps([change.kind, shown]).encode()).hexdigest()[:_DIGITS]


def _logical(urn: str, alike: list[tuple[str, str]]) -> str:
    """A resource by its type and the name that the program gave it."""
    parsed = parse_urn(urn)
    text = f"{parsed.type}::{parsed.name}" if parsed else urn
    for name, stands_for in alike:
        text = text.replace(name, stands_for)
    return text


def _names_made_alike(config: StackConfig) -> list[tuple[str, str]]:
    """What to write for which name, the longest first: one zone may lie in another."""
    names = [(config.zone, "{zone}"), (config.releases_zone or config.zone, "{releases zone}")]
    found = dict(reversed(names))  # One zone for both is the zone.
    return sorted({**found, config.environment: "{environment}"}.items(), key=lambda pair: -len(pair[0]))
