"""The authoritative name servers: one at each place, answering from what that place holds at the moment.

A question that was answered is answered the same way until the place holds something else, unless dice were thrown for
it; so many users who ask again and again cost little.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import dns.message

from slipway.cloud.internet.dns_answer import answered
from slipway.cloud.internet.dns_contents import Contents
from slipway.cloud.internet.dns_server import Server, replier, serve
from slipway.cloud.internet.history import Histories

__all__ = ["Die", "serve_authority"]

_MOST = 2_000  # replies that are kept


class Die(random.Random):
    """A die that knows whether it was thrown."""

    thrown = False

    def random(self) -> float:
        self.thrown = True
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        self.thrown = True
        return super().getrandbits(k)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a place holds until its next version, and what was replied to queries; both without their numbers."""

    version: int
    contents: Contents
    replies: dict[tuple[bytes, bool], bytes] = field(default_factory=dict)


async def serve_authority(addresses: Sequence[str], histories: Histories, die: Die | None = None) -> Server:
    """Name server i on address i, by the world of place i. Raises OSError if no port is free."""
    dice = die or Die()
    moments: dict[int, _Moment] = {}

    def now(place: int) -> _Moment:
        version = histories.version(place)
        if place not in moments or moments[place].version != version:
            contents = Contents.of(histories.names(place), histories.world(place).distributions, addresses)
            moments[place] = _Moment(version, contents)
        return moments[place]

    async def answer(query: dns.message.Message, place: int) -> dns.message.Message:
        return answered(query, now(place).contents, dice)

    anew = replier(answer)

    async def reply(data: bytes, place: int, over_udp: bool) -> bytes | None:
        replies, asked = now(place).replies, (data[2:], over_udp)
        if asked in replies:
            return data[:2] + replies[asked]
        dice.thrown = False  # Nobody else is answered in between: `answer` waits for nothing.
        told = await anew(data, place, over_udp)
        if told and not dice.thrown and len(replies) < _MOST:
            replies[asked] = told[2:]
        return told

    return await serve(addresses, reply)
