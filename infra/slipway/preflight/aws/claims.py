"""Claims: which life holds a key (a record set, an alias, a name) from when until when, and where two may meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from slipway.plan.operations import Operation, end, start
from slipway.plan.order import Order
from slipway.preflight.aws.lives import Life, Version

__all__ = ["Claim", "Key", "Keys", "claims_by", "claims_of", "done_before", "may_meet", "meetings", "stands_at"]

Key: TypeAlias = tuple[str, ...]
Keys: TypeAlias = Callable[[Version], Iterable[Key]]


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A life holds a key from the operation `since` (None: before the apply) to `until` (None: beyond its end);
    `version` is the first that does."""

    key: Key
    life: Life
    version: Version
    since: Operation | None
    until: Operation | None


def claims_of(life: Life, keys: Keys) -> Iterator[Claim]:
    """A life's claims; a key that its next version keeps is one claim."""
    if len(life.versions) == 1:
        (only,) = life.versions
        yield from [Claim(key, life, only, only.since, only.until) for key in dict.fromkeys(keys(only))]
        return
    found: dict[Key, Claim] = {}
    for version in life.versions:
        for key in dict.fromkeys(keys(version)):
            held = found.get(key)
            fresh = Claim(key, life, version, version.since, version.until)
            found[key] = fresh if held is None else msgspec.structs.replace(held, until=version.until)
    yield from found.values()


def claims_by(
    lives: Iterable[Life], keys: Keys, group: Callable[[Key], Key] = lambda key: key
) -> Mapping[Key, list[Claim]]:
    """Every claim, in groups of the same key or of what `group` makes of it."""
    found: dict[Key, list[Claim]] = defaultdict(list)
    for life in lives:
        for claim in claims_of(life, keys):
            found[group(claim.key)].append(claim)
    return found


def stands_at(order: Order, claim: Claim, operation: Operation) -> bool:
    """Whether some run carries out the operation while the claim is held."""
    gone = claim.until is not None and done_before(order, claim.until, operation)
    to_come = claim.since is not None and done_before(order, operation, claim.since)
    return not gone and not to_come and operation is not claim.since


def done_before(order: Order, first: Operation, then: Operation) -> bool:
    """Whether in every run the one operation is done before the other begins."""
    return order.before(end(first), start(then))


def may_meet(order: Order, taking: Claim, held: Claim) -> bool:
    """Whether some run lets `taking` begin while another life holds its claim."""
    return taking.since is not None and taking.life is not held.life and stands_at(order, held, taking.since)


def meetings(
    order: Order, claims: Iterable[Claim], side: Callable[[Claim], Hashable] = lambda claim: id(claim.life)
) -> Iterator[tuple[Claim, Claim]]:
    """For each claim that this plan takes, the first of another side that some run still finds held.

    Of two that are taken without an order between them, only the later one in the engine's listing is told.
    """
    sides: dict[Hashable, list[Claim]] = defaultdict(list)
    # What stands before the apply and stays is asked first: it settles the matter at once.
    for claim in sorted(claims, key=_firmness):
        sides[side(claim)].append(claim)
    if len(sides) < 2:
        return
    for own, takings in sides.items():
        for taking in takings:
            others = (claim for name, held in sides.items() if name != own for claim in held)
            if taking.since and (found := next((claim for claim in others if _told(order, taking, claim)), None)):
                yield taking, found


def _firmness(claim: Claim) -> int:
    return (claim.since is not None) * 2 + (claim.until is not None)


def _told(order: Order, taking: Claim, held: Claim) -> bool:
    if not may_meet(order, taking, held):
        return False
    if taking.since is None or held.since is None or not may_meet(order, held, taking):
        return True
    return taking.since.index > held.since.index
