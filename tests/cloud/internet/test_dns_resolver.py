"""The caching resolver and the sockets, in front of a name server of the test's own, over real UDP and TCP."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import pytest

from slipway.cloud.clock import INSTANT, Clock
from slipway.cloud.internet.dns_answer import answered
from slipway.cloud.internet.dns_contents import Contents
from slipway.cloud.internet.dns_server import bindable, replier, serve
from slipway.cloud.internet.names import Names, delegated
from slipway.cloud.internet.resolver import Resolver
from slipway.cloud.internet.world import Zone

pytestmark = pytest.mark.process

HERE = "127.0.0.1"


def record(name: str, kind: str, *values: str, ttl: int = 300) -> dict[str, Any]:
    return {"Name": f"{name}.", "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": each} for each in values]}


@dataclass
class Net:
    """A name server for example.org, and a resolver in front of it whose time the test tells."""

    dns: int = 0
    resolving: int = 0
    pace: Clock = field(default_factory=lambda: Clock(scale=600))
    era: str = "one"
    seconds: float = 100.0
    asked: list[str] = field(default_factory=list)
    contents: Contents | None = None

    def holds(self, *records: dict[str, Any]) -> None:
        soa = record("example.org", "SOA", "ns. hostmaster. 1 7200 900 1209600 86400", ttl=900)
        zones = (Zone("Z", "example.org", (soa, *records)),)
        self.contents = Contents.of(Names(zones, delegated(zones)), (), (HERE,))

    async def answer(self, query: dns.message.Message, place: int) -> dns.message.Message:
        assert self.contents is not None
        self.asked.append(query.question[0].name.to_text(omit_final_dot=True))
        return answered(query, self.contents, random.Random(0))  # noqa: S311

    async def resolve(self, name: str, kind: str = "A") -> dns.message.Message:
        return await dns.asyncquery.udp(dns.message.make_query(name, kind), HERE, port=self.resolving, timeout=5)

    async def seen(self, name: str, kind: str = "A") -> list[tuple[str, int]]:
        """Values with their TTLs."""
        response = await self.resolve(name, kind)
        return [(rdata.to_text(), rrset.ttl) for rrset in response.answer for rdata in rrset]


def live(play: Callable[[Net], Awaitable[None]]) -> None:
    """Play with a net, and take it down."""

    async def run() -> None:
        net = Net()
        net.holds()
        authority = await serve((HERE,), replier(net.answer))
        resolver = Resolver((HERE,), authority.port, lambda: net.pace, lambda: net.era, lambda: net.seconds)
        resolving = await serve((HERE,), replier(resolver.answer))
        net.dns, net.resolving = authority.port, resolving.port
        try:
            await play(net)
        finally:
            authority.close()
            resolving.close()
            resolver.close()

    asyncio.run(run())


def test_changed_record_is_answered_as_it_was_until_its_ttl_is_over() -> None:
    """At scale 600 the tail of 300 seconds is half a second; TTLs count down in the cloud's time."""

    async def play(net: Net) -> None:
        net.holds(record("a.example.org", "A", "192.0.2.1"))
        assert await net.seen("a.example.org") == [("192.0.2.1", 300)]
        net.holds(record("a.example.org", "A", "192.0.2.2"))
        net.seconds += 0.25
        assert await net.seen("a.example.org") == [("192.0.2.1", 150)]
        net.seconds += 0.26
        assert await net.seen("a.example.org") == [("192.0.2.2", 300)]
        assert net.asked == ["a.example.org"] * 2

    live(play)


def test_name_that_was_missing_stays_missing_for_the_negative_ttl() -> None:
    """900 seconds, one and a half of ours."""

    async def play(net: Net) -> None:
        assert (await net.resolve("a.example.org")).rcode() == dns.rcode.NXDOMAIN
        net.holds(record("a.example.org", "A", "192.0.2.1"))
        net.seconds += 1.375
        denied = await net.resolve("a.example.org")
        assert (denied.rcode(), denied.authority[0].ttl) == (dns.rcode.NXDOMAIN, 75)
        net.seconds += 0.25
        assert await net.seen("a.example.org") == [("192.0.2.1", 300)]

    live(play)


def test_links_of_a_chain_are_remembered_each_for_its_own_ttl() -> None:
    """The CNAME outlives the address behind it."""

    async def play(net: Net) -> None:
        net.holds(
            record("a.example.org", "CNAME", "b.example.org", ttl=3000),
            record("b.example.org", "A", "192.0.2.1", ttl=60),
        )
        assert await net.seen("a.example.org") == [("b.example.org.", 3000), ("192.0.2.1", 60)]
        net.holds(record("b.example.org", "A", "192.0.2.2", ttl=60))
        net.seconds += 0.2
        assert await net.seen("a.example.org") == [("b.example.org.", 2880), ("192.0.2.2", 60)]

    live(play)


def test_chain_into_nothing_is_nxdomain_with_its_links() -> None:
    """And remembered so."""

    async def play(net: Net) -> None:
        net.holds(record("a.example.org", "CNAME", "gone.example.org"))
        for _ in range(2):
            response = await net.resolve("a.example.org")
            assert response.rcode() == dns.rcode.NXDOMAIN
            assert len(response.answer) == 1
        assert net.asked == ["a.example.org"]

    live(play)


