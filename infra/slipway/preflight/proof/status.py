"""The status of each hostname: its obligations, checked; the worst that some run does to it, and that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slipway.durations import Durations
from slipway.plan import urn_name
from slipway.plan.operations import Operation, start
from slipway.preflight.proof.answers import Answers
from slipway.preflight.proof.baseline import baseline_of
from slipway.preflight.proof.condition import Condition, TooMany, essential
from slipway.preflight.proof.durations import seconds_dark
from slipway.preflight.proof.estate import Estate
from slipway.preflight.proof.records import Names
from slipway.preflight.proof.routing import Router
from slipway.preflight.resources import RecordSet
from slipway.preflight.verdict import Event, Hostname, Status

__all__ = ["Judge"]

_COMPARED = 8
_SMALL = 2_000
_ALIAS_TTL = 60  # What Route 53 gives an alias to a CloudFront distribution.


class Judge:
    """Judges the hostnames of one plan."""

    def __init__(
        self, estate: Estate, names: Names, *, external: frozenset[str], retire: frozenset[str], durations: Durations
    ) -> None:
        self._estate, self._names, self._router = estate, names, Router(estate)
        self._external, self._retire, self._durations = external, retire, durations

    def hostname(self, name: str) -> Hostname:
        """The verdict on one name."""
        if name in self._names.before and name not in self._names.after:
            meant = "as it is meant to" if name in self._retire else "and nothing says that it may go"
            return Hostname(name, "retired", f"served before the apply and not after it, {meant}")
        try:
            return self._judged(name, new=name not in self._names.before)
        except TooMany:
            return Hostname(name, "unknown", "it has too many ways to fail to prove them all")

    def _judged(self, name: str, *, new: bool) -> Hostname:
        baseline = baseline_of(name, self._names, self._estate)
        route = self._router.route(name, served_before=not new and baseline.through_cloudfront)
        outside = self._external if new else self._external | baseline.outside
        answers = Answers(name, self._names, self._estate, route, outside, new)
        dead = answers.dead_once_answered() if new else answers.when("dead")
        found: list[tuple[Status, list[Condition]]] = [
            ("dark", dead), ("dim", answers.when("broken")), ("stale", answers.when("cached")),
        ]  # fmt: skip
        # What takes no operation at all was so before the apply, when the name was served.
        found = [(status, [c for c in conditions if c.applied]) for status, conditions in found]
        for status, conditions in found:
            if certain := [condition for condition in conditions if condition.certain]:
                return self._fallen(name, status, certain)
        unsure = [condition for _, conditions in found for condition in conditions]
        if unsure and not new:
            return self._fallen(name, "unknown", unsure)
        return Hostname(name, "new" if new else "lit", _served(new, unsure, sorted(answers.notes)))

    def _fallen(self, name: str, status: Status, conditions: Sequence[Condition]) -> Hostname:
        """The verdict on a name to which one of these conditions happens."""
        order = self._estate.order
        condition = essential(self._shortest(conditions), order)
        counterexample = tuple(self._event(event) for event in self._run(condition))
        because = self._because(condition)
        seconds: int | None = None
        if status == "stale":
            seconds = self._longest_ttl(name)
            because += f"; resolvers may still answer with the old record set for {seconds} seconds"
        elif status != "unknown":
            compared = [essential(each, order) for each in conditions[:_COMPARED]]
            spells = [seconds_dark(each, order, self._durations) for each in compared]
            seconds = None if None in spells else max(spell for spell in spells if spell is not None)
            because += "" if seconds is not None else "; it stays so until the next apply"
        faults = tuple(dict.fromkeys(reason.fault for reason in condition.reasons))
        return Hostname(
            name, status, because, counterexample, seconds,
            faults=faults, causes=self._urns(condition.applied), awaited=self._urns(condition.pending),
        )  # fmt: skip

    def _shortest(self, conditions: Sequence[Condition]) -> Condition:
        """The condition that the shortest run reaches. The runs to late deletes hold most of the plan: where that is
        large, the condition with the fewest operations stands for them."""
        order = self._estate.order
        ranked = sorted(conditions, key=lambda c: (len(c.applied), sorted(c.applied)))
        if len(order.operations) > _SMALL:
            return ranked[0]
        return min(ranked[:64], key=lambda condition: len(self._run(condition)))

    def _run(self, condition: Condition) -> tuple[int, ...]:
        """The shortest run to the condition: what it wants in effect is under way."""
        order = self._estate.order
        return order.run_to(start(order.operations[each]) for each in sorted(condition.applied))

    def _event(self, event: int) -> Event:
        operation = self._estate.order.operations[event >> 1]
        return Event("end" if event & 1 else "start", operation.op, operation.urn)

    def _because(self, condition: Condition) -> str:
        operations = self._estate.order.operations
        what = "; ".join(reason.words for reason in condition.reasons) or "no answer is left"
        early = _named(operations[each] for each in sorted(condition.applied))
        late = _named(operations[each] for each in sorted(condition.pending))
        return f"{what}: nothing makes {early} wait for {late}" if late else f"{what}, once it comes to {early}"

    def _urns(self, operations: Iterable[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._estate.order.operations[each].urn for each in sorted(operations)))

    def _longest_ttl(self, name: str) -> int:
        """The seconds that resolvers may hold an answer of the name's own. An alias is held for as long as what it
        stands for: another record set's TTL, or Route 53's for a distribution."""
        longest, todo, known = 0, [name], {name}
        while todo:
            for view in (view for thing in self._names.things[todo.pop()] for _, view in thing.present):
                if isinstance(view.ttl, (int, float)):
                    longest = max(longest, int(view.ttl))
                elif behind := self._names_behind(view):
                    todo += sorted(behind - known)
                    known |= behind
                else:
                    longest = max(longest, _ALIAS_TTL)
        return longest

    def _names_behind(self, view: RecordSet) -> set[str]:
        """The names of the plan that a record set leads to."""
        found = {target.known for target in view.targets} | {
            self._names.by_urn.get(urn) for target in view.targets if target.known is None for urn in target.sources
        }
        return {name for name in found if name in self._names.things}


def _named(operations: Iterable[Operation]) -> str:
    return ", ".join(f"the {operation.op.value} of {urn_name(operation.urn)}" for operation in operations)


def _served(new: bool, unsure: Sequence[Condition], notes: Sequence[str]) -> str:
    parts = ["not served before; served from its first answer on" if new else "served throughout"]
    reasons = (reason for condition in unsure for reason in condition.reasons)
    open_questions = dict.fromkeys(reason.words for reason in reasons if reason.fault == "unknown")
    if open_questions:
        parts.append("the preview cannot tell: " + ", ".join(open_questions))
    if notes:
        parts.append("outside the plan, taken as serving: " + ", ".join(notes))
    return "; ".join(parts)
