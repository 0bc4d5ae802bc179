"""The sentences that the text and the Markdown report share."""

from __future__ import annotations

from collections import Counter

from slipway.plan import Op
from slipway.preflight import Change, NotEvaluated, Verdict

__all__ = ["headline", "not_evaluated", "nothing_to_do", "steps_of"]


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    real = sum(not change.cosmetic for change in verdict.changes)
    labels = len(verdict.changes) - real
    changes = _count(real, "change") + (f" and {labels} cosmetic" if labels else "")
    where = f"{verdict.project}/{verdict.stack} for {verdict.environment}"
    guard = "" if verdict.guarded else " (not guarded: findings only warn)"
    word = "approved" if verdict.approved else "refused"
    return f"{word}: {changes}, {_count(verdict.unchanged, 'resource')} unchanged, {where}{guard}"


def nothing_to_do(verdict: Verdict) -> str:
    """Why there is no change to show; "" if there is one, or something else to say."""
    if verdict.changes or verdict.refusals or verdict.warnings:
        return ""
    return f"Nothing to apply: {_count(verdict.unchanged, 'resource')}, all as the program says."


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
