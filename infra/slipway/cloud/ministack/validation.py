"""Whether validation records resolve: asked of the local internet's name servers, as ACM asks the real one's.

Source: ACM User Guide, "DNS validation". A cloud without name servers is judged by the record sets that stand in its
public zones, and so is one whose name servers are silent while nothing takes any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import dns.asyncquery
import dns.exception
import dns.message
import dns.rdatatype
from ministack.services import route53

from slipway.cloud import clock
from slipway.cloud.internet import address

__all__ = ["Proof", "name", "resolved"]

_PATIENCE = 0.3  # seconds that a name server on this machine may take

Proof: TypeAlias = tuple[str, str]
"""A CNAME's owner and target, in lower case and without the last dot."""


def name(text: str) -> str:
    """A host name as a `Proof` has it."""
    return text.rstrip(".").lower()


async def resolved(directory: Path, wanted: Iterable[Proof]) -> set[Proof]:
    """Those of the records that DNS answers with. Never blocks the event loop."""
    wanted = set(wanted)
    internet = address.find(directory)
    if internet is None:
        return wanted & _standing()
    targets = await asyncio.gather(*(_target(internet, owner) for owner, _ in wanted))
    found = dict(zip(wanted, targets, strict=True))
    if not clock.read(directory).scale and all(target is None for target in targets):
        return wanted & _standing()
    return {proof for proof, target in found.items() if target == proof[1]}


async def _target(internet: address.Internet, owner: str) -> str | None:
    """Where the first name server that answers says that a CNAME leads; '' for nowhere, None for no answer."""
    query = dns.message.make_query(owner, dns.rdatatype.CNAME)
    for place in internet.addresses:
        try:
            answer = await dns.asyncquery.udp(query, place, timeout=_PATIENCE, port=internet.dns)
        except (dns.exception.DNSException, OSError):
            continue
        found = [rdata.target for rrset in answer.answer for rdata in rrset if rdata.rdtype == dns.rdatatype.CNAME]
        return name(found[0].to_text()) if found else ""
    return None


def _standing() -> set[Proof]:
    """Every CNAME record in the public hosted zones."""
    public = {key for key, zone in list(route53._zones._data.items()) if not zone["private"]}
    return {
        (name(record["Name"]), name(value))
        for key, records in list(route53._records._data.items())
        if key in public
        for record in records
        if record["Type"] == "CNAME"
        for value in record.get("ResourceRecords", [])
    }
