"""Names the two requirements that no order of steps meets, from what the proof and AWS have against the next one.

The first is what refuses the next step: a name that must be served, a step that AWS must take. The second is why what
it should have waited for cannot come first either: something else refuses that, the engine does both as one, or the
program ends so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from slipway.plan import Op, urn_name
from slipway.preflight import Finding, Verdict
from slipway.split.blocks import Blocks
from slipway.split.model import Conflict, Requirement

__all__ = ["conflict_of", "refused_whole"]

Judge: TypeAlias = Callable[[frozenset[int], frozenset[int]], "Verdict | None"]  # of blocks after blocks
_URGENT = ("hostname-dark", "hostname-stale", "hostname-dim", "hostname-unknown", "aws-refusal")
_SHOWN = 5


def refused_whole(verdict: Verdict) -> Conflict:
    """For a plan that nobody may cut: the engine stopped in the middle of it, or it holds steps of an unknown kind."""
    finding = next((each for each in verdict.refusals if each.always), verdict.refusals[0])
    one = Requirement(finding.rule, finding.message, finding.urns)
    other = Requirement("engine", "a plan is cut only where all of its steps are known", finding.urns)
    return Conflict(one, other, finding.advice)


def conflict_of(blocks: Blocks, done: frozenset[int], judge: Judge) -> Conflict:
    """The conflict at the end of the furthest way, on which the blocks `done` are applied."""
    left = sorted(frozenset(range(len(blocks.members))) - done)
    ready = [frozenset({each}) for each in left if blocks.may(done, {each})]
    refused = [(doing, verdict) for doing in ready if (verdict := judge(done, doing)) and verdict.refusals]
    if not refused:
        words = f"{_names(blocks, left)} can only be applied in one step, and that is refused"
        return Conflict(Requirement("one-change", "one change at a time"), Requirement("engine", words), "")
    first, verdict = refused[0]
    finding = _worst(verdict)
    one = Requirement(finding.rule, finding.message, finding.urns)
    awaited = _awaited(verdict, finding)
    wanted = [each for each in left if each not in first and not awaited.isdisjoint(blocks.members[each])]
    other = next(_why_not(blocks, done, first, wanted, judge), None) or _as_it_ends(verdict)
    return Conflict(one, other, finding.advice)


def _why_not(
    blocks: Blocks, done: frozenset[int], first: frozenset[int], wanted: Iterable[int], judge: Judge
) -> Iterator[Requirement]:
    """Why what the first step should have waited for cannot come before it, or together with it."""
    for each in wanted:
        with_it = blocks.closed(done, {each})
        verdict = judge(done, with_it)
        if verdict is not None and verdict.refusals:
            finding = _worst(verdict)
            joined = f"the engine takes {_names(blocks, [each])} only with or after {_names(blocks, with_it - {each})}"
            words = f"{joined}, and then {finding.message}" if len(with_it) > 1 else finding.message
            yield Requirement(finding.rule, words, finding.urns)


def _as_it_ends(verdict: Verdict) -> Requirement:
    """Nothing else is to blame: the step itself, or what the program ends with."""
    urns = tuple(dict.fromkeys(step.urn for change in verdict.changes for step in change.steps))
    replaced = tuple(
        dict.fromkeys(s.urn for change in verdict.changes for s in change.steps if s.op is Op.DELETE_REPLACED)
    )
    if replaced:
        names = ", ".join(urn_name(urn) for urn in replaced[:_SHOWN])
        return Requirement("engine", f"the engine replaces {names} in one step, which cannot be cut", replaced)
    titles = "; ".join(change.title for change in verdict.changes)
    return Requirement("program", f"the program asks for just that, whatever comes before: {titles}", urns)


def _worst(verdict: Verdict) -> Finding:
    """What refuses, the outage before the rule of one change."""
    ranked = sorted(verdict.refusals, key=lambda each: _URGENT.index(each.rule) if each.rule in _URGENT else 9)
    return ranked[0]


def _awaited(verdict: Verdict, finding: Finding) -> set[str]:
    """What should have come first."""
    hosts = {urn for host in verdict.hostnames if host.status not in ("lit", "new") for urn in host.urns}
    return hosts | {urn for refusal in verdict.aws_refusals for urn in refusal.others} | set(finding.urns)


def _names(blocks: Blocks, numbers: Iterable[int]) -> str:
    urns = [urn for each in sorted(numbers) for urn in blocks.members[each]]
    more = f" and {len(urns) - _SHOWN} more" if len(urns) > _SHOWN else ""
    return ", ".join(urn_name(urn) for urn in urns[:_SHOWN]) + more
