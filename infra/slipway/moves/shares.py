"""Shares of the answers as people say them, in percent, and as Route 53 takes them: whole weights from 0 to 255. Pure.

Source: Route 53 Developer Guide, "Weighted routing": a record set is answered with for its weight over the sum of all;
one of weight 0 not at all; and if all of them have weight 0, all alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from slipway.errors import BadInput

__all__ = ["HIGHEST", "asked", "percentages", "ramp", "share_of", "shares_after", "shown", "told", "weights_for"]

HIGHEST = 255
_FORM = re.compile(r"(?P<member>[^=\s]+)=(?P<percent>\d{1,3}(\.\d{1,4})?)\s*%")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?")
_WRITE = "Write the member's set identifier and a percentage: fastly=5%."


def asked(words: Iterable[str]) -> dict[str, Fraction]:
    """`fastly=5%` and the like, as shares of 1 by member. BadInput for another form, or more than 100 %."""
    found: dict[str, Fraction] = {}
    for word in words:
        if (match := _FORM.fullmatch(word)) is None:
            raise BadInput(f"{word!r} is no share", _WRITE)
        if match["member"] in found:
            raise BadInput(f"{match['member']} is given twice", _WRITE)
        found[match["member"]] = Fraction(match["percent"]) / 100
    if sum(found.values()) > 1:
        raise BadInput(f"the shares add up to {shown(sum(found.values(), Fraction(0)))}", "100 % is all there is.")
    return found


def percentages(text: str) -> tuple[Fraction, ...]:
    """`1,5,20` as shares of 1. BadInput for anything else."""
    parts = [part.strip().removesuffix("%") for part in text.split(",") if part.strip()]
    if any(not _PERCENT.fullmatch(part) or Fraction(part) > 100 for part in parts):
        raise BadInput(f"--steps {text!r} are no percentages", "Write them like 1,5,20.")
    return tuple(Fraction(part) / 100 for part in parts)


def shares_after(now: Mapping[str, int], wanted: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Every member's share, when the `wanted` ones have theirs; the others keep their proportions, or are alike where
    they have none. BadInput for a member that is not there, and where nobody is left to take the rest."""
    unknown = [member for member in wanted if member not in now]
    if unknown:
        raise BadInput(f"{unknown[0]} is none of the members", f"They are {', '.join(now)}.")
    rest = 1 - sum(wanted.values(), Fraction(0))
    others = {member: weight for member, weight in now.items() if member not in wanted}
    if rest and not others:
        raise BadInput(f"the shares add up to {shown(1 - rest)}", "All members are named: make it 100 %.")
    total = sum(others.values())
    left = {member: rest * (Fraction(weight, total) if total else Fraction(1, len(others))) for member, weight in
            others.items()}  # fmt: skip
    return {member: wanted.get(member, left.get(member, Fraction(0))) for member in now}


def weights_for(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """The whole weights whose real shares are nearest to these, by the member that is farthest off; of several such,
    those whose sum is nearest to 255, as the settings write them.

    A share of 0 is the weight 0, and nobody else gets that: a member that is to be answered with is.
    """
    members = [member for member, share in shares.items() if share]
    # Beyond that sum the largest member, which stops at 255, is off by more than all rounding before.
    most = int((HIGHEST + len(members)) / max(shares.values()))
    sums = sorted(range(len(members), min(most, HIGHEST * len(members)) + 1), key=lambda total: abs(total - HIGHEST))
    nearest = min((_of_sum(shares, members, total) for total in sums), key=lambda found: found[0])[1]
    return {member: nearest.get(member, 0) for member in shares}


def _of_sum(shares: Mapping[str, Fraction], members: Sequence[str], total: int) -> tuple[Fraction, dict[str, int]]:
    """The best weights of this sum, and by how much they are off: what is left over goes, one by one, to whoever
    lacks most."""
    weights = {member: min(HIGHEST, max(1, int(shares[member] * total))) for member in members}
    while (left := total - sum(weights.values())) != 0:
        lacking = {member: shares[member] * total - weights[member] for member in members}
        if left > 0:
            open_ = [member for member in members if weights[member] < HIGHEST]
            weights[max(open_, key=lacking.__getitem__)] += 1
        else:
            open_ = [member for member in members if weights[member] > 1]
            weights[min(open_, key=lacking.__getitem__)] -= 1
    return max(abs(Fraction(weights[member], total) - shares[member]) for member in members), weights


def ramp(
    now: Mapping[str, int], wanted: Mapping[str, Fraction], steps: Sequence[Fraction] = ()
) -> tuple[dict[str, int], ...]:
    """The weights of every step on the way, the last of them what is wanted; steps that are behind already are left
    out, and nothing is left if it all stands. BadInput for steps that do not lead there."""
    shares = shares_after(now, wanted)
    if all(share_of(now, member) == share for member, share in shares.items()):
        return ()
    if not steps:
        return (weights_for(shares),)
    if len(wanted) != 1:
        raise BadInput("--steps are percentages of one member, and several are given", "Name the one that is moved.")
    ((member, goal),) = wanted.items()
    begin = share_of(now, member)
    way = [*steps, *(() if steps[-1] == goal else (goal,))]
    up = goal >= begin
    if way != sorted(way, reverse=not up) or len(set(way)) != len(way):
        raise BadInput(
            f"the steps do not lead from {shown(begin)} to {shown(goal)}",
            "Give them in order, each between the share that stands and the one that is asked for.",
        )
    ahead = [step for step in way if (step > begin if up else step < begin)]
    found = [weights_for(shares_after(now, {member: step})) for step in ahead]
    return tuple(weights for weights, before in zip(found, [dict(now), *found], strict=False) if weights != before)


def share_of(weights: Mapping[str, int], member: str) -> Fraction:
    """The share of the answers that a member really has; all alike where every weight is 0."""
    total = sum(weights.values())
    return Fraction(weights[member], total) if total else Fraction(1, len(weights))


def told(weights: Mapping[str, int]) -> str:
    """Weights for people: what each member really gets."""
    return ", ".join(f"{each} {shown(share_of(weights, each))} (weight {weight})" for each, weight in weights.items())


def shown(share: Fraction) -> str:
    """A share in percent, with as many places as tell something."""
    return f"{float(share * 100):.2f}".rstrip("0").rstrip(".") + " %"
