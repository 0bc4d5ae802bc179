"""How many reviews a plan needs: of all rules that one of its changes meets, the one that asks for the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slipway.config import ReviewConfig, ReviewRule
from slipway.plan import Plan
from slipway.preflight import ANY, Change, names_touched, overlap

__all__ = ["Demand", "demand", "share_of"]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """So many reviews; `because` names the rule and the change, empty if none are needed."""

    reviews: int
    because: str = ""


def demand(config: ReviewConfig, plan: Plan, changes: tuple[Change, ...]) -> Demand:
    """What the rules ask for. Of two rules that ask for as many, the first is named."""
    names = names_touched(plan, changes)
    found = [
        Demand(rule.reviews, _because(number, rule, change, touched, config.traffic))
        for change in changes
        for touched in (_hosts(names[change.id]),)
        for number, rule in enumerate(config.rules, start=1)
        if _meets(change, touched, rule, config.traffic)
    ]
    return max(found, key=lambda each: each.reviews, default=Demand(0))


def share_of(names: frozenset[str], traffic: Mapping[str, float]) -> float:
    """The percentage of all requests that go to these names; those that have none of their own share the rest, and may
    have all of it."""
    known = {name for name in traffic if any(overlap(name, each) for each in names)}
    others = any(each not in traffic for each in names)
    rest = max(0.0, 100 - sum(traffic.values())) if others else 0.0
    return round(sum(traffic[name] for name in known) + rest, 6)


def _hosts(names: frozenset[str]) -> frozenset[str]:
    """Without the names that no client asks for, such as those that prove a certificate's domains."""
    return frozenset(name for name in names if not (name.startswith("_") or "._" in name))


def _meets(change: Change, names: frozenset[str], rule: ReviewRule, traffic: Mapping[str, float]) -> bool:
    """A change of labels alone meets only rules for everything: it can hurt nobody, whatever it labels."""
    return all(met for _, met in _conditions(change, names, rule, traffic))


def _conditions(
    change: Change, names: frozenset[str], rule: ReviewRule, traffic: Mapping[str, float]
) -> Iterator[tuple[str, bool]]:
    """Every condition of a rule, in words, and whether the change meets it."""
    real = not change.cosmetic
    if rule.kinds:
        yield f"of kind {' or '.join(rule.kinds)}", real and change.kind in rule.kinds
    if rule.names:
        yield f"on {' or '.join(rule.names)}", real and any(overlap(a, b) for a in rule.names for b in names)
    if rule.traffic_above is not None:
        above = bool(names) and share_of(names, traffic) > rule.traffic_above
        yield f"on more than {rule.traffic_above:g} % of the requests", real and above


def _because(number: int, rule: ReviewRule, change: Change, names: frozenset[str], traffic: Mapping[str, float]) -> str:
    what = " ".join(words for words, _ in _conditions(change, names, rule, traffic))
    shown = [name for name in sorted(names) if name != ANY][:_SHOWN]
    where = "any name, for nobody can tell which" if ANY in names else ", ".join(shown)
    more = f" and {len(names) - _SHOWN} more" if ANY not in names and len(names) > _SHOWN else ""
    share = f", {share_of(names, traffic):g} % of the requests" if traffic and names else ""
    touches = f", which touches {where}{more}{share}" if names else ""
    return f"rule {number} asks for {rule.reviews} of every change{f' {what}' if what else ''}: {change.title}{touches}"
