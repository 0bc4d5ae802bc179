"""One environment's ledger: read whole and checked, or appended to beside other writers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from slipway.engine.redaction import redact
from slipway.errors import BadInput, SlipwayError
from slipway.ledger.chain import Broken, chained
from slipway.ledger.entry import Deed, Entry, Link, Malformed, opened, sealed
from slipway.ledger.store import Store, open_store
from slipway.ledger.witness import Seen, Witness, witness_of
from slipway.plan import one_line

__all__ = ["Book", "Overtaken", "open_book"]

_TRIES = 50  # times that somebody else may be quicker
_SKEW = timedelta(seconds=5)  # by which two machines' clocks may differ
_LONGEST = 500  # characters of a text
_MOST = 100  # items of a list


class Overtaken(SlipwayError):
    """Somebody else has written to the ledger in the meantime; `link` is what."""

    exit_status = 1

    def __init__(self, link: Link) -> None:
        entry = link.entry
        did = f"{entry.deed.kind} {entry.deed.outcome}"
        super().__init__(
            f"{entry.who} was quicker in {entry.environment}: {did} at {entry.at:%Y-%m-%d %H:%M:%S}Z",
            f"See what they do: slipway ledger show {entry.environment}",
        )
        self.link = link


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger. Of the shell's `variables`, the values of those that are secrets do not get into it."""

    environment: str
    store: Store
    witness: Witness
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def entries(self) -> Iterator[Link]:
        """Every entry from the first on, each checked before it is given. Raises Broken."""
        seen, last = self.witness.recall(), None
        for link in chained(self.environment, self._files(self.store.numbers())):
            last = link
            self._check_seen(seen, link)
            yield link
        self._check_end(seen, last)

    def last(self) -> Link | None:
        """The last entry; None if there is none. What was appended since this machine looked last is checked, or the
        last entry alone if it never did. Raises Broken."""
        seen, numbers = self.witness.recall(), self.store.numbers()
        for due, number in enumerate(numbers, start=1):
            if number != due:
                raise Broken(self.environment, due, "it is missing")
        link = None
        if seen and seen.number <= len(numbers):
            link = self._opened(seen.number)
            self._check_seen(seen, link)
            *_, link = (link, *chained(self.environment, self._files(numbers[seen.number :]), link))
        elif numbers:
            link = self._opened(numbers[-1])
        self._check_end(seen, link)
        return link

    def backwards(self) -> Iterator[Link]:
        """Every entry from the last to the first, each checked by the hash that the one after it holds: for whoever
        looks for something recent. Raises Broken."""
        link = self.last()
        while link:
            yield link
            after = link.entry
            if after.number == 1:
                return
            link = self._opened(after.number - 1)
            if link.hash != after.previous:
                raise Broken(
                    self.environment, after.number, "it was written after another entry than the one before it"
                )

    def append(self, deed: Deed, who: str, now: datetime | None = None, *, after: int | None = None) -> Link:
        """Write a deed down as the next entry; of several writers each gets a place of its own. Or as the entry after
        number `after`, and as no other: of several writers who ask for the same, one gets it.

        Raises Broken if the ledger is, Overtaken if there is an entry after `after` already, BadInput if this
        machine's clock is behind the last entry.
        """
        said = _cleaned(deed, self.variables)
        for _ in range(_TRIES):
            before = self.last()
            if after is not None and before and before.entry.number > after:
                raise Overtaken(self._opened(after + 1))
            entry = Entry(
                environment=self.environment,
                number=before.entry.number + 1 if before else 1,
                previous=before.hash if before else "",
                nonce=secrets.token_hex(8),
                at=_not_before(before, now or datetime.now(UTC)),
                who=_clean(who, self.variables),
                deed=said,
            )
            link, file = sealed(entry)
            if self.store.create(entry.number, file):
                self.witness.remember(Seen(entry.number, link.hash))
                return link
        raise BadInput(
            f"{_TRIES} times somebody else was quicker to write to the ledger of {self.environment}", "Try again."
        )

    def _files(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        for number in numbers:
            if (file := self.store.read(number)) is not None:
                yield number, file

    def _opened(self, number: int) -> Link:
        """One entry on its own."""
        try:
            link = opened(self.store.read(number) or b"")
        except Malformed as error:
            raise Broken(self.environment, number, str(error)) from None
        if (link.entry.environment, link.entry.number) != (self.environment, number):
            why = f"it was written as entry {link.entry.number} of {link.entry.environment}"
            raise Broken(self.environment, number, why)
        return link

    def _check_seen(self, seen: Seen | None, link: Link) -> None:
        if seen and link.entry.number == seen.number and link.hash != seen.hash:
            raise Broken(self.environment, seen.number, "this machine has seen another entry there")

    def _check_end(self, seen: Seen | None, last: Link | None) -> None:
        """Nobody cuts off what this machine has seen; what it sees now, it remembers."""
        number = last.entry.number if last else 0
        if seen and number < seen.number:
            raise Broken(self.environment, number + 1, f"it is gone; this machine has seen {seen.number} entries")
        if last and (seen is None or seen.hash != last.hash):
            self.witness.remember(Seen(number, last.hash))


def open_book(place: str, environment: str, variables: Mapping[str, str] = os.environ) -> Book:
    """The ledger of an environment at `s3://BUCKET/PREFIX` or in a folder; `variables` are the shell's."""
    return Book(environment, open_store(place, environment), witness_of(place, environment, variables), variables)


def _not_before(before: Link | None, now: datetime) -> datetime:
    """Now, or the last entry's time if this clock is a little behind it."""
    if before is None or now >= before.entry.at:
        return now
    if before.entry.at - now > _SKEW:
        late = (before.entry.at - now).total_seconds()
        raise BadInput(
            f"this machine's clock is {late:.0f} s behind the last entry of the ledger of {before.entry.environment}",
            "Set the clock. An entry earlier than the one before it would pass for an old one.",
        )
    return before.entry.at


def _cleaned(deed: Deed, variables: Mapping[str, str]) -> Deed:
    """A deed without secrets, in lines of a length that somebody will read."""

    def clean(text: str) -> str:
        return _clean(text, variables)

    return msgspec.structs.replace(
        deed,
        changes=tuple(map(clean, deed.changes[:_MOST])),
        reason=clean(deed.reason),
        results={
            clean(name): clean(value) if isinstance(value, str) else value for name, value in deed.results.items()
        },
    )


def _clean(text: str, variables: Mapping[str, str]) -> str:
    return redact(one_line(text, _LONGEST), variables)
