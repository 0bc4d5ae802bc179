"""What a resolver remembers, each answer for its TTL. Time is given; nothing here looks at a clock.

Source: RFC 2308: a name that does not exist is remembered for all types, a missing type for itself, both for the lower
of the SOA's TTL and its minimum; RFC 1035, section 3.2.1: TTL 0 is for the query at hand only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

__all__ = ["Cache", "Denial"]

_MOST = 10_000  # Entries


@dataclass(frozen=True, slots=True)
class Denial:
    """That a name does not exist (NXDOMAIN), or has no records of the type (NOERROR); with the SOA that says so."""

    rcode: dns.rcode.Rcode
    soa: dns.rrset.RRset


_Key = tuple[dns.name.Name, dns.rdatatype.RdataType]


@dataclass(slots=True)
class Cache:
    """Answers by name and type. All times are seconds of one clock."""

    _entries: dict[_Key, tuple[float, dns.rrset.RRset | Denial]] = field(default_factory=dict)

    def put(self, rrset: dns.rrset.RRset, now: float) -> None:
        """Remember an answer for its TTL."""
        self._keep((rrset.name, rrset.rdtype), rrset, rrset.ttl, now)

    def deny(self, name: dns.name.Name, kind: dns.rdatatype.RdataType, denial: Denial, now: float) -> None:
        """Remember that there is no answer."""
        every = denial.rcode == dns.rcode.NXDOMAIN
        lasting = min(denial.soa.ttl, denial.soa[0].minimum)
        self._keep((name, dns.rdatatype.ANY if every else kind), denial, lasting, now)

    def get(self, name: dns.name.Name, kind: dns.rdatatype.RdataType, now: float) -> dns.rrset.RRset | Denial | None:
        """What is remembered, with what is left of its TTL (whole seconds); None if nothing is."""
        for key in ((name, kind), (name, dns.rdatatype.ANY)):
            until, found = self._entries.get(key, (-math.inf, None))
            if found is None:
                continue
            if until <= now:
                del self._entries[key]
                continue
            left = math.ceil(until - now)
            return Denial(found.rcode, _with(found.soa, left)) if isinstance(found, Denial) else _with(found, left)
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def _keep(self, key: _Key, found: dns.rrset.RRset | Denial, lasting: float, now: float) -> None:
        if lasting > 0:
            self._entries.pop(key, None)
            self._entries[key] = (now + lasting, found)
        if len(self._entries) > _MOST:
            del self._entries[next(iter(self._entries))]


def _with(rrset: dns.rrset.RRset, ttl: int) -> dns.rrset.RRset:
    copy = dns.rrset.RRset(rrset.name, rrset.rdclass, rrset.rdtype)
    for rdata in rrset:
        copy.add(rdata, ttl)
    return copy
