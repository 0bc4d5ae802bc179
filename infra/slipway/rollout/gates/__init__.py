"""The gates, one a file: rules that ask what the plan alone does not say, of git, the ledger or the live world.

A gate that cannot be asked here returns None, and its rule stays listed as not evaluated. One that fails refuses: what
it would have found, nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from slipway.preflight import Finding, Verdict, with_findings
from slipway.rollout.gates import locked_commit, review, staging_first
from slipway.rollout.gates.surroundings import Surroundings

__all__ = ["GATES", "Gate", "Surroundings", "through"]


class Gate(Protocol):
    """A module of this package. ID is a rule of the contract."""

    ID: str

    @property
    def findings(self) -> Callable[[Surroundings], Sequence[Finding] | None]:
        """Everything the gate has against the plan there; None if it cannot be asked."""


GATES: tuple[Gate, ...] = (staging_first, locked_commit, review)


def through(around: Surroundings, gates: Sequence[Gate] = GATES) -> Verdict:
    """The verdict with what the gates found. SlipwayErrors come through: a ledger that is broken is no finding."""
    findings: list[Finding] = []
    asked: set[str] = set()
    for gate in gates:
        found = gate.findings(around)
        if found is not None:
            asked.add(gate.ID)
            findings += found
    return with_findings(around.judged.verdict, tuple(findings), asked)
