"""Name servers that are asked the same thing again and again: what they keep, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import dns.asyncquery
import dns.message
import dns.rcode

from slipway.cloud.internet.authority import serve_authority
from slipway.cloud.internet.names import Names, delegated
from slipway.cloud.internet.world import Zone

HERE = "127.0.0.1"
NAME = "a.example.org"


@dataclass
class Told:
    """What the one place holds, and how often it was looked up."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    number: int = 0
    looks: int = 0

    def holds(self, **values: dict[str, Any]) -> None:
        """Record sets of the name by address, with what else they have."""
        self.values, self.number = values, self.number + 1

    def version(self, place: int) -> int:
        return self.number

    def names(self, place: int) -> Names:
        self.looks += 1
        soa = {"Name": "example.org.", "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": "a. b. 1 1 1 1 60"}]}
        sets = [
            {
                "Name": f"{NAME}.",
                "Type": "A",
                "TTL": 60,
                "ResourceRecords": [{"Value": f"192.0.2.{address[1:]}"}],
                **more,
            }
            for address, more in self.values.items()
        ]
        zones = (Zone("Z1", "example.org", (soa, *sets)),)
        return Names(zones, delegated(zones))

    def world(self, place: int) -> Any:
        return SimpleNamespace(distributions=())


def live(play: Callable[[Told, Callable[[], Awaitable[str]]], Awaitable[None]]) -> None:
    """Play with a name server."""

    async def run() -> None:
        told = Told()
        server = await serve_authority((HERE,), told)  # type: ignore[arg-type]

        async def ask() -> str:
            query = dns.message.make_query(NAME, "A")
            response = await dns.asyncquery.udp(query, HERE, port=server.port, timeout=5)
            assert response.id == query.id
            return response.answer[0][0].to_text() if response.answer else dns.rcode.to_text(response.rcode())

        try:
            await play(told, ask)
        finally:
            server.close()

    asyncio.run(run())


def test_answer_is_kept_until_the_place_holds_something_else() -> None:
    async def play(told: Told, ask: Callable[[], Awaitable[str]]) -> None:
        assert await ask() == "NXDOMAIN" == await ask()
        told.holds(_1={})
        assert [await ask() for _ in range(3)] == ["192.0.2.1"] * 3
        told.holds(_2={})
        assert await ask() == "192.0.2.2"
        told.holds()
        assert await ask() == "NXDOMAIN"
        assert told.looks == 4

    live(play)


def test_answer_that_dice_decided_is_not_kept() -> None:
    async def play(told: Told, ask: Callable[[], Awaitable[str]]) -> None:
        told.holds(_1={"SetIdentifier": "one", "Weight": 1}, _2={"SetIdentifier": "two", "Weight": 1})
        assert {await ask() for _ in range(64)} == {"192.0.2.1", "192.0.2.2"}

    live(play)


def test_place_that_gets_no_answer_from_one_of_the_dice_gets_one_from_another() -> None:
    """A record set for one place on earth alone: clients come from anywhere."""

    async def play(told: Told, ask: Callable[[], Awaitable[str]]) -> None:
        told.holds(_1={"SetIdentifier": "one", "GeoLocation": {"CountryCode": "AT"}})
        assert {await ask() for _ in range(64)} == {"192.0.2.1", "NOERROR"}

    live(play)
