"""What came of cutting a plan -> text, and JSON for tools (`slipway.split/1`). Nothing is decided here."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from slipway.plan import Plan
from slipway.preflight import Verdict
from slipway.report.escape import for_terminal
from slipway.split import Conflict, Cut, Piece, Requirement

__all__ = ["SCHEMA", "commands", "cut_as_json", "cut_as_text"]

SCHEMA = "slipway.split/1"


def commands(stack: str, piece: Piece) -> tuple[tuple[str, ...], ...]:
    """What to type for a step, as words: judge what the engine says of it now, then apply just that."""
    targets = tuple(word for urn in piece.targets for word in ("--target", urn))
    return (("slipway", "preflight", stack, *targets), ("pulumi", "up", "--stack", stack, *targets))


def cut_as_text(plan: Plan, environment: str, found: Cut | Conflict, engine: Verdict | None) -> str:
    """The report for people. `engine` is the verdict on the engine's own preview of the first step, if it was asked.
    Every URN stands on a line of its own: a command can be copied whole, however many there are."""
    where = f"{plan.project}/{plan.stack} for {environment}"
    lines = _cut(plan.stack, found, engine, where) if isinstance(found, Cut) else _conflict(plan.stack, found, where)
    return "\n".join(for_terminal(line).rstrip() for line in lines) + "\n"


def _cut(stack: str, cut: Cut, engine: Verdict | None, where: str) -> Iterator[str]:
    if not cut.pieces:
        yield f"nothing to cut: there is nothing to apply, {where}"
        return
    if len(cut.pieces) == 1:
        yield f"nothing to cut: this is one approved step already, {where}"
    else:
        yield f"cut into {len(cut.pieces)} steps, {where}"
    for number, piece in enumerate(cut.pieces, 1):
        yield ""
        yield from _piece(stack, number, piece, engine if number == 1 else None)
    if len(cut.pieces) > 1:
        yield ""
        named = shlex.quote(stack)
        yield f"Then: slipway preflight {named}, which should find nothing left to apply."
        yield f"All of it, with the waits and a smoke test after each: slipway rollout --only {named} --split"


def _conflict(stack: str, conflict: Conflict, where: str) -> Iterator[str]:
    yield f"cannot be cut: two requirements conflict, {where}"
    for number, requirement in enumerate((conflict.one, conflict.other), 1):
        yield f"  {number}. {requirement.by}: {requirement.words}"
    if conflict.advice:
        yield f"  instead: {conflict.advice}"
    if conflict.apart:
        yield ""
        yield "What has no part in it can be applied, in this order:"
    for number, piece in enumerate(conflict.apart, 1):
        yield ""
        yield from _piece(stack, number, piece, None)


def _piece(stack: str, number: int, piece: Piece, engine: Verdict | None) -> Iterator[str]:
    yield f"step {number}, {piece.phase}: {piece.title}"
    yield f"  {_proof(piece)}"
    if engine is not None and engine.approved:
        yield "  re-proven on the engine's own preview of these targets"
    for finding in engine.refusals if engine is not None else ():
        yield f"  refused on the engine's own preview of these targets, by {finding.rule}: {finding.message}"
    for words in commands(stack, piece):
        yield from _command(words)
    if piece.wait.seconds:
        yield f"  then wait {piece.wait.seconds} seconds:"
        yield from (f"    {reason}" for reason in piece.wait.because)


def _proof(piece: Piece) -> str:
    counts = Counter(host.status for host in piece.hostnames)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "no hostname"
    if piece.proven:
        return f"proven: {told}"
    return f"not proven yet ({told}): values are missing that the steps before it bring to light; split again then"


def _command(words: Sequence[str]) -> Iterator[str]:
    """A command, one target a line."""
    first = words.index("--target") if "--target" in words else len(words)
    pairs = [f"--target {shlex.quote(urn)}" for urn in words[first + 1 :: 2]]
    lines = [" ".join(map(shlex.quote, words[:first])), *(f"  {pair}" for pair in pairs)]
    yield from (f"  {line} \\" for line in lines[:-1])
    yield f"  {lines[-1]}"


def cut_as_json(plan: Plan, environment: str, found: Cut | Conflict, engine: Verdict | None) -> str:
    """The report as one JSON object. ASCII only, so that no character in it can act on a terminal."""
    pieces = found.pieces if isinstance(found, Cut) else found.apart
    document = {
        "schema": SCHEMA,
        "outcome": "cut" if isinstance(found, Cut) else "conflict",
        "environment": environment,
        "project": plan.project,
        "stack": plan.stack,
        "plan": plan.digest,
        "steps": [_step(plan.stack, number, piece) for number, piece in enumerate(pieces, 1)],
        "engine": _engine(engine),
        "conflict": None if isinstance(found, Cut) else _requirements(found),
    }
    return json.dumps(document, indent=2) + "\n"


def _step(stack: str, number: int, piece: Piece) -> dict[str, Any]:
    return {
        "number": number,
        "phase": piece.phase,
        "title": piece.title,
        "proven": piece.proven,
        "targets": list(piece.targets),
        "changes": [change.title for change in piece.verdict.changes],
        "hostnames": [{"name": host.name, "status": host.status} for host in piece.hostnames],
        "commands": [shlex.join(words) for words in commands(stack, piece)],
        "wait": {"seconds": piece.wait.seconds, "because": list(piece.wait.because)},
    }


def _engine(engine: Verdict | None) -> dict[str, Any] | None:
    if engine is None:
        return None
    return {
        "step": 1,
        "verdict": "approved" if engine.approved else "refused",
        "plan": engine.digest,
        "refusals": [{"rule": finding.rule, "message": finding.message} for finding in engine.refusals],
    }


def _requirements(conflict: Conflict) -> dict[str, Any]:
    def written(requirement: Requirement) -> dict[str, Any]:
        return {"by": requirement.by, "words": requirement.words, "urns": list(requirement.urns)}

    return {"requirements": [written(conflict.one), written(conflict.other)], "advice": conflict.advice}
