"""The authoritative name servers: one at each place, answering from what that place holds at the moment."""

from __future__ import annotations

import random
from collections.abc import Sequence

import dns.message

from slipway.cloud.internet.dns_answer import answered
from slipway.cloud.internet.dns_contents import Contents
from slipway.cloud.internet.dns_server import Server, serve
from slipway.cloud.internet.history import Histories

__all__ = ["serve_authority"]


async def serve_authority(addresses: Sequence[str], histories: Histories, die: random.Random | None = None) -> Server:
    """Name server i on address i, by the world of place i. Raises OSError if no port is free."""
    die = die or random.Random()  # noqa: S311 which of several answers, no secret
    known: dict[int, tuple[int, Contents]] = {}

    async def answer(query: dns.message.Message, place: int) -> dns.message.Message:
        version = histories.version(place)
        if place not in known or known[place][0] != version:
            world, names = histories.world(place), histories.names(place)
            known[place] = (version, Contents.of(names, world.distributions, addresses))
        return answered(query, known[place][1], die)

    return await serve(addresses, answer)
