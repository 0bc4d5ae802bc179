"""Settles what was changed by hand: takes it into the state, or puts back what the deployed commit says.

Putting back is an apply like any other: one change at a time, each judged by preflight before it is made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from slipway.config import StackConfig
from slipway.drift.model import Finding
from slipway.engine import resolve
from slipway.engine.run import run_on
from slipway.errors import EngineError
from slipway.ledger import Book
from slipway.plan import read_plan
from slipway.preflight import Verdict
from slipway.rollout.apply import apply
from slipway.rollout.approve import approve
from slipway.rollout.deeds import preflight_deed
from slipway.rollout.environment import open_environment
from slipway.rollout.gates import GATES, Surroundings, through
from slipway.rollout.judge import Judged, judge, judged
from slipway.stack_settings import of_slipway

__all__ = ["Return", "adopt", "put_back", "returns", "targets_of", "urns_of"]

_PREVIEW = ("preview", "--refresh", "--json", "--show-sames", "--show-replacement-steps")
_WRITE = ("--yes", "--skip-preview")
# What settles drift is not refused for it; and what is put back passed staging when it was applied.
_NOT_ASKED = frozenset({"drift", "staging-first"})


@dataclass(frozen=True, slots=True)
class Return:
    """One change that puts something back: the resources it is about, and the verdict on it."""

    urns: tuple[str, ...]
    verdict: Verdict


def urns_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The resources of findings, each once."""
    return tuple(dict.fromkeys(urn for finding in findings for urn in finding.urns))


def targets_of(urns: Sequence[str]) -> tuple[str, ...]:
    """The resources as targets that need not be in the state. The engine takes a URN for a mistake if the state has
    none such when it begins, or when a refresh did not find it; a pattern may match nothing. `*` matches no colon, so
    that this one matches the URN alone (pulumi/pkg, resource/deploy/deployment.go, `UrnTargets`)."""
    return tuple(f"*{urn.removeprefix('urn')}" for urn in urns)


def adopt(stack: str, project: Path, urns: Sequence[str]) -> None:
    """Take what is there into the state. Raises EngineError."""
    run_on(stack, project, ("refresh", *_WRITE), f"taking it into the state of {stack}", targets=targets_of(urns))


def returns(
    stack: str, program: Path, config: StackConfig | None, book: Book | None, urns: Sequence[str]
) -> Iterator[Return]:
    """What the program in a directory would put back, a change at a time and in the order in which they are best
    made, each with the verdict on it alone. Nothing is written. Raises EngineError and BadInput."""
    whole = _judge(stack, program, config, book, urns)
    parts = [tuple(dict.fromkeys(step.urn for step in change.steps)) for change in whole.changes]
    if len(parts) == 1:
        yield Return(parts[0], whole)
        return
    for part in parts:
        yield Return(part, _judge(stack, program, config, book, part))


def put_back(stack: str, program: Path, book: Book | None, change: Return) -> None:
    """Make a change that was approved: the state first learns what is there, else the engine would see no difference.
    A guarded stack lets through what the ledger approves, so the very plan is judged and approved there. Raises
    EngineError, Refused, Overtaken."""
    adopt(stack, program, change.urns)
    targets = targets_of(change.urns)
    config = of_slipway(program / f"Pulumi.{stack}.yaml")
    if config is None or book is None or not config.guarded:
        run_on(stack, program, ("up", *_WRITE), f"putting it back in {stack}", targets=targets)
        return
    environment = replace(open_environment(stack, program), book=book)
    found = judge(stack, program, targets=targets)
    environment.append(environment.located(preflight_deed(found, _through(stack, program, book, found))))
    approve(environment, reason="slipway drift --repair")
    if status := apply(environment, resolve(), output=sys.stderr).status:
        raise EngineError(f"putting it back in {stack} failed (exit status {status})", f"slipway ledger show {stack}")


def _judge(stack: str, program: Path, config: StackConfig | None, book: Book | None, urns: Sequence[str]) -> Verdict:
    doing = f"previewing what would be put back in {stack}"
    document = run_on(stack, program, _PREVIEW, doing, targets=targets_of(urns))
    found = judged(read_plan(document), config, tuple(urns))
    return _through(stack, program, book, found) if book else found.verdict


def _through(stack: str, program: Path, book: Book, found: Judged) -> Verdict:
    gates = tuple(gate for gate in GATES if gate.ID not in _NOT_ASKED)
    return through(Surroundings(program, stack, found, book), gates)
