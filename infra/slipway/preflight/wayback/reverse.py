"""Forward plan -> the plan of the way back: what `pulumi up` of the commit before will do when the apply stopped there.

What was created is deleted and what was deleted is created, with its old inputs; what was updated is updated back;
what was replaced is replaced once more, by a third. A replacement that was cut short between its halves leaves its old
generation to be deleted, or, where that went first, a resource to be made anew.

What comes back gets new ids. What is computed from them is unknown, as in any preview, and may force replacements that
the way there did not have. Where the plan does not say what the engine would do then, this raises Untold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from slipway.facts import facts_for
from slipway.plan import AnyStep, Op, Plan, State, Step
from slipway.plan.edges import dependencies
from slipway.plan.reach import sorted_nodes
from slipway.plan.urn import urn_name
from slipway.plan.waves import waves_of
from slipway.preflight.wayback.applied import SENTINELS, applied, handles_of, read, texts
from slipway.preflight.wayback.fates import Fate, Stop, Untold, fates_of, is_done
from slipway.preflight.wayback.proofs import settled
from slipway.preflight.wayback.registered import Remade, forced, kept_by_provider, registered, remade

__all__ = ["Backwards", "backwards", "reverse"]


def reverse(plan: Plan, stop: Stop = None, hosts: Mapping[str, str] | None = None) -> Plan:
    """The plan of the way back from a stop, from the finished apply if none is given.

    `stop` are the operations that are done, by index; `hosts` the names of record sets by URN, where they are known.
    Raises Untold, and BadInput for resources that depend on one another in a circle. Linear in the plan.
    """
    return backwards(plan, hosts or {}).plan(stop)


def backwards(plan: Plan, hosts: Mapping[str, str]) -> Backwards:
    """What the ways back from all the stops of a plan share."""
    fates = settled(fates_of(plan))
    taken = {fate.urn for fate in fates}
    for fate in fates:
        if fate.is_renamed and fate.old is not None and fate.old.urn in taken:
            raise Untold(fate.urn, f"another resource has taken the name that {urn_name(fate.urn)} had")
    wanted = [fate for fate in fates if fate.old is not None]
    return Backwards(plan, hosts, fates, [wanted[at] for at in _in_order([fate.old for fate in wanted if fate.old])])


class Backwards(msgspec.Struct, frozen=True):
    """A plan's fates, and those of what the commit before has, each after what it depends on."""

    forward: Plan
    hosts: Mapping[str, str]
    fates: Sequence[Fate]
    wanted: Sequence[Fate]

    def plan(self, stop: Stop) -> Plan:
        """The plan of the way back from a stop."""
        steps = _Steps(self.fates, stop, self.hosts)
        for fate in self.wanted:
            steps.register(fate)
        for fate in self.fates:
            steps.leave(fate)
        found = (*steps.early, *_in_waves(steps.early, _dependents_first(steps.late)))
        return Plan(self.forward.project, self.forward.stack, found, (), f"back from {self.forward.digest}")


