"""Every run of a plan, walked: the status of each hostname by definition, and whether a counterexample is a run.

An operation takes effect at one instant between its start and its end. So a run shows the world nothing but the order
of its effects, and an effect may come as soon as everything its operation waits for has had its own. Walking all those
orders is walking all runs; wherever a run stops, it has been there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from oracle.schedule import Operation, Schedule, schedule
from oracle.world import BAD, OK, UNSURE, Answer, World, WorldOf

__all__ = ["Instant", "Simulator"]

SEVEREST_FIRST = ("dark", "dim", "stale", "unknown")


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of a run: what has taken effect, the world, and every answer that resolvers may have had so far."""

    effected: frozenset[Operation]
    things: frozenset[tuple[Any, Any]]
    answered: frozenset[Answer]

    @property
    def world(self) -> World:
        return dict(self.things)


class Simulator:
    """One preview, and what may become of it."""

    def __init__(self, document: dict[str, Any], declared: tuple[str, ...] = ()) -> None:
        """`declared`: targets outside the plan that serve whatever leads to them."""
        self.of = WorldOf(document, declared)
        self.schedule: Schedule = schedule(document)
        self.before, self.after = self.of.names_before(), self.of.names_after()
        self.first = self._instant(frozenset(), self.of.at_first(), frozenset())
        self.instants = self._reachable()

    def statuses(self) -> dict[str, str]:
        """The status of every hostname, by name."""
        found = {}
        for host in sorted(self.before | self.after):
            wrongs = {wrong for instant in self.instants for wrong in self.wrongs(instant, host)}
            severest = next((status for status in SEVEREST_FIRST if status in wrongs), None)
            found[host] = severest or ("lit" if host in self.before else "new")
            if host not in self.after:
                found[host] = "retired"
        return found

    def wrongs(self, instant: Instant, host: str) -> Iterator[str]:
        """What is wrong with a hostname at an instant. A name that is new may be absent, and may rest on values that
        are not known yet."""
        world = instant.world
        answers = self.of.answers(world, host)
        outcomes = self.of.outcomes(world, host, answers, frozenset())
        if OK not in outcomes and UNSURE not in outcomes and (answers or host in self.before):
            yield "dark"
        if BAD in outcomes and (OK in outcomes or UNSURE in outcomes):
            yield "dim"
        if UNSURE in outcomes and host in self.before:
            yield "unknown"
        old = [answer for answer in instant.answered if answer.name == host]
        if old:
            tail = self.of.outcomes(world, host, old, instant.answered)
            if BAD in tail and BAD not in outcomes:
                yield "stale"
            if UNSURE in tail and host in self.before:
                yield "unknown"

    def replays(self, events: Iterable[tuple[str, str, str]], host: str, wrong: str) -> bool:
        """Whether these (start or end, op, URN) are the beginning of a run at whose last instant that is wrong."""
        by_name = {(operation.op, operation.urn): operation for operation in self.schedule.operations}
        running: set[Operation] = set()
        ended: set[Operation] = set()
        instants = {self.first}
        for event, op, urn in events:
            operation = by_name.get((op, urn))
            if operation is None:
                return False
            if event == "start" and operation not in running | ended and self.schedule.waits[operation] <= ended:
                running.add(operation)
            elif event == "end" and operation in running:
                running.remove(operation)
                ended.add(operation)
                instants = {one if operation in one.effected else self._effect(one, operation) for one in instants}
            else:
                return False
            instants = self._in_flight(instants, running)
        return any(wrong in self.wrongs(instant, host) for instant in instants)

    def _in_flight(self, instants: set[Instant], running: set[Operation]) -> set[Instant]:
        """These instants and all that effects of running operations may make of them."""
        found, look = set(instants), list(instants)
        while look:
            instant = look.pop()
            for operation in running - instant.effected:
                later = self._effect(instant, operation)
                if later not in found:
                    found.add(later)
                    look.append(later)
        return found

    def _reachable(self) -> frozenset[Instant]:
        found, look = {self.first}, [self.first]
        while look:
            instant = look.pop()
            for operation in self.schedule.operations:
                if operation in instant.effected or not self.schedule.waits[operation] <= instant.effected:
                    continue
                later = self._effect(instant, operation)
                if later not in found:
                    found.add(later)
                    look.append(later)
        return frozenset(found)

    def _effect(self, instant: Instant, operation: Operation) -> Instant:
        old = None if operation.op in ("create", "create-replacement") else operation.old
        new = None if operation.op in ("delete", "delete-replaced") else operation.new
        world = self.of.after(instant.world, old, new)
        return self._instant(instant.effected | {operation}, world, instant.answered)

    def _instant(self, effected: frozenset[Operation], world: World, answered: frozenset[Answer]) -> Instant:
        now = {answer for host in self.before | self.after for answer in self.of.answers(world, host)}
        return Instant(effected, frozenset(world.items()), answered | now)
