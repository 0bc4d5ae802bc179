"""The sentences that the text and the Markdown report share."""

from __future__ import annotations

from collections import Counter

from slipway.plan import Op, urn_name
from slipway.preflight import Answer, Change, Hostname, NotEvaluated, Override, Verdict

__all__ = [
    "answer_line", "headline", "hostname_line", "lit_line", "not_evaluated", "nothing_to_do", "override_line", "run_of",
    "steps_of", "way_back_line",
]  # fmt: skip

_RUN = 12


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    real = sum(not change.cosmetic for change in verdict.changes)
    labels = len(verdict.changes) - real
    changes = _count(real, "change") + (f" and {labels} cosmetic" if labels else "")
    where = f"{verdict.project}/{verdict.stack} for {verdict.environment}"
    guard = "" if verdict.guarded else " (not guarded: findings only warn)"
    word = "approved" if verdict.approved else "refused"
    word += f" with {_count(len(verdict.overrides), 'override')} in force" if verdict.overrides else ""
    return f"{word}: {changes}, {_count(verdict.unchanged, 'resource')} unchanged, {where}{guard}"


def nothing_to_do(verdict: Verdict) -> str:
    """Why there is no change to show; "" if there is one, or something else to say."""
    if verdict.changes or verdict.refusals or verdict.warnings:
        return ""
    return f"Nothing to apply: {_count(verdict.unchanged, 'resource')}, all as the program says."


def lit_line(verdict: Verdict) -> str:
    """How many hostnames are proven served throughout; "" if the plan has none at all."""
    lit = sum(hostname.status == "lit" for hostname in verdict.hostnames)
    return f"{_count(lit, 'hostname')} served throughout, in every order" if verdict.hostnames else ""


def hostname_line(hostname: Hostname) -> str:
    """What becomes of a hostname that is not simply served on."""
    seconds = hostname.worst_case_seconds
    lasting = f" (up to {seconds} s)" if seconds is not None else ""
    return f"{hostname.name} is {hostname.status}{lasting}: {hostname.because}"


def run_of(hostname: Hostname) -> list[str]:
    """The counterexample in words, a numbered line an event; the middle of a long one is left out."""
    words = {"start": "starts", "end": "is done"}
    lines = [
        f"({number}) the {event.op.value} of {urn_name(event.urn)} {words[event.event]}"
        for number, event in enumerate(hostname.counterexample, 1)
    ]
    if len(lines) <= _RUN:
        return lines
    return [*lines[:2], f"... {len(lines) - _RUN} more events ...", *lines[2 - _RUN :]]


def override_line(override: Override) -> str:
    """What does not refuse for now, on whose word, since when and until when."""
    times = f"since {override.since}, until {override.until}"
    return f"{override.scope} is overridden by {override.who} (entry {override.entry}, {times}): {override.reason}"


def answer_line(answer: Answer) -> str:
    """A question of the checklist with what the evidence says to it."""
    return f"{answer.question}: {answer.answer}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def steps_of(change: Change) -> str:
    """A change's steps counted by what they do: `1 create, 2 replace`. Halves of a replacement are not counted."""
    replaced = {step.urn for step in change.steps if step.op is Op.REPLACE}
    counts = Counter(step.op.value for step in change.steps if step.op is Op.REPLACE or step.urn not in replaced)
    return ", ".join(f"{count} {op}" for op, count in sorted(counts.items()))


def not_evaluated(rules: tuple[NotEvaluated, ...]) -> list[str]:
    """One sentence for each reason, naming the rules it keeps from being asked."""
    by_reason: dict[str, list[str]] = {}
    for rule in rules:
        by_reason.setdefault(rule.because, []).append(rule.rule)
    return [f"{', '.join(names)}: {because}" for because, names in by_reason.items()]


def way_back_line(verdict: Verdict) -> str:
    """Up to which step there is a proven way back, and how long it takes; "" if that was not worked out, or if there
    is nothing to take back."""
    way = verdict.way_back
    if way is None or not (verdict.changes or way.because):
        return ""
    lasting = "" if way.seconds is None else f", {_about(way.seconds)}"
    if way.status == "proven":
        rest = "no step is beyond return" if way.exact else "from stops on the way it was not looked at"
        return f"way back: proven{'' if way.exact else ' once all is done'}{lasting}; {rest}"
    step = f"the {way.until.op.value} of {urn_name(way.until.urn)}" if way.until else ""
    again = "; once all is done it is proven again" if way.finished else ""
    if way.status == "partial":
        return f"way back: proven until {step} starts{lasting}; not after that: {way.because}{again}"
    return f"way back: none is proven{f' once {step} has started' if step else ''}: {way.because}{again}"


def _about(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 60 else f"about {_count(round(seconds / 60), 'minute')}"
