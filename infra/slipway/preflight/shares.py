"""Weights as what they mean: the share of the answers for a name that a member of a weighted set gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from slipway.plan import State, Value
from slipway.preflight.names import RECORD

__all__ = ["Totals", "percent", "totals", "weight_of"]

Totals: TypeAlias = Mapping[tuple[str, str], tuple[float, int]]
"""For each weighted set, by name and type: the sum of its weights, and how many members it has."""


def weight_of(state: State) -> float | None:
    """The weight of a record set; None if it has none, or none that is known."""
    policies: Value = state.inputs.get("weightedRoutingPolicies") if state.type == RECORD else None
    first = policies[0] if isinstance(policies, list) and policies else policies
    weight = first.get("weight") if isinstance(first, dict) else None
    return weight if isinstance(weight, int | float) and not isinstance(weight, bool) else None


def totals(states: Iterable[State], name_of: Callable[[State], str]) -> Totals:
    """The sets that these record sets form."""
    found: dict[tuple[str, str], tuple[float, int]] = defaultdict(lambda: (0, 0))
    for state in states:
        if state.type == RECORD and (weight := weight_of(state)) is not None:
            key = _key(state, name_of)
            total, members = found[key]
            found[key] = total + weight, members + 1
    return dict(found)


def percent(state: State, sets: Totals, name_of: Callable[[State], str]) -> str:
    """The share of one member, such as `4 %`; "" if it is not known. With all weights at 0, all are equally likely."""
    weight, (total, members) = weight_of(state), sets.get(_key(state, name_of), (0, 0))
    if weight is None or not members:
        return ""
    share = weight / total if total else 1 / members
    return f"{share * 100:.3g} %"


def _key(state: State, name_of: Callable[[State], str]) -> tuple[str, str]:
    return name_of(state), str(state.inputs.get("type", "")).upper()