class _Steps:
    """Under construction."""

    def __init__(self, fates: Sequence[Fate], stop: Stop, hosts: Mapping[str, str]) -> None:
        self.early: list[AnyStep] = []
        self.late: list[Step] = []
        self._fates, self._stop = fates, stop
        self._handles = handles_of(fates, stop, hosts)
        self._replaced = {fate.urn for fate in fates if fate.kind == "replace"}
        self._remade: dict[str, Remade] = {}
        self._standing: dict[str, State | None] = {}
        self._dragged: set[str] = set()

    def register(self, fate: Fate) -> None:
        """The steps by which a resource of the commit before becomes what it was."""
        old = fate.old
        if old is None:
            return
        if fate.kind == "read":
            self.early.append(Step(Op.READ, old.urn, fate.new, old))
            return
        now, sources = self._now(fate), self._sources(fate, old)
        if now is old and not sources:
            self.early.append(Step(Op.SAME, old.urn, old, old))
            return
        if now is None or now.urn != old.urn:
            new, _ = registered(old, sources, anew=True)
            self.early.append(Step(Op.CREATE, old.urn, None, new))
            self._remade[old.urn] = remade(old, new)
            return
        if kept := kept_by_provider(now, old):
            because = f"{urn_name(old.urn)} keeps the {kept} that it gets: the commit before leaves them out"
            raise Untold(old.urn, f"{because}, which changes nothing. Write them out in an apply before this one")
        new, unknown = registered(old, sources, anew=False)
        differing = _differing(now, new)
        if reasons := self._forcing(fate, new, unknown, differing):
            new, _ = registered(old, sources, anew=True)
            self._replace(fate, now, new, reasons)
            self._remade[old.urn] = remade(old, new)
            return
        differs = differing or (fate.kind == "update" and now is not old and _is_hidden(fate))
        self.early.append(Step(Op.UPDATE if differs else Op.SAME, old.urn, now, new, differing))
        if self._is_replaced(fate):  # By another that is like it.
            self._remade[old.urn] = remade(old, new, self._handles[fate.urn])

    def _forcing(self, fate: Fate, new: State, unknown: frozenset[str], differing: tuple[str, ...]) -> tuple[str, ...]:
        """The inputs for the sake of which the resource is replaced on the way back: those that the types' facts name
        and those for which it was replaced on the way there."""
        reasons = forced(new, unknown)
        if self._is_replaced(fate):
            there = fate.reasons | forced(new, frozenset(differing))
            reasons |= there.intersection(differing) | (there - new.inputs.keys())
        return tuple(sorted(reasons))

    def leave(self, fate: Fate) -> None:
        """The deletes at the end: of what the commit before does not have, and of old generations."""
        now = None if fate.kind == "read" else self._now(fate)
        if now is not None and (fate.old is None or now.urn != fate.old.urn):
            self.late.append(Step(Op.DELETE, now.urn, now))
        halfway = fate.kind == "replace" and not fate.chain and self._made(fate) and not self._removed(fate)
        if halfway and fate.old is not None:
            self.late.append(_leftover(fate.old))
        if self._stop is not None:  # The finished apply has deleted what an earlier one left.
            self.late += [_leftover(state) for state in fate.leftovers]

    def _now(self, fate: Fate) -> State | None:
        """What stands at the stop under the resource's URN; None for nothing."""
        if fate.urn not in self._standing:
            self._standing[fate.urn] = self._found(fate)
        return self._standing[fate.urn]

    def _found(self, fate: Fate) -> State | None:
        if fate.new is None or not self._made(fate):
            deleted = self._removed(fate) if fate.kind == "delete" or fate.chain else False
            return None if deleted else fate.old
        if fate.kind == "same" and not fate.is_renamed:
            return fate.old
        return applied(fate.new, fate.old, self._handles, self._replaced)

    def _made(self, fate: Fate) -> bool:
        return is_done(fate.make, self._stop)

    def _removed(self, fate: Fate) -> bool:
        """What is let go of, and not deleted, is gone from the state when all is done."""
        return self._stop is None if fate.remove is None else is_done(fate.remove, self._stop)

    def _is_replaced(self, fate: Fate) -> bool:
        return fate.kind == "replace" and self._made(fate)

    def _sources(self, fate: Fate, old: State) -> dict[str, Remade]:
        """What the resource is computed from and is made anew. A resource that stays as it is, computed from what is
        replaced, does not rest on what AWS decides of that."""
        if not self._remade:
            return {}
        found = {urn: self._remade[urn] for urn in dependencies(old) if urn in self._remade}
        if found and fate.kind == "same" and fate.new is not None:
            still = dependencies(fate.new)
            return {urn: one for urn, one in found.items() if not (urn in self._replaced and urn in still)}
        return found

    def _replace(self, fate: Fate, now: State, new: State, reasons: tuple[str, ...]) -> None:
        """Both halves in the engine's order; the old state is flagged once the first of them is done."""
        is_root = fate.chain == fate.urn and self._is_replaced(fate)
        if is_root or fate.urn in self._dragged:
            gone = msgspec.structs.replace(now, pending_replacement=True)
            if is_root:
                self._drag(fate)
                self.early.append(Step(Op.DELETE_REPLACED, now.urn, now))
            self.early.append(Step(Op.REPLACE, new.urn, gone, new, (), reasons if is_root else ()))
            self.early.append(Step(Op.CREATE_REPLACEMENT, new.urn, gone, new, (), reasons))
            return
        if _deletes_first(now) and fate.kind != "replace":
            raise Untold(new.urn, f"the way back would replace {urn_name(new.urn)}, perhaps deleting it first")
        self.early.append(Step(Op.CREATE_REPLACEMENT, new.urn, now, new, reasons, reasons))
        self.early.append(Step(Op.REPLACE, new.urn, _leftover(now).old, new, reasons, reasons))
        self.late.append(_leftover(now))

    def _drag(self, root: Fate) -> None:
        """The deletes of the dependents that go before the root's own. Raises Untold if on the way back they are others
        than on the way there."""
        doomed = {root.urn}
        for fate in self._fates:
            state = fate.new if fate.new is not None and self._made(fate) else fate.old
            if state is not None and self._now(fate) is not None and _draws(state) & doomed:
                doomed.add(fate.urn)
        along = [fate for fate in self._fates if fate.chain == root.urn != fate.urn and self._now(fate) is not None]
        if doomed != {root.urn, *(fate.urn for fate in along)}:
            raise Untold(root.urn, f"the way back would delete {urn_name(root.urn)} first, and others for its sake")
        ordered = [now for fate in along if (now := self._now(fate)) is not None]
        for step in _dependents_first([Step(Op.DELETE_REPLACED, now.urn, now) for now in ordered]):
            self.early.append(step)
        self._dragged |= doomed


