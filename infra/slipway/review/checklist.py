"""The checklist for a plan: what a reviewer would ask before this one, with the answers that the evidence gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slipway.ledger import Link, deployed, newest
from slipway.preflight import Answer, Verdict
from slipway.review.standing import Standing

__all__ = ["Circumstances", "checklist"]

_COMMIT = 12  # digits


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known besides the verdict: the commit that is checked out, `entries` of the environment's ledger, the
    newest first, and what others found out: `reviews`, the entry `staged` of staging's ledger that proves this change,
    and in words how one gets `back` from it."""

    commit: str
    entries: Sequence[Link] = ()
    reviews: Standing | None = None
    staged: Link | None = None
    back: Answer | None = None


def checklist(verdict: Verdict, known: Circumstances) -> tuple[Answer, ...]:
    """The questions that apply to this plan; none for one that changes nothing."""
    return tuple(_answers(verdict, known)) if verdict.changes else ()


def _answers(verdict: Verdict, known: Circumstances) -> Iterator[Answer]:
    real = sum(not change.cosmetic for change in verdict.changes)
    yield Answer("one change", "yes" if real == 1 else f"{real} changes", real <= 1)
    if verdict.hostnames:
        yield _hostnames(verdict)
    if any(change.removes for change in verdict.changes):
        yield _by_rule(verdict, "protected-delete", "nothing goes that cannot come back")
    if verdict.guarded:
        yield _staging(verdict, known.staged)
    if real:
        yield _rehearsed(known)
        yield _smoke(known)
    if known.reviews is not None:
        yield Answer("reviews", known.reviews.words, known.reviews.enough)
    yield _commit(verdict, known)
    yield _by_rule(verdict, "drift", "deployed as the ledger says")
    yield known.back or _back(known)


def _hostnames(verdict: Verdict) -> Answer:
    falling = [
        name
        for name in verdict.hostnames
        if name.status not in ("lit", "new") and not (name.status == "retired" and name.name in verdict.retire)
    ]
    said = ", ".join(f"{name.name} {name.status}" for name in falling[:3])
    more = f" and {len(falling) - 3} more" if len(falling) > 3 else ""
    return Answer(
        "no hostname goes dark", f"{said}{more}" if falling else f"proven for {len(verdict.hostnames)}", not falling
    )


def _by_rule(verdict: Verdict, rule: str, question: str) -> Answer:
    """What a rule says to a question: it was not asked, it found something, or nothing."""
    if any(each.rule == rule for each in verdict.not_evaluated):
        return Answer(question, "not evaluated")
    against = any(finding.rule == rule for finding in (*verdict.refusals, *verdict.warnings))
    return Answer(question, f"no: see {rule}" if against else "yes", not against)


def _staging(verdict: Verdict, staged: Link | None) -> Answer:
    said = _by_rule(verdict, "staging-first", "passed staging")
    if staged is None or not said.met:
        return said
    return Answer(said.question, f"yes, {_entry(staged)} of the ledger of {staged.entry.environment}", True)


def _rehearsed(known: Circumstances) -> Answer:
    """By this very commit, since the last apply: another state would be another rehearsal."""
    found = newest(_since_the_last_apply(known), "rehearsal")
    if found is None or not _same_commit(found, known.commit):
        return Answer("rehearsed", "no", False)
    dark = found.entry.deed.results.get("dark_seconds", "?")
    return Answer("rehearsed", f"{found.entry.deed.outcome}, {dark} s dark, {_entry(found)}", _passed(found))


def _smoke(known: Circumstances) -> Answer:
    found = newest(known.entries, "smoke")
    if found is None:
        return Answer("smoke test before it", "none", None)
    return Answer("smoke test before it", f"{found.entry.deed.outcome}, {_entry(found)}", _passed(found))


def _commit(verdict: Verdict, known: Circumstances) -> Answer:
    clean = bool(known.commit) and not known.commit.endswith("-dirty")
    said = _by_rule(verdict, "locked-commit", "locked commit")
    words = f"{known.commit[:_COMMIT] or 'none'}{'' if clean or not known.commit else ', the work tree differs'}"
    return Answer(said.question, f"{words}, {said.answer}", said.met and clean if said.met is not None else None)


def _back(known: Circumstances) -> Answer:
    """Where one would go back to. That there is such a place does not say that the way is open."""
    base = deployed(known.entries)
    if base is None:
        return Answer("rollback", "the ledger names nothing to go back to", None)
    return Answer("rollback", f"to {base.entry.deed.commit[:_COMMIT]} ({_entry(base)}), not proven", None)


def _since_the_last_apply(known: Circumstances) -> Iterator[Link]:
    base = deployed(known.entries)
    return (link for link in known.entries if base is None or link.entry.number > base.entry.number)


def _same_commit(link: Link, commit: str) -> bool:
    return bool(commit) and link.entry.deed.commit == commit and not commit.endswith("-dirty")


def _passed(link: Link) -> bool | None:
    return None if link.entry.deed.outcome == "inconclusive" else link.entry.deed.outcome == "passed"


def _entry(link: Link) -> str:
    return f"entry {link.entry.number}"
