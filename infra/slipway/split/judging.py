"""Judges a step by the plan that the engine will make of it: the very preflight that will judge the real one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from slipway.errors import BadInput
from slipway.plan import Op, Plan, Step, Unknown, Value, leaves
from slipway.preflight import Verdict, check
from slipway.split.model import Circumstances
from slipway.split.synthesis import plan_of

__all__ = ["Judging", "verdict_on"]

_MADE = (Op.CREATE, Op.REPLACE)


class Judging:
    """One plan's steps, and what it is judged by."""

    def __init__(self, plan: Plan, given: Circumstances, movable: Mapping[str, tuple[Step, ...]]) -> None:
        self._plan, self._given, self._movable = plan, given, movable
        self._known: dict[tuple[frozenset[str], frozenset[str]], Verdict | None] = {}
        self._made = {urn for urn, steps in movable.items() if any(step.op in _MADE for step in steps)}

    def verdict(self, plan: Plan) -> Verdict | None:
        """The verdict as if the environment was guarded; None if the plan is none that an engine makes."""
        try:
            return verdict_on(plan, self._given)
        except BadInput:
            return None

    def of(self, done: Collection[str], doing: Collection[str]) -> Verdict | None:
        """The verdict on the step that targets `doing` after `done`, by URN; judged once."""
        key = (frozenset(done), frozenset(doing))
        if key not in self._known:
            self._known[key] = self.verdict(plan_of(self._plan, done, doing))
        return self._known[key]

    def proves(self, verdict: Verdict | None) -> bool:
        """Whether the step may be applied."""
        return verdict is not None and verdict.approved

    def may_prove(self, verdict: Verdict | None, done: Collection[str], doing: Collection[str]) -> bool:
        """Whether nothing stands against it but values that the steps before it bring to light."""
        if verdict is None or verdict.approved:
            return verdict is not None
        unproven = [host for host in verdict.hostnames if host.status == "unknown"]
        return (
            all(finding.rule == "hostname-unknown" and not finding.always for finding in verdict.refusals)
            and not any("outside" in host.faults for host in unproven)
            and any(self._waits_for_values(urn, done) for urn in doing)
        )

    def _waits_for_values(self, urn: str, done: Collection[str]) -> bool:
        news = [step.new for step in self._movable[urn] if step.new is not None]
        unknown = ((new, key) for new in news for key, value in new.inputs.items() if _is_open(value))
        return any(source in done and source in self._made for new, key in unknown for source in new.sources(key))


def verdict_on(plan: Plan, given: Circumstances) -> Verdict:
    """The verdict on a plan as if its environment was guarded. Raises BadInput if the preflight cannot read it."""
    return check(
        plan,
        environment=given.environment,
        guarded=True,
        external=given.external,
        retire=given.retire,
        durations=given.durations,
    )


def _is_open(value: Value) -> bool:
    return any(isinstance(leaf, Unknown) for leaf in leaves(value))
