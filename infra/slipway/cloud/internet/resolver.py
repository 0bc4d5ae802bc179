"""A caching resolver, as an Internet provider runs one: it asks our name servers and remembers what they said.

Its clock is the local cloud's: at scale 600 a TTL of 300 seconds is over after half a second; at scale 0 it remembers
nothing. It knows no name servers but ours, so a name outside our zones ends with SERVFAIL, and no query leaves the
machine. Answers that have outlived their TTL are not served (no RFC 8767).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from slipway.cloud.clock import Clock
from slipway.cloud.internet.dns_answer import PAYLOAD
from slipway.cloud.internet.dns_cache import Cache, Denial
from slipway.cloud.internet.dns_client import Client

__all__ = ["Resolver"]

_HOPS = 8
_TRIES = 3
_PATIENCE = 2.0  # Seconds one name server may take.


@dataclass(slots=True)
class Resolver:
    """Asks the name servers at `servers` (addresses) on `port`. `pace` tells the cloud's clock as it is set now, `era`
    anything that changes when the cloud has forgotten everything; `now` counts our seconds."""

    servers: Sequence[str]
    port: int
    pace: Callable[[], Clock]
    era: Callable[[], Any] = lambda: None
    now: Callable[[], float] = time.monotonic
    cache: Cache = field(default_factory=Cache)
    _client: Client = field(init=False)
    _era: Any = None
    _read: float | None = None
    _elapsed: float = 0.0

    def __post_init__(self) -> None:
        self._client = Client(self.port)

    async def answer(self, query: dns.message.Message, place: int = 0) -> dns.message.Message:
        """The answer to a client's query."""
        response = dns.message.make_response(query, recursion_available=True, our_payload=PAYLOAD)
        if query.opcode() != dns.opcode.QUERY:
            response.set_rcode(dns.rcode.NOTIMP)
        elif len(query.question) != 1 or query.edns > 0:
            response.set_rcode(dns.rcode.BADVERS if query.edns > 0 else dns.rcode.FORMERR)
        elif query.question[0].rdclass != dns.rdataclass.IN or not query.flags & dns.flags.RD:
            response.set_rcode(dns.rcode.REFUSED)
        else:
            await self._resolve(response, query.question[0].name, query.question[0].rdtype)
        return response

    def close(self) -> None:
        """Ask nobody any more."""
        self._client.close()

    async def _resolve(self, response: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
        """Follow a name to its end."""
        for _ in range(_HOPS):
            step = await self._step(name, kind)
            match step:
                case Denial():
                    response.set_rcode(step.rcode)
                    response.authority.append(step.soa)
                    return
                case dns.rrset.RRset():
                    response.answer.append(step)
                    if step.rdtype == kind or kind == dns.rdatatype.ANY:
                        return
                    name = step[0].target
                case None:
                    break
        response.set_rcode(dns.rcode.SERVFAIL)  # with the chain as far as it went: it can be seen where it ends

    async def _step(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.rrset.RRset | Denial | None:
        """The records of a name, or its CNAME, or that there is none; None if the name servers do not tell."""
        now = self._cloud_now()
        for wanted in (kind, dns.rdatatype.CNAME):
            found = self.cache.get(name, wanted, now)
            if isinstance(found, dns.rrset.RRset) or (found is not None and wanted == kind):
                return found
        told = await self._ask(name, kind)
        if told is None or told.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return None
        if self.pace().scale:
            self._remember(told, name, kind, self._cloud_now())
        return _first(told, name, kind)

    async def _ask(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.message.Message | None:
        """What some name server says, over TCP if it is long; None if none answers."""
        for server in random.sample(self.servers, len(self.servers))[:_TRIES]:
            try:
                told = await self._client.ask(server, name, kind, _PATIENCE)
                if told.flags & dns.flags.TC:
                    query = dns.message.make_query(name, kind, use_edns=0, flags=0)
                    told = await dns.asyncquery.tcp(query, server, timeout=_PATIENCE, port=self.port)
            except (dns.exception.DNSException, OSError, EOFError):
                continue
            return told
        return None

    def _remember(
        self, told: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType, now: float
    ) -> None:
        """Every link of the chain for its own TTL, and how it ends."""
        for rrset in told.answer:
            self.cache.put(rrset, now)
        last = _end(told, name, kind)
        denial = _denial(told)
        if denial is not None:
            self.cache.deny(last, kind, denial, now)

    def _cloud_now(self) -> float:
        """Seconds of the cloud's clock, however its pace has changed."""
        now, era = self.now(), self.era()
        if era != self._era:
            self.cache.clear()
            self._era = era
        self._elapsed += 0.0 if self._read is None else self.pace().scaled(now - self._read)
        self._read = now
        return self._elapsed


def _first(
    told: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.rrset.RRset | Denial | None:
    """What a name server's answer says of the name itself."""
    own = [rrset for rrset in told.answer if rrset.name == name]
    wanted = (kind, dns.rdatatype.CNAME) if kind != dns.rdatatype.ANY else (dns.rdatatype.HINFO,)
    found = next((rrset for rrset in own if rrset.rdtype in wanted), None)
    return found if found is not None or told.answer else _denial(told)


def _end(told: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.name.Name:
    """The last name of the chain in an answer."""
    for _ in told.answer:
        link = next((each for each in told.answer if each.name == name and each.rdtype == dns.rdatatype.CNAME), None)
        if link is None or kind == dns.rdatatype.CNAME:
            break
        name = link[0].target
    return name


def _denial(told: dns.message.Message) -> Denial | None:
    """The negative answer in this one; a referral is none: it leads outside."""
    soa = next((rrset for rrset in told.authority if rrset.rdtype == dns.rdatatype.SOA), None)
    return Denial(told.rcode(), soa) if soa is not None else None