def _leftover(state: State) -> Step:
    """The delete of an old generation."""
    return Step(Op.DELETE_REPLACED, state.urn, msgspec.structs.replace(state, delete=True))


def _differing(now: State, new: State) -> tuple[str, ...]:
    """The inputs that differ: what is not known may be any value, also where neither is."""
    was, will = read(now.raw_inputs), read(new.raw_inputs)
    keys = sorted(was.keys() | will.keys())
    return tuple(key for key in keys if was.get(key) != will.get(key) or not SENTINELS.isdisjoint(texts(will.get(key))))


def _is_hidden(fate: Fate) -> bool:
    """Whether the plan does not show what an update is for: a masked value, another provider."""
    return fate.old is not None and fate.new is not None and not _differing(fate.old, fate.new)


def _draws(state: State) -> set[str]:
    """Whose delete before its create draws this one's with it: what it would have to be replaced for."""
    facts = facts_for(state.type)
    forcing = facts.replace_on if facts else ()
    return {urn for key in forcing if key in state.property_dependencies for urn in state.sources(key)}


def _deletes_first(state: State) -> bool:
    """Whether the provider deletes a resource of this type before it makes the next."""
    facts = facts_for(state.type)
    return facts is None or facts.delete_before_replace != "never"


def _in_waves(early: Sequence[AnyStep], late: Sequence[Step]) -> list[Step]:
    """The deletes at the end, wave by wave."""
    heights = waves_of((*early, *late)) if late else {}
    places = sorted(range(len(late)), key=lambda at: -sum(heights[len(early) + at]))
    return [late[at] for at in places]


def _dependents_first(steps: Sequence[Step]) -> list[Step]:
    """Deletes, each before those of what its resource depends on."""
    states = [step.old for step in steps if step.old is not None]
    return [steps[at] for at in reversed(_in_order(states))]


def _in_order(states: Sequence[State]) -> list[int]:
    """The places of the states, so that each stands after what it depends on. Raises BadInput for a circle."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, state in enumerate(states):
        places[state.urn].append(at)
    return sorted_nodes([[at for urn in dependencies(state) for at in places.get(urn, ())] for state in states])
