"""What a resource depends on, as the engine reads it from a state (pulumi/pkg, resource.State, GetAllDependencies)."""

from __future__ import annotations

from collections.abc import Sequence

from slipway.plan.model import AnyStep, Op, State, Step
from slipway.plan.urn import provider_urn

__all__ = ["dependencies", "first_late"]

_AT_THE_END = (Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED, Op.REMOVE_PENDING_REPLACE)


def dependencies(state: State, *, parent: bool = True) -> dict[str, None]:
    """The URNs of all that the resource directly depends on, each once; its parent too, if asked for."""
    found = dict.fromkeys(state.dependencies)
    for urns in state.property_dependencies.values():
        for urn in urns or ():
            found[urn] = None
    for urn in state.replace_with:
        found[urn] = None
    found[state.deleted_with] = found[provider_urn(state.provider)] = None
    if parent:
        found[state.parent] = None
    found.pop("", None)
    return found


def first_late(steps: Sequence[AnyStep]) -> int:
    """Where the deletes begin that the engine leaves for the end: nothing but deletes stands behind.

    A delete before the replacement is always followed by the create that it makes room for.
    """
    index = len(steps)
    while index and isinstance(step := steps[index - 1], Step) and step.op in _AT_THE_END:
        index -= 1
    return index
