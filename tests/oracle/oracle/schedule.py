"""A preview -> its operations, and for each the operations that must have ended before it may start.

The engine (pulumi/pkg v3.259.0, resource/deploy) in so many words:

- A resource is registered when everything that its new state depends on has finished its registration
  (`dependencies`, `propertyDependencies`, parent, provider). Its steps then run one after the other
  (step_executor.go, ExecuteSerial). A delete-first replacement is such a chain: the deletes of the dependents it
  drags along, in the order printed, its own delete, its create (step_generator.go, continueStepsFromDiff).
- All other deletes come after the program has ended, in waves (step_generator.go, ScheduleDeletes): the engine takes
  away, again and again, the condemned resources that depend *directly* on no condemned one that is left, and deletes
  in the reverse order. A wave starts when the one before it has ended (deployment_executor.go, performPostSteps).
  So two deletes with no edge between them may still be ordered, and two that are tied only through a resource that
  stays are not.
- `retainOnDelete` takes part in all this and does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Operation", "Schedule", "schedule"]

MAKES = ("create", "create-replacement", "update")
ENDS = ("delete", "delete-replaced")


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One step that does something to the world."""

    op: str
    urn: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    def __repr__(self) -> str:
        return f"{self.op} {self.urn.rsplit('::', 1)[1]}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`waits[operation]`: all operations that have ended whenever it starts."""

    operations: tuple[Operation, ...]
    waits: dict[Operation, frozenset[Operation]]


def schedule(document: dict[str, Any]) -> Schedule:
    chains, late = _chains_and_late(document["steps"])
    new_states = {step["urn"]: step["newState"] for step in document["steps"] if step.get("newState")}
    waits: dict[Operation, frozenset[Operation]] = {}
    program = {operation for chain in chains.values() for operation in chain}
    for urn, chain in chains.items():
        earlier = {operation for above in _above(urn, new_states) for operation in chains.get(above, [])}
        for operation in chain:
            own_delete = {other for other in program if other.urn == urn and other.op in ENDS and operation.op in MAKES}
            waits[operation] = frozenset(earlier | own_delete)
            earlier.add(operation)
    done = set(program)
    for wave in _waves(late):
        waits |= dict.fromkeys(wave, frozenset(done))
        done |= set(wave)
    retained = {one for one in waits if one.op in ENDS and one.old and one.old.get("retainOnDelete")}
    acting = {one: ends - retained for one, ends in waits.items() if one not in retained}
    return Schedule(tuple(acting), acting)


def _chains_and_late(steps: list[dict[str, Any]]) -> tuple[dict[str, list[Operation]], list[Operation]]:
    """Each resource's own chain, and the deletes that belong to none. A delete-first chain is printed as its
    deletes, the `replace` of the same resource, its create."""
    chains: dict[str, list[Operation]] = {}
    deletes: list[Operation] = []
    for step in steps:
        operation = Operation(step["op"], step["urn"], step.get("oldState"), step.get("newState"))
        if step["op"] in ENDS:
            deletes.append(operation)
        elif step["op"] in MAKES:
            chains.setdefault(step["urn"], []).append(operation)
        elif step["op"] == "replace" and deletes and deletes[-1].urn == step["urn"]:
            chains[step["urn"]] = deletes
            deletes = []
    return chains, deletes


def _edges(state: dict[str, Any]) -> set[str]:
    by_property = state.get("propertyDependencies") or {}
    found = set(state.get("dependencies") or ()) | {urn for urns in by_property.values() for urn in urns}
    found |= {state.get("parent", ""), state.get("deletedWith", ""), state.get("provider", "").rpartition("::")[0]}
    return found - {""}


def _above(urn: str, states: dict[str, dict[str, Any]]) -> set[str]:
    """Everything the resource's registration waits for, however far up."""
    found: set[str] = set()
    look = [urn]
    while look:
        for edge in _edges(states.get(look.pop(), {})) - found:
            found.add(edge)
            look.append(edge)
    return found - {urn}


def _waves(late: list[Operation]) -> list[list[Operation]]:
    waves: list[list[Operation]] = []
    left = list(late)
    while left:
        urns = {operation.urn for operation in left}
        wave = [one for one in left if not (urns - {one.urn}) & _edges(one.old or {})]
        if not wave:
            raise ValueError("old states that depend on each other in a circle")
        left = [one for one in left if one not in wave]
        waves.insert(0, wave)
    return waves
