"""One user: resolves a name, shakes hands with an edge, fetches a file, and says what went wrong first.

Users of a caching resolver ask that; the others ask the name servers themselves, as a resolver with an empty cache
would. What leads out of the cloud (a second CDN's host or addresses) is taken as serving and not fetched.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import random
import ssl
from contextlib import suppress
from dataclasses import dataclass

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import h11

from slipway.cloud.internet.address import Internet
from slipway.cloud.provider.rules.record_sets import host
from slipway.rehearsal.timeline import Way

__all__ = ["Answer", "Fault", "User"]

_HOPS = 8
_DNS_LIMIT = 2.0  # seconds; resolvers ask again after one or two
_LIMIT = 5.0  # seconds for handshake and file
_CHUNK = 1 << 16


class Fault(Exception):
    """The name did not serve: of which kind that was, and what came."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the HTTP status and the SHA-256 of the body; status 0 for what leads out of the cloud."""

    status: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """Asks in one way. `external` are the host names outside the cloud that serve; `trust` holds the cloud's CA."""

    internet: Internet
    way: Way
    external: frozenset[str]
    trust: ssl.SSLContext

    async def fetch(self, name: str, path: str) -> Answer:
        """GET https://NAME/PATH with a new connection. Raises Fault."""
        address = await self._resolve(name)
        if address is None:
            return Answer(0)
        try:
            async with asyncio.timeout(_LIMIT):
                return await self._get(name, path, address)
        except TimeoutError:
            raise Fault("connect", f"{name}: nothing came from {address} within {_LIMIT:.0f} s") from None

    # -- DNS -----------------------------------------------------------------------------------------------------------

    async def _resolve(self, name: str) -> str | None:
        """An address of an edge; None if the name leads out of the cloud."""
        asked = name
        for _ in range(_HOPS):
            answer = await self._ask(asked)
            addresses = [each.address for rrset in answer.answer for each in rrset if rrset.rdtype == dns.rdatatype.A]
            if addresses:
                address = random.choice(addresses)  # noqa: S311 as clients do
                return address if ipaddress.ip_address(address).is_loopback else None
            end = _end_of_chain(asked, answer.answer)
            if end in self.external:  # That is not in this internet: its resolver can only follow the chain there.
                return None
            if end == asked or self.way == "cached":
                raise _nothing(name, end, answer)
            asked = end
        raise Fault("no-dns", f"{name} leads through more than {_HOPS} names")

    async def _ask(self, name: str) -> dns.message.Message:
        query = dns.message.make_query(name, "A", use_edns=True)
        where, port = self.internet.addresses[0], self.internet.resolver
        if self.way == "fresh":
            query.flags &= ~dns.flags.RD
            where, port = random.choice(self.internet.addresses), self.internet.dns  # noqa: S311
        try:
            return await dns.asyncquery.udp(query, where, _DNS_LIMIT, port, ignore_unexpected=True)
        except (dns.exception.DNSException, OSError) as error:
            raise Fault("no-dns", f"{name}: no answer from the name server: {error}") from error

    # -- the edge ------------------------------------------------------------------------------------------------------

    async def _get(self, name: str, path: str, address: str) -> Answer:
        try:
            reader, writer = await asyncio.open_connection(
                address, self.internet.https, ssl=self.trust, server_hostname=name
            )
        except ssl.SSLError as error:
            raise Fault("tls", f"{name}: {getattr(error, 'verify_message', '') or error.reason or error}") from error
        except OSError as error:
            raise Fault("connect", f"{name}: {address} cannot be reached: {error}") from error
        try:
            return await _exchange(reader, writer, name, path)
        except (OSError, h11.RemoteProtocolError, asyncio.IncompleteReadError) as error:
            raise Fault("http", f"{name}: the connection broke: {error}") from error
        finally:
            writer.transport.abort()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, path: str) -> Answer:
    """One request and its answer over HTTP/1.1."""
    connection = h11.Connection(h11.CLIENT)
    headers = [("Host", name), ("User-Agent", "slipway-rehearsal"), ("Accept", "*/*"), ("Connection", "close")]
    writer.write(connection.send(h11.Request(method="GET", target=path, headers=headers)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    status, digest = 0, hashlib.sha256()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            with suppress(ssl.SSLError):  # Some servers end without saying so.
                connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            digest.update(event.data)
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            return Answer(status, digest.hexdigest())


def _end_of_chain(name: str, answer: list[dns.rrset.RRset]) -> str:
    """The name at which the aliases of an answer end."""
    aliases = {
        host(str(rrset.name)): host(str(rrset[0].target)) for rrset in answer if rrset.rdtype == dns.rdatatype.CNAME
    }
    for _ in range(_HOPS):
        if name not in aliases:
            break
        name = aliases[name]
    return name


def _nothing(name: str, end: str, answer: dns.message.Message) -> Fault:
    """Why an answer without an address is a failure."""
    code = answer.rcode()
    via = f" (by way of {end})" if end != name else ""
    if code == dns.rcode.NXDOMAIN:
        return Fault("no-name", f"{name}{via} does not exist: NXDOMAIN")
    if code == dns.rcode.NOERROR:
        return Fault("no-address", f"{name}{via} has no address: NODATA")
    return Fault("no-dns", f"{name}{via}: the name server says {dns.rcode.to_text(code)}")
