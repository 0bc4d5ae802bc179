"""Traffic steps on a weighted name: checked, each made in one batch and watched; and back at once if it does not hold.

Every member and type of the name changes in one batch: there is no moment at which two of them contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from slipway.errors import SlipwayError
from slipway.ledger import Value
from slipway.moves.logbook import Logbook
from slipway.moves.record_sets import described, reweighed, same
from slipway.moves.refused import Refused
from slipway.moves.shares import share_of, told
from slipway.route53.names import Batch, RecordSet, identity

__all__ = [
    "Records",
    "Soak",
    "Weights",
    "before_last",
    "check_all_zero",
    "check_drift",
    "go_back",
    "live_weights",
    "shift",
]

Weights = Mapping[str, int]
Soak = Callable[[Weights], str]
"""Watches a name for as long as a step is to soak; what is wrong, or nothing."""


class Records(Protocol):
    """Where the record sets stand; `slipway.route53.zone.Zone` is the real one."""

    def at(self, name: str) -> list[RecordSet]:
        """Every record set of a name."""

    def change(self, batch: Batch, comment: str) -> None:
        """All of it at once, until every name server has it."""


def live_weights(name: str, live: Sequence[RecordSet]) -> dict[str, int]:
    """The members of a name with their weights. Refused if it is not weighted, or not the same for every type."""
    found: dict[str, int] = {}
    for record in live:
        if "Weight" not in record:
            raise Refused(f"{described(record)} is not weighted", f"Only a name that is shared can be shifted: {name}.")
        member, weight = record["SetIdentifier"], int(record["Weight"])
        if found.setdefault(member, weight) != weight:
            raise Refused(
                f"{member} of {name} has the weight {found[member]} for one type and {weight} for another",
                "`pulumi up` sets them alike.",
            )
    if not found:
        raise Refused(f"{name} has no record set", "Is this the stack that serves it?")
    return found


def check_drift(name: str, live: Sequence[RecordSet], state: Sequence[RecordSet]) -> None:
    """Refused unless what stands is what the stack's state holds."""
    standing = {identity(record): record for record in live}
    known = {identity(record): record for record in state}
    for key in sorted({**standing, **known}):
        if not same(standing.get(key), known.get(key)):
            is_, was = (described(each) if each else "nothing" for each in (standing.get(key), known.get(key)))
            raise Refused(
                f"{name} is not as the stack's state has it: {is_} stands, the state holds {was}",
                f"A shift that was interrupted: `slipway shift {name} --back`. Else somebody changed it by hand: "
                "`pulumi refresh`, and see what differs.",
            )


def check_all_zero(live: Sequence[RecordSet], weights: Weights) -> None:
    """Refused if some type would have weight 0 in all its record sets, which Route 53 reads as equal shares."""
    for kind in sorted({record["Type"] for record in live}):
        members = [record["SetIdentifier"] for record in live if record["Type"] == kind]
        if not any(weights[member] for member in members):
            raise Refused(
                f"all {kind} record sets ({', '.join(members)}) would have weight 0, which means equal shares",
                "Leave them a share above 0, or give the other members that type first.",
            )


@dataclass(frozen=True, slots=True)
class _Name:
    """A name whose weights are set, and where it is written down."""

    name: str
    records: Records
    tell: Callable[[str], None]

    def set(self, weights: Weights) -> None:
        """In one batch, and looked at afterwards."""
        self.records.change(reweighed(self.records.at(self.name), weights), f"slipway shift {self.name}")
        found = live_weights(self.name, self.records.at(self.name))
        if found != dict(weights):
            raise Refused(f"{self.name} has the weights {told(found)}, not {told(weights)}", "Somebody else is at it.")
        self.tell(f"{self.name}: {told(weights)}")


def shift(
    name: str,
    way: Sequence[Weights],
    records: Records,
    soak: Soak,
    log: Logbook,
    seen: int,
    tell: Callable[[str], None],
) -> None:
    """Take every step of the way, from the weights that stand; each is written down, with its shares.

    Whatever ends a step before it has soaked (a failure, AWS, Ctrl-C) brings back the weights from before the first,
    at once. Refused says so; `seen` is the ledger's entry that the checks were made after.
    """
    here = _Name(name, records, tell)
    before = live_weights(name, records.at(name))
    after: int | None = seen
    for number, weights in enumerate(way, start=1):
        results: dict[str, Value] = {"move": "shift", "name": name, "step": number, "steps": len(way)}
        results |= {**_shares(weights), **{f"weight {member}": weight for member, weight in weights.items()}}
        begun = log.begin({**results, **{f"was {member}": weight for member, weight in before.items()}}, after)
        after = None
        try:
            here.set(weights)
            if wrong := soak(weights):
                raise Refused(wrong)
            log.end(begun, "done", results)
        except BaseException as error:  # a bug is no reason either to leave users where nobody watches
            why = _why(error)
            _undo(here, before, why)
            try:
                log.end(begun, "failed", {"move": "shift", "name": name, "back": True, **_shares(before)}, why)
            except SlipwayError as unwritten:
                tell(f"this is not written down: {unwritten.message}")
            if not isinstance(error, SlipwayError):
                raise
            raise Refused(
                f"{name} is back at {told(before)}: {why}", "Nothing else was changed, and the state is as it was."
            ) from error


def go_back(name: str, before: Weights, records: Records, log: Logbook, tell: Callable[[str], None]) -> None:
    """The weights from before, at once and without a soak; written down."""
    begun = log.begin({"move": "shift", "name": name, "back": True, **_shares(before)})
    try:
        _Name(name, records, tell).set(before)
    except (SlipwayError, KeyboardInterrupt) as error:
        log.end(begun, "failed", {"move": "shift", "name": name, "back": True}, _why(error))
        raise
    log.end(begun, "done", {"move": "shift", "name": name, "back": True, **_shares(before)})


def before_last(name: str, log: Logbook) -> dict[str, int]:
    """The weights from before the last shift of a name. Refused if none is known."""
    link = log.begun("shift", name)
    if link is None:
        raise Refused(
            f"no shift of {name} is written down here",
            f"Say where to: slipway shift {name} cloudfront=100%, or the like.",
        )
    results = link.entry.deed.results
    return {key.removeprefix("was "): int(value) for key, value in results.items() if key.startswith("was ")}


def _undo(here: _Name, before: Weights, why: str) -> None:
    try:
        here.set(before)
    except BaseException as error:
        raise Refused(
            f"{here.name} could NOT be brought back to {told(before)} ({_why(error)}), after: {why}",
            f"Try again now: slipway shift {here.name} --back",
        ) from error


def _why(error: BaseException) -> str:
    if isinstance(error, SlipwayError):
        return error.message
    return "interrupted" if isinstance(error, KeyboardInterrupt) else f"a bug: {error!r}"


def _shares(weights: Weights) -> dict[str, Value]:
    return {f"percent {member}": round(float(share_of(weights, member) * 100), 2) for member in weights}
