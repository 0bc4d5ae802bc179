"""One user: resolves a name, shakes hands with an edge, fetches a file, and says what went wrong first.

Users of a caching resolver ask that; the others ask the name servers themselves, as a resolver with an empty cache
would. What leads out of the cloud (a second CDN's host or addresses) is taken as serving and not fetched.
"""

from __future__ import annotations

import hashlib
import ipaddress
import random
import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import h11

from slipway.cloud.internet.address import Internet
from slipway.cloud.internet.dns_parse import parsed
from slipway.cloud.provider.rules.record_sets import host
from slipway.rehearsal.timeline import Way

__all__ = ["Answer", "Fault", "User"]

_HOPS = 8
_DNS_LIMIT = 2.0  # seconds; resolvers ask again after one or two
_LIMIT = 5.0  # seconds for handshake and file
_CHUNK = 1 << 16
_DATAGRAM = 65_535


class Fault(Exception):
    """The name did not serve: of which kind that was, and what came."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the HTTP status, and the SHA-256 of the body."""

    status: int
    sha256: str


@dataclass(frozen=True, slots=True)
class User:
    """Asks in one way, and waits for the answer; a thread may ask beside another. `external` are the host names outside
    the cloud that serve; `trust` holds the cloud's CA."""

    internet: Internet
    way: Way
    external: frozenset[str]
    trust: ssl.SSLContext

    def resolve(self, name: str) -> str | None:
        """An address of an edge; None if the name leads out of the cloud. Raises Fault."""
        asked = name
        for _ in range(_HOPS):
            answer = self._ask(asked)
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

    def fetch(self, name: str, path: str, address: str) -> Answer:
        """GET https://NAME/PATH from the edge at an address, over a new connection. Raises Fault."""
        until = time.monotonic() + _LIMIT
        try:
            with self._connected(name, address) as connection:
                return _exchange(connection, name, path, until)
        except TimeoutError:
            raise Fault("connect", f"{name}: nothing came from {address} within {_LIMIT:.0f} s") from None
        except (OSError, h11.RemoteProtocolError) as error:
            raise Fault("http", f"{name}: the connection broke: {error}") from error

    def _ask(self, name: str) -> dns.message.Message:
        fresh = self.way == "fresh"
        where = random.choice(self.internet.addresses) if fresh else self.internet.addresses[0]  # noqa: S311
        asked = random.randbytes(2)  # noqa: S311 the query's number
        family = socket.AF_INET6 if ":" in where else socket.AF_INET
        until = time.monotonic() + _DNS_LIMIT
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as asking:
                asking.connect((where, self.internet.dns if fresh else self.internet.resolver))
                asking.send(asked + _query(name, recursive=not fresh))
                while True:
                    asking.settimeout(max(0.001, until - time.monotonic()))
                    told = asking.recv(_DATAGRAM)
                    if told[:2] == asked:
                        return parsed(told[2:])
        except (dns.exception.DNSException, OSError) as error:
            raise Fault("no-dns", f"{name}: no answer from the name server: {error}") from error

    def _connected(self, name: str, address: str) -> ssl.SSLSocket:
        try:
            plain = socket.create_connection((address, self.internet.https), _LIMIT)
            return self.trust.wrap_socket(plain, server_hostname=name)  # It closes what it cannot wrap.
        except TimeoutError:
            raise
        except ssl.SSLError as error:
            raise Fault("tls", f"{name}: {getattr(error, 'verify_message', '') or error.reason or error}") from error
        except OSError as error:
            raise Fault("connect", f"{name}: {address} cannot be reached: {error}") from error


@lru_cache(maxsize=1024)
def _query(name: str, *, recursive: bool) -> bytes:
    """A query for the addresses of a name, all but its number."""
    query = dns.message.make_query(name, "A", use_edns=True)
    if not recursive:
        query.flags &= ~dns.flags.RD
    return bytes(query.to_wire()[2:])


def _exchange(connection: ssl.SSLSocket, name: str, path: str, until: float) -> Answer:
    """One request and its answer over HTTP/1.1, until that moment. Raises OSError."""
    parser = h11.Connection(h11.CLIENT)
    headers = [("Host", name), ("User-Agent", "slipway-rehearsal"), ("Accept", "*/*"), ("Connection", "close")]
    connection.sendall(parser.send(h11.Request(method="GET", target=path, headers=headers)) or b"")
    parser.send(h11.EndOfMessage())
    status, digest = 0, hashlib.sha256()
    while True:
        event = parser.next_event()
        if event is h11.NEED_DATA:
            connection.settimeout(max(0.001, until - time.monotonic()))
            parser.receive_data(connection.recv(_CHUNK))  # empty, too, where a server ends without saying so
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
    seen = {name}
    while name in aliases:
        name = aliases[name]
        if name in seen:
            raise Fault("no-dns", f"{name} leads back to itself")
        seen.add(name)
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
