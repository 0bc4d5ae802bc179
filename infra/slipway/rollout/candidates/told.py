"""The answer to "which commit do I deploy?", as text and as a JSON document. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slipway.preflight import Verdict
from slipway.report.escape import for_terminal
from slipway.repository import Branch
from slipway.rollout.candidates.choice import Candidate, Choice, Failed, real_changes

__all__ = ["Answer", "as_document", "as_text"]

_SHORT = 12  # digits of a commit
_INDENT = " " * (_SHORT + 5)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked and found. `entry` is the ledger's that names the deployed commit `base`, 0 if somebody named it;
    of the `total` commits after it the candidates are worth listing."""

    stack: str
    base: str
    entry: int
    main: Branch
    total: int
    candidates: tuple[Candidate, ...]
    choice: Choice

    @property
    def command(self) -> str:
        """What to type next; empty if there is nothing to do."""
        if self.choice.deploy:
            return _checkout(self.choice.deploy, f"slipway preflight {self.stack}")
        if self.choice.blocked:
            several = _is_several(self.choice.blocked)
            return _checkout(self.choice.blocked, f"slipway {'split' if several else 'preflight'} {self.stack}")
        return ""


def as_text(answer: Answer, now: datetime) -> str:
    """For people; nothing in it acts on a terminal."""
    return "".join(f"{for_terminal(line)}\n" for line in _lines(answer, now))


def as_document(answer: Answer) -> dict[str, Any]:
    """For machines: schema `slipway.next/1`."""
    deploy = answer.choice.deploy
    return {
        "schema": "slipway.next/1",
        "stack": answer.stack,
        "deployed": {"commit": answer.base, "entry": answer.entry or None},
        "main": {"name": answer.main.name, "commit": answer.main.commit},
        "total": answer.total,
        "commits": [_commit(candidate) for candidate in answer.candidates],
        "deploy": deploy.commit.hash if deploy else None,
        "blocked": answer.choice.blocked.commit.hash if answer.choice.blocked else None,
        "command": answer.command or None,
    }


def _lines(answer: Answer, now: datetime) -> Iterator[str]:
    source = f"entry {answer.entry} of the ledger" if answer.entry else "--from"
    yield (
        f"{_count(answer.total, 'commit')} on {answer.main.name} since {answer.base[:_SHORT]}, deployed by {source}; "
        f"{len(answer.candidates)} worth a look"
    )
    for candidate in answer.candidates:
        yield ""
        yield from _row(candidate, now, chosen=candidate is answer.choice.deploy)
    yield ""
    yield from _ending(answer)


def _row(candidate: Candidate, now: datetime, *, chosen: bool) -> Iterator[str]:
    commit, outcome = candidate.commit, candidate.outcome
    yield f"{'->' if chosen else '  '} {commit.hash[:_SHORT]}  {commit.subject}"
    yield f"{_INDENT}{commit.author}, {_age(now - commit.at)}: {_verdict(outcome)}"
    if isinstance(outcome, Failed):
        yield f"{_INDENT}{_first_line(outcome.message)}"
    else:
        for change in outcome.changes:
            yield f"{_INDENT}{change.id}. {'cosmetic: ' if change.cosmetic else ''}{change.title}"
        for finding in outcome.refusals[:1]:
            yield f"{_INDENT}refused by {finding.rule}: {finding.message}"
    if candidate.note:
        yield f"{_INDENT}note: {candidate.note}"


def _ending(answer: Answer) -> Iterator[str]:
    deploy, blocked = answer.choice.deploy, answer.choice.blocked
    if deploy:
        yield f"Deploy {deploy.commit.hash[:_SHORT]}: the furthest commit that is one proven step."
        yield f"  {answer.command}"
    elif blocked:
        yield f"No commit is one proven step. The first in the way is {blocked.commit.hash[:_SHORT]}:"
        yield from (f"  {line}" for line in _why(blocked))
        yield f"  {answer.command}"
    else:
        yield f"Nothing to deploy: up to {answer.main.commit[:_SHORT]} no commit changes {answer.stack}."


def _why(blocked: Candidate) -> Iterator[str]:
    """What stands against a commit first, and what to do instead."""
    outcome = blocked.outcome
    if isinstance(outcome, Failed):
        yield _first_line(outcome.message)
        advice = outcome.advice or "Mend it with another commit."
    elif outcome.refusals:
        yield f"refused by {outcome.refusals[0].rule}: {outcome.refusals[0].message}"
        advice = outcome.refusals[0].advice
    else:
        yield f"it makes {real_changes(outcome)} changes at once"
        advice = "Apply them one at a time."
    yield f"instead: {advice}"
    if _is_several(blocked):
        yield "`slipway split` cuts a diff of several changes into steps:"


def _is_several(candidate: Candidate) -> bool:
    return isinstance(candidate.outcome, Verdict) and real_changes(candidate.outcome) > 1


def _checkout(candidate: Candidate, then: str) -> str:
    return f"git checkout {candidate.commit.hash[:_SHORT]} && {then}"


def _verdict(outcome: Verdict | Failed) -> str:
    if isinstance(outcome, Failed):
        return "failed"
    real = real_changes(outcome)
    labels = len(outcome.changes) - real
    changes = _count(real, "change") + (f" and {labels} cosmetic" if labels else "")
    return f"{'approved' if outcome.approved else 'refused'}, {changes}"


def _commit(candidate: Candidate) -> dict[str, Any]:
    commit, outcome = candidate.commit, candidate.outcome
    row: dict[str, Any] = {
        "commit": commit.hash,
        "subject": commit.subject,
        "author": commit.author,
        "at": commit.at.isoformat(),
        "note": candidate.note,
    }
    if isinstance(outcome, Failed):
        return {**row, "verdict": "failed", "error": outcome.message, "advice": outcome.advice}
    return {
        **row,
        "verdict": "approved" if outcome.approved else "refused",
        "plan": outcome.digest,
        "changes": [
            {"id": each.id, "kind": each.kind, "cosmetic": each.cosmetic, "title": each.title}
            for each in outcome.changes
        ],
        "refusals": [{"rule": each.rule, "message": each.message, "advice": each.advice} for each in outcome.refusals],
    }


def _first_line(message: str) -> str:
    """Where a program failed, Python's last line says why, and the lines between say where."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ... ".join(dict.fromkeys((lines[0], lines[-1]))) if lines else "no reason was given"


def _age(past: timedelta) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if past.total_seconds() >= size:
            return f"{_count(int(past.total_seconds() // size), unit)} ago"
    return "just now"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