def test_nothing_is_remembered_when_nothing_takes_time() -> None:
    """Scale 0."""

    async def play(net: Net) -> None:
        net.pace = INSTANT
        net.holds(record("a.example.org", "A", "192.0.2.1"))
        await net.seen("a.example.org")
        net.holds(record("a.example.org", "A", "192.0.2.2"))
        assert await net.seen("a.example.org") == [("192.0.2.2", 300)]

    live(play)


def test_cloud_that_was_wiped_leaves_nothing_in_the_cache() -> None:
    """A new era."""

    async def play(net: Net) -> None:
        net.holds(record("a.example.org", "A", "192.0.2.1"))
        await net.seen("a.example.org")
        net.holds()
        net.era = "two"
        assert (await net.resolve("a.example.org")).rcode() == dns.rcode.NXDOMAIN

    live(play)


def test_name_outside_fails_and_is_asked_of_nobody_else() -> None:
    """Also behind a CNAME of ours, and a name that only a delegation leads to."""

    async def play(net: Net) -> None:
        net.holds(
            record("a.example.org", "CNAME", "cdn.example.com"), record("sub.example.org", "NS", "ns.other.example")
        )
        for name in ("example.com", "a.example.org", "x.sub.example.org"):
            response = await net.resolve(name)
            assert response.rcode() == dns.rcode.SERVFAIL
            assert all(each.rdtype == dns.rdatatype.CNAME for each in response.answer)

    live(play)


def test_a_chain_that_leads_outside_is_told_as_far_as_it_goes() -> None:
    """Whoever knows that a second CDN serves can see that the name leads there."""

    async def play(net: Net) -> None:
        net.holds(record("a.example.org", "CNAME", "cdn.example.com"))
        [link] = (await net.resolve("a.example.org")).answer
        assert str(link[0].target) == "cdn.example.com."

    live(play)


def test_silent_name_servers_are_servfail() -> None:
    """Nobody listens there."""

    async def play(net: Net) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind((HERE, 0))
            closed = silent.getsockname()[1]
        with closing(Resolver((HERE,), closed, lambda: net.pace)) as resolver:
            response = await resolver.answer(dns.message.make_query("a.example.org", "A"))
        assert response.rcode() == dns.rcode.SERVFAIL

    live(play)


def test_query_without_recursion_desired_is_refused() -> None:
    """It is a resolver, not a name server."""

    async def play(net: Net) -> None:
        query = dns.message.make_query("a.example.org", "A")
        query.flags &= ~dns.flags.RD
        response = await dns.asyncquery.udp(query, HERE, port=net.resolving, timeout=5)
        assert response.rcode() == dns.rcode.REFUSED

    live(play)


def test_long_answer_is_truncated_over_udp_and_whole_over_tcp() -> None:
    """By what the client announced: 512 bytes without EDNS, else what it says; the resolver gets all of it."""

    async def play(net: Net) -> None:
        net.holds(record("a.example.org", "A", *(f"192.0.2.{number}" for number in range(60))))
        plain = dns.message.make_query("a.example.org", "A", use_edns=False)
        large = dns.message.make_query("a.example.org", "A", use_edns=0, payload=4096)
        small = dns.message.make_query("a.example.org", "A", use_edns=0, payload=800)
        for query, cut in ((plain, True), (large, False), (small, True)):
            response = await dns.asyncquery.udp(query, HERE, port=net.dns, timeout=5)
            assert bool(response.flags & dns.flags.TC) is cut
            assert (response.edns >= 0) is (query.edns >= 0)
        whole = await dns.asyncquery.tcp(plain, HERE, port=net.dns, timeout=5)
        assert len(whole.answer[0]) == 60
        response, used_tcp = await dns.asyncquery.udp_with_fallback(plain, HERE, port=net.resolving, timeout=5)
        assert (len(response.answer[0]), used_tcp) == (60, True)

    live(play)


def test_one_tcp_connection_takes_several_queries() -> None:
    """RFC 7766."""

    async def play(net: Net) -> None:
        net.holds(record("a.example.org", "A", "192.0.2.1"))
        reader, writer = await asyncio.open_connection(HERE, net.dns)
        for number in (1, 2):
            query = dns.message.make_query("a.example.org", "A", id=number)
            writer.write(query.to_wire(prepend_length=True))
            length = int.from_bytes(await reader.readexactly(2), "big")
            response = dns.message.from_wire(await reader.readexactly(length))
            assert response.id == number
        writer.close()
        await writer.wait_closed()

    live(play)


def test_what_is_no_message_is_a_format_error_or_nothing() -> None:
    """With the head of a query there is somebody to tell; an answer is never answered."""

    async def play(net: Net) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            client.connect((HERE, net.dns))
            reply = dns.message.make_response(dns.message.make_query("a.example.org", "A", id=9)).to_wire()
            for sent in (b"", b"short", reply, b"\x12\x34\x01\x00\x00\x01" + bytes(6) + b"\xff"):
                await loop.sock_sendall(client, sent)
            told = dns.message.from_wire(await asyncio.wait_for(loop.sock_recv(client, 512), 5))
            assert (told.id, told.rcode()) == (0x1234, dns.rcode.FORMERR)

    live(play)


def test_only_addresses_of_this_machine_can_be_bound() -> None:
    """On some systems 127.0.0.2 cannot."""
    assert bindable((HERE, "192.0.2.1")) == (HERE,)
