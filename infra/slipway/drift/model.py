"""Drift as a value: what differs from what, who or what is behind it, and what was not compared. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from slipway.plan import Secret, Unknown, Value
from slipway.preflight.differences import Absent

__all__ = ["BY_HAND", "Cause", "Difference", "Finding", "Merge", "Report", "Standing", "shown"]

Cause: TypeAlias = Literal[
    "changed by hand", "unfinished apply", "state outside git", "config outside git", "unapplied merge"
]
BY_HAND: Cause = "changed by hand"

_LONGEST = 200  # characters of a value


class Difference(msgspec.Struct, frozen=True):
    """One property: what the state holds, and what is there. Both as `shown` puts them."""

    path: str
    recorded: str
    live: str


class Finding(msgspec.Struct, frozen=True):
    """One thing that differs. `title` says what; `gone` means that a resource of the state is not there any more;
    `hostnames` are the public names that it concerns, as far as the resource itself names them."""

    cause: Cause
    title: str
    urns: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    hostnames: tuple[str, ...] = ()
    gone: bool = False


class Merge(msgspec.Struct, frozen=True):
    """A commit of the main branch that is not applied, and for how many days it has been there."""

    commit: str
    subject: str
    author: str
    at: datetime
    days: int


class Standing(msgspec.Struct, frozen=True):
    """What the ledger says is deployed: its entry, when and by whom it was applied, from which commit and settings.
    `since` tells in a line each what was begun or moved after that."""

    number: int
    at: datetime
    who: str
    commit: str
    config: str
    since: tuple[str, ...] = ()
    unfinished: bool = False

    @property
    def base(self) -> str:
        """The commit without what was edited on top of it."""
        return self.commit.removesuffix("-dirty")


class Report(msgspec.Struct, frozen=True):
    """What a check found. `waiting` are merges that may still wait; `not_compared` says what was not looked at, and
    why: never the same as no drift."""

    environment: str
    stack: str
    findings: tuple[Finding, ...]
    deployed: Standing | None = None
    waiting: tuple[Merge, ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def by_hand(self) -> tuple[Finding, ...]:
        """What the world has otherwise than the state."""
        return tuple(finding for finding in self.findings if finding.cause == BY_HAND)

    @property
    def repairable(self) -> tuple[Finding, ...]:
        """What an apply of the deployed commit would put back, whether it is in the state by now or not. Not what an
        unfinished apply left: that is for a rollback, or for the apply's end."""
        return tuple(f for f in self.findings if f.urns and f.cause in (BY_HAND, "state outside git"))


def shown(value: Value | Absent) -> str:
    """A value as JSON, cut to a length that somebody reads; secrets masked."""
    if isinstance(value, Absent):
        return "none"
    text = msgspec.json.encode(_plain(value)).decode()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(value: Value) -> object:
    match value:
        case Secret():
            return "[secret]"
        case Unknown():
            return value.text
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case str():
            return value
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            return value
