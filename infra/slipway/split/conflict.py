"""Names the two requirements that no order of steps meets, from what the proof and AWS have against each step.

For every block that is left, the fewest others are looked for after which what refuses it does so no more. Blocks that
wait for one another in a circle are the conflict, and what makes them wait are its requirements. A block that is
refused for the same reason whatever comes before it is in conflict with the program: that ends so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from slipway.plan import Op, urn_name
from slipway.preflight import Finding, Verdict
from slipway.split.blocks import Blocks
from slipway.split.model import Conflict, Requirement

__all__ = ["MOST", "Refusals", "conflict_of", "refused_whole"]

MOST = 8  # blocks: a thousand plans are judged at most
# What refuses a step with these blocks after those; None if nothing does.
Refusals: TypeAlias = Callable[[frozenset[int], frozenset[int]], "Verdict | None"]
_URGENT = ("hostname-dark", "hostname-stale", "hostname-dim", "hostname-unknown", "hostname-retired", "aws-refusal")
_SHOWN = 5
_COMMITS = "Make two commits of it, each with one of the two requirements, and apply the first before the second."


def refused_whole(verdict: Verdict) -> Conflict:
    """For a plan that nobody may cut: the engine stopped in the middle of it, or it holds steps of an unknown kind."""
    finding = next((each for each in verdict.refusals if each.always), verdict.refusals[0])
    other = Requirement("engine", "a plan is cut only where all of its steps are known", finding.urns)
    return Conflict(_required(finding), other, finding.advice)


def conflict_of(blocks: Blocks, done: frozenset[int], refusals: Refusals) -> Conflict:
    """The conflict at the end of the furthest way, on which the blocks `done` are applied."""
    left = tuple(sorted(frozenset(range(len(blocks.members))) - done))
    if len(left) > MOST:
        return _undecided(blocks, done, left, refusals)
    before = {each: _earliest(blocks, done, each, left, refusals) for each in left}
    for each in left:
        if before[each] is None and (verdict := refusals(done | _asked_for(blocks, {each}, done), frozenset({each}))):
            finding = _worst(verdict)
            return Conflict(_required(finding), _as_it_ends(verdict), finding.advice)
    asked = {each: _asked_for(blocks, {each}, done) for each in left}
    circle = _circle({each: found or frozenset() for each, found in before.items()}, asked)
    if not circle:
        return _undecided(blocks, done, left, refusals)
    arcs = [(each, circle[(at + 1) % len(circle)]) for at, each in enumerate(circle)]
    reasons = [_why(blocks, done, each, other, refusals) for each, other in arcs]
    following = [(one, reasons[(at + 1) % len(reasons)]) for at, one in enumerate(reasons)]
    one, other = min(following, key=lambda pair: sum(reason.by == "engine" for reason, _ in pair))
    return Conflict(one[0], other[0], one[1] or other[1] or _COMMITS)


def _earliest(
    blocks: Blocks, done: frozenset[int], block: int, left: Sequence[int], refusals: Refusals
) -> frozenset[int] | None:
    """The fewest blocks after which what refuses this one does so no more; None if it always does."""
    least = _asked_for(blocks, {block}, done)
    first = refusals(done | least, frozenset({block}))
    if first is None:
        return least
    reason = _reasons(first)[0]
    others = [each for each in left if each != block and each not in least]
    for size in range(1, len(others) + 1):
        for more in map(frozenset, combinations(others, size)):
            verdict = refusals(done | least | more, frozenset({block}))
            if verdict is None or reason not in _reasons(verdict):
                return least | more
    return None


def _asked_for(blocks: Blocks, wanted: Iterable[int], done: frozenset[int]) -> frozenset[int]:
    """What the engine takes only with or before these, as far as it is not applied."""
    found, todo = set[int](), [*wanted]
    while todo:
        more = blocks.needs[todo.pop()] - found - done
        found |= more
        todo += more
    return frozenset(found - {*wanted})


def _circle(before: Mapping[int, frozenset[int]], asked: Mapping[int, frozenset[int]]) -> tuple[int, ...]:
    """Blocks of which each waits for the next, and the last for the first. Two, if two will do; rather two that the
    world keeps apart than two that only the engine does (`asked`)."""
    pairs = [(one, two) for one, needed in before.items() for two in sorted(needed) if one < two and one in before[two]]
    if pairs:
        # Of those, the two that ask for most: a distribution rather than the validation on its way there.
        return min(pairs, key=lambda pair: (_by_the_engine(pair, asked), -sum(len(asked[each]) for each in pair)))
    walked: list[int] = []
    here = next((each for each, needed in before.items() if needed), None)
    while here is not None and here not in walked:
        walked.append(here)
        here = min(before[here], default=None)
    return tuple(walked[walked.index(here) :]) if here is not None else ()


def _by_the_engine(pair: tuple[int, int], asked: Mapping[int, frozenset[int]]) -> int:
    one, two = pair
    return (two in asked[one]) + (one in asked[two])


def _why(blocks: Blocks, done: frozenset[int], block: int, without: int, refusals: Refusals) -> tuple[Requirement, str]:
    """Why a block cannot be applied before another one, or with it where the engine asks for both; and the advice."""
    least = _asked_for(blocks, {block}, done)
    if without not in least:
        verdict = refusals(done | least, frozenset({block}))
        assert verdict is not None  # noqa: S101 - it waits for another one because of it
        finding = _worst(verdict)
        words = f"{_names(blocks, [block])} before {_names(blocks, [without])}: {finding.message}"
        return Requirement(finding.rule, words, finding.urns), finding.advice
    words = f"the engine takes {_names(blocks, [block])} only with or after {_names(blocks, least)}"
    together = refusals(done, least | {block})
    if together is None:
        return Requirement("engine", words, blocks.members[block]), ""
    finding = _worst(together)
    words = f"{words}; in one step {finding.message}"
    return Requirement("engine", words, blocks.members[block]), _COMMITS if finding.rule == "one-change" else ""


def _reasons(verdict: Verdict) -> list[tuple[str, ...]]:
    """What refuses, the worst first, in a form that can be found again in another verdict."""
    hosts = [("hostname", host.name) for host in verdict.hostnames if host.status not in ("lit", "new")]
    errors = [("aws", refusal.error, refusal.urn) for refusal in verdict.aws_refusals]
    return [*hosts, *errors, *(("rule", finding.rule) for finding in verdict.refusals)]


def _as_it_ends(verdict: Verdict) -> Requirement:
    """Nothing else is to blame: the step itself, or what the program ends with."""
    steps = [step for change in verdict.changes for step in change.steps]
    replaced = tuple(dict.fromkeys(step.urn for step in steps if step.op is Op.DELETE_REPLACED))
    if replaced:
        names = ", ".join(urn_name(urn) for urn in replaced[:_SHOWN])
        return Requirement("engine", f"the engine replaces {names} in one step, which cannot be cut", replaced)
    titles = "; ".join(change.title for change in verdict.changes)
    words = f"the program asks for just that, whatever comes before: {titles}"
    return Requirement("program", words, tuple(dict.fromkeys(step.urn for step in steps)))


def _undecided(blocks: Blocks, done: frozenset[int], left: Sequence[int], refusals: Refusals) -> Conflict:
    """Too many blocks are left to try them all: what refuses the next, and that no way around it was found."""
    ready = (frozenset({each}) for each in left if blocks.needs[each] <= done)
    verdict = next((found for doing in ready if (found := refusals(done, doing))), None)
    other = Requirement("search", f"no order of the {len(left)} steps that are left was found; not all were tried")
    if verdict is None:
        return Conflict(Requirement("one-change", "one change at a time"), other, _COMMITS)
    finding = _worst(verdict)
    return Conflict(_required(finding), other, finding.advice)


def _worst(verdict: Verdict) -> Finding:
    """What refuses, the outage before the rule of one change."""
    ranked = sorted(verdict.refusals, key=lambda each: _URGENT.index(each.rule) if each.rule in _URGENT else 9)
    return ranked[0]


def _required(finding: Finding) -> Requirement:
    return Requirement(finding.rule, finding.message, finding.urns)


def _names(blocks: Blocks, numbers: Iterable[int]) -> str:
    urns = [urn for each in sorted(numbers) for urn in blocks.members[each]]
    more = f" and {len(urns) - _SHOWN} more" if len(urns) > _SHOWN else ""
    return ", ".join(urn_name(urn) for urn in urns[:_SHOWN]) + more
