"""DNS questions, of a resolver as a stub does, and of a zone's own name servers.

A stub asks each resolver twice (the defaults of resolv.conf) and goes on to the next after five seconds or a SERVFAIL;
a truncated answer is asked for again over TCP. Name servers are asked once: what one of them does not answer is what
is to be found out.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from slipway.smoke.network import Network, NotReached, Place

__all__ = ["Answer", "Record", "addresses", "ask", "name_servers", "resolve"]

_PATIENCE = 5.0  # seconds, as a stub has
_ATTEMPTS = 2
_PAYLOAD = 1232  # bytes that pass everywhere in one piece (DNS flag day 2020)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an answer; names are lower-case, without their final dot."""

    owner: str
    type: str
    ttl: int
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one server said. `negative_ttl` is how long "no such record" may be kept (RFC 2308, section 5): None where
    no SOA said so. `referral` are the name servers that a parent zone leads to."""

    server: str
    rcode: str
    authoritative: bool
    records: tuple[Record, ...]
    negative_ttl: int | None
    referral: tuple[str, ...]

    def values(self, type_: str) -> tuple[str, ...]:
        """The values of that type, sorted."""
        return tuple(sorted(record.value for record in self.records if record.type == type_))


def ask(network: Network, place: Place, name: str, type_: str, *, recursive: bool = False) -> Answer:
    """Ask one server. NotReached if it does not answer, or with something that is no answer."""
    address, port = place
    try:
        query = dns.message.make_query(name, type_, use_edns=0, payload=_PAYLOAD)
        if not recursive:
            query.flags &= ~dns.flags.RD
        reply, _ = dns.query.udp_with_fallback(
            query, address, timeout=network.allowance(_PATIENCE), port=port, ignore_unexpected=True
        )
    except (dns.exception.DNSException, OSError, EOFError) as error:
        why = "no answer in time" if isinstance(error, dns.exception.Timeout) else str(error) or type(error).__name__
        raise NotReached(f"the name server {address} was asked for {name} {type_}: {why}") from None
    return _read(address, reply)


def resolve(network: Network, name: str, type_: str) -> Answer:
    """Ask the resolvers, one after the other. NotReached, for good, if none has an answer; NXDOMAIN is one."""
    why = f"{name} {type_}: there is no resolver to ask"
    for place in network.resolvers * _ATTEMPTS:
        try:
            answer = ask(network, place, name, type_, recursive=True)
        except NotReached as error:
            why = str(error)
            continue
        if answer.rcode in ("NOERROR", "NXDOMAIN"):
            return answer
        why = f"the resolver {place[0]} answered {answer.rcode} for {name} {type_}"
    raise NotReached(why, final=True)


def addresses(network: Network, name: str) -> tuple[str, ...]:
    """Where a client would connect to, IPv4 first; an address stands for itself. NotReached if there is none."""
    if _is_address(name):
        return (name,)
    answers = [resolve(network, name, type_) for type_ in ("A", "AAAA")]
    found = tuple(value for answer in answers for type_ in ("A", "AAAA") for value in answer.values(type_))
    if not found:
        says = "does not exist (NXDOMAIN)" if answers[0].rcode == "NXDOMAIN" else "has no address"
        raise NotReached(f"the host name {name} {says}", final=True)
    return found


def name_servers(network: Network, zone: str) -> tuple[tuple[str, Place], ...]:
    """The zone's name servers, each with a name for reports. NotReached if the zone has none that resolve."""
    if network.authorities:
        return tuple((address, (address, port)) for address, port in network.authorities)
    names = resolve(network, zone, "NS").values("NS")
    if not names:
        raise NotReached(f"the zone {zone} has no name servers in DNS")
    return tuple((name, (addresses(network, name)[0], network.dns)) for name in names)


def _read(server: str, reply: dns.message.Message) -> Answer:
    records = tuple(
        Record(_plain(rrset.name.to_text()), dns.rdatatype.to_text(rrset.rdtype), rrset.ttl, _plain(rdata.to_text()))
        for rrset in reply.answer
        for rdata in rrset
    )
    soas = [(rrset.ttl, rdata) for rrset in reply.authority if rrset.rdtype == dns.rdatatype.SOA for rdata in rrset]
    referral = [
        _plain(rdata.to_text()) for rrset in reply.authority if rrset.rdtype == dns.rdatatype.NS for rdata in rrset
    ]
    return Answer(
        server,
        dns.rcode.to_text(reply.rcode()),
        bool(reply.flags & dns.flags.AA),
        records,
        min(min(ttl, rdata.minimum) for ttl, rdata in soas) if soas else None,
        tuple(sorted(referral)),
    )


def _plain(text: str) -> str:
    return text.removesuffix(".").lower()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
