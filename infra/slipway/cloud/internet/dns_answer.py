"""A name server's answer to one question: a function of the question, what the place holds, and a throw of dice.

Sources: RFC 1034, section 4.3.2 (the algorithm), RFC 2308 (negative answers carry the SOA, which lives as long as its
minimum and its TTL both allow), RFC 6604 (a chain's status is its last name's), RFC 8482 (ANY), RFC 6891 (EDNS);
Route 53 Developer Guide, "Choosing between alias and non-alias records" (an alias answers with its target's records,
and their TTL: 60 seconds for a distribution's).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from slipway.cloud.internet.dns_contents import Contents
from slipway.cloud.internet.dns_draw import drawn
from slipway.cloud.internet.dns_zone import Node, ZoneFile, spelled
from slipway.cloud.provider.rules.record_sets import RecordSet

__all__ = ["PAYLOAD", "answered"]

PAYLOAD = 1232
"""Bytes of an answer over UDP that the servers announce (DNS flag day 2020)."""

_log = logging.getLogger(__name__)
_HOPS = 8
_TRANSFERS = (dns.rdatatype.AXFR, dns.rdatatype.IXFR)


def answered(query: dns.message.Message, contents: Contents, die: random.Random) -> dns.message.Message:
    """The answer to a query; every query that is a message has one."""
    response = dns.message.make_response(query, our_payload=PAYLOAD)
    if query.edns > 0:
        response.use_edns(0, payload=PAYLOAD)
        response.set_rcode(dns.rcode.BADVERS)
    elif query.opcode() != dns.opcode.QUERY:
        response.set_rcode(dns.rcode.NOTIMP)
    elif len(query.question) != 1:
        response.set_rcode(dns.rcode.FORMERR)
    elif query.question[0].rdclass != dns.rdataclass.IN or query.question[0].rdtype in _TRANSFERS:
        response.set_rcode(dns.rcode.REFUSED)
    else:
        _Answer(response, contents, die).follow(query.question[0].name, query.question[0].rdtype)
    return response


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer in the making."""

    response: dns.message.Message
    contents: Contents
    die: random.Random

    def follow(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
        """Answer for a name, and for the names it leads to, as far as our zones go."""
        for hop in range(_HOPS):
            text = _text(name)
            zone = self.contents.zone_of(text)
            if zone is None:
                if not hop:
                    self.response.set_rcode(dns.rcode.REFUSED)
                return
            node = zone.at(text, dns.rdatatype.to_text(kind))
            if node.cut:
                self._refer(node)
                return
            self.response.flags |= dns.flags.AA
            aim = self._at(zone, node, name, kind)
            if aim is None:
                return
            name = aim

    def _at(
        self, zone: ZoneFile, node: Node, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> dns.name.Name | None:
        """Answer for a node; the name that it leads to, if it is a CNAME."""
        if kind == dns.rdatatype.ANY and node.exists:
            self.response.answer.append(dns.rrset.from_text(name, 3600, "IN", "HINFO", '"RFC8482" ""'))
            return None
        names = node.of("CNAME")
        wanted = "CNAME" if names else dns.rdatatype.to_text(kind)
        rrset = _joined(name, wanted, self._records(node, wanted))
        if rrset is None:
            self._deny(zone, exists=node.exists)
            return None
        self.response.answer.append(rrset)
        return rrset[0].target if names and kind != dns.rdatatype.CNAME else None

    def _records(self, node: Node, kind: str, hops: int = _HOPS) -> Iterator[RecordSet]:
        """The record sets that answer, with an alias replaced by what it stands for."""
        for record in drawn(node.of(kind), self.die):
            if "AliasTarget" in record:
                yield from self._behind(record["AliasTarget"]["DNSName"], kind, hops)
            else:
                yield record

    def _behind(self, target: str, kind: str, hops: int) -> Iterator[RecordSet]:
        """What answers for an alias's target, or for the name that this leads to itself."""
        zone = self.contents.zone_of(spelled(target))
        node = zone.at(spelled(target), kind) if zone and hops else Node()
        if node.cut:
            return
        if kind == "CNAME" or not node.of("CNAME"):
            yield from self._records(node, kind, hops - 1)
        for record in self._records(node, "CNAME", hops - 1) if kind != "CNAME" else ():
            for item in record.get("ResourceRecords", []):
                yield from self._behind(item["Value"], kind, hops - 1)

    def _refer(self, node: Node) -> None:
        cut = dns.name.from_text(node.cut)
        servers = _joined(cut, "NS", node.of("NS"))
        if servers is None:
            return
        self.response.authority.append(servers)
        for server in servers:
            zone = self.contents.zone_of(_text(server.target))
            for kind in ("A", "AAAA") if zone else ():
                glue = _joined(server.target, kind, zone.at(_text(server.target), kind).of(kind)) if zone else None
                self.response.additional += [glue] if glue else []

    def _deny(self, zone: ZoneFile, *, exists: bool) -> None:
        if not exists:
            self.response.set_rcode(dns.rcode.NXDOMAIN)
        soa = _joined(dns.name.from_text(zone.name), "SOA", zone.apex.of("SOA"))
        if soa is not None:
            soa.ttl = min(soa.ttl, soa[0].minimum)
            self.response.authority.append(soa)


def _joined(owner: dns.name.Name, kind: str, records: Iterable[RecordSet]) -> dns.rrset.RRset | None:
    """One RRset of all values, with the lowest TTL; None without any. A value that Route 53 would have refused is left
    out."""
    found: dns.rrset.RRset | None = None
    for record in records:
        for item in record.get("ResourceRecords", []):
            try:
                one = dns.rrset.from_text_list(
                    owner, record.get("TTL", 0), "IN", kind, [item["Value"]], origin=dns.name.root, relativize=False
                )
            except dns.exception.DNSException as error:
                _log.warning("a %s record of %s is not valid: %s", kind, owner, error)
                continue
            found = found or dns.rrset.RRset(owner, one.rdclass, one.rdtype)
            for rdata in one:
                found.add(rdata, one.ttl)
    return found


def _text(name: dns.name.Name) -> str:
    return name.canonicalize().to_text(omit_final_dot=True)
