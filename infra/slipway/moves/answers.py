"""What the zone's own name servers say of record sets that were just put there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from slipway.route53.names import RecordSet, host
from slipway.smoke.lookup import ask, name_servers
from slipway.smoke.network import Network, NotReached

__all__ = ["answered"]

_LIMIT = 30.0  # seconds: the change is INSYNC, so no server is far behind
_EVERY = 0.5
_ROUTED = ("Weight", "Failover", "Region", "GeoLocation", "MultiValueAnswer")


def answered(
    network: Network, zone: str, records: Sequence[RecordSet], sleep: Callable[[float], None] = time.sleep
) -> str:
    """What is wrong with the answers of the name servers, after some patience; nothing if they are as they should."""
    began = time.monotonic()
    while wrong := _wrong(network, zone, records):
        if time.monotonic() - began > _LIMIT:
            return wrong
        sleep(_EVERY)
    return ""


def _wrong(network: Network, zone: str, records: Sequence[RecordSet]) -> str:
    try:
        for server, place in name_servers(network, zone):
            for record in records:
                name, kind = host(record["Name"]).replace("*", "slipway-smoke", 1), record["Type"]
                values = ask(network, place, name, kind).values(kind)
                if not values:
                    return f"the name server {server} has no {kind} answer for {name}"
                if not any(key in record for key in (*_ROUTED, "AliasTarget")) and set(values) != _values(record):
                    return f"the name server {server} answers {name} {kind} with {', '.join(values)}"
    except NotReached as error:
        return str(error)
    return ""


def _values(record: RecordSet) -> set[str]:
    return {each["Value"].removesuffix(".").lower() for each in record["ResourceRecords"]}
