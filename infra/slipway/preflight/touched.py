"""Which public names a change may be noticed at: those it carries, and those that rest on what it touches.

A record set carries its name, a distribution its aliases, a certificate the names on it. A function, a bucket or a
policy carries none: it is noticed at the names of whatever rests on it, or on what it belongs to. A name too many asks
for one review more; one too few would let a change through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from slipway.plan import Plan, State, Unknown, Value, leaves
from slipway.preflight.kinds import is_validation, kind_of
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, alias_names, certificate_names
from slipway.preflight.resources import record_set
from slipway.preflight.verdict import Change
from slipway.preflight.world import World, world_of

__all__ = ["ANY", "names_touched", "overlap"]

ANY = "*"
"""Stands for every name: nobody can tell which."""

_NEVER_SERVES = frozenset({"logging", "alarm"})  # kinds
_NOT_SERVING = frozenset({"loggingConfig"})  # inputs that no answer depends on
_NAMED_BY = {CERTIFICATE: ("domainName", "subjectAlternativeNames"), DISTRIBUTION: ("aliases",)}


def names_touched(plan: Plan, changes: Iterable[Change]) -> Mapping[int, frozenset[str]]:
    """For each change, by its id, the names it may be noticed at; none for one that serves nobody, such as an alarm."""
    world = world_of(plan)
    graph = _Graph(world)
    return {change.id: frozenset().union(*_each(world, graph, change)) for change in changes}


def overlap(one: str, other: str) -> bool:
    """Whether two names have one in common; `*.example.org` is every name below example.org."""
    return one == other or _holds(one, other) or _holds(other, one)


def _holds(pattern: str, name: str) -> bool:
    return pattern == ANY or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _each(world: World, graph: _Graph, change: Change) -> Iterator[frozenset[str]]:
    """The names of each resource of a change. If nobody can tell them of any, they may be any."""
    unknown = known = False
    for urn in dict.fromkeys(step.urn for step in change.steps):
        state = world.state(urn)
        if state is not None and kind_of(state) in _NEVER_SERVES:
            continue
        names = graph.names_at(urn)
        if names is None:
            unknown = True
        else:
            known = True
            yield names
    if unknown and not known:
        yield frozenset({ANY})


class _Graph:
    """What rests on what, before and after: a resource rests on those that its inputs were computed from, a record set
    also on those of the name that it leads to."""

    def __init__(self, world: World) -> None:
        self._own: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, set[str]] = defaultdict(set)
        self._logs: set[str] = set()
        records: dict[str, set[str]] = defaultdict(set)
        for state in _states(world):
            self._own[state.urn] |= _names(world, state)
            self._join(state.urn, _sources(state, serving=True))
            self._logs |= set(_sources(state, serving=False))
            if state.type == RECORD:
                records[world.record_name(state)].add(state.urn)
        for state in _states(world):
            if state.type == RECORD:
                for target in record_set(state).targets:
                    self._join(state.urn, records.get(target.known or "", ()))

    def names_at(self, urn: str) -> frozenset[str] | None:
        """The names of what rests on a resource, itself included; if there are none, of what it belongs to. Empty for
        what belongs to where logs go; None if it leads nowhere."""
        region, before = self._resting_on({urn}), 0
        while len(region) > before:
            names = frozenset().union(*(self._own[each] for each in region))
            if names or not region.isdisjoint(self._logs):
                return names
            before = len(region)
            region = self._resting_on({*region, *(below for each in region for below in self._below[each])})
        return None

    def _resting_on(self, urns: set[str]) -> set[str]:
        found, pending = set(urns), list(urns)
        while pending:
            new = self._above[pending.pop()] - found
            found |= new
            pending += new
        return found

    def _join(self, urn: str, sources: Iterable[str]) -> None:
        for source in sources:
            if source != urn:
                self._above[source].add(urn)
                self._below[urn].add(source)


def _states(world: World) -> Iterator[State]:
    for states in (world.before, world.after):
        yield from (state for state in states.values() if state.custom)


def _sources(state: State, *, serving: bool) -> Iterator[str]:
    """What a resource's inputs were computed from: those that answers depend on, or the others."""
    if serving and not state.property_dependencies:
        yield from state.dependencies
    for key, sources in state.property_dependencies.items():
        if (key in _NOT_SERVING) is not serving:
            yield from sources or ()


def _names(world: World, state: State) -> frozenset[str]:
    if state.type == RECORD:
        name = world.record_name(state)
        return frozenset({name} if name else () if is_validation(state) else {ANY})
    found = {CERTIFICATE: certificate_names, DISTRIBUTION: alias_names}.get(state.type)
    if found is None:
        return frozenset()
    unknown = any(_is_open(state.inputs.get(key)) for key in _NAMED_BY[state.type])
    return found(state.inputs) | ({ANY} if unknown else frozenset())


def _is_open(value: Value) -> bool:
    return any(isinstance(leaf, Unknown) for leaf in leaves(value))
