"""Which of a name's record sets of one type answers a query: Route 53's routing policies, by a throw of dice.

Source: Route 53 Developer Guide, "Choosing a routing policy": weighted record sets answer in proportion to their
weight, all alike if all weights are 0; multivalue answers give up to eight records at random. There are no health
checks, so everything counts as healthy: a primary record set answers as long as it stands. Clients come from anywhere,
so the dice choose the place that geolocation, latency and the like go by.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from slipway.cloud.provider.rules.record_sets import RecordSet

__all__ = ["drawn"]

_MOST = 8  # Record sets in a multivalue answer


def drawn(records: Sequence[RecordSet], die: random.Random) -> list[RecordSet]:
    """The record sets (of one name and type) that answer together; none where the client's place gets no answer."""
    if not records:
        return []
    first = records[0]
    if len(records) == 1 and "GeoLocation" not in first:
        return [first]
    if "Weight" in first:
        weights = [record.get("Weight", 1) for record in records]
        return die.choices(records, weights if any(weights) else None)
    if first.get("MultiValueAnswer"):
        return die.sample(records, min(len(records), _MOST))
    if "Failover" in first:
        return [next((record for record in records if record.get("Failover") == "PRIMARY"), first)]
    if "GeoLocation" in first:
        places = [record["GeoLocation"] for record in records if "GeoLocation" in record]
        elsewhere = [] if any(place.get("CountryCode") == "*" for place in places) else [None]
        chosen = die.choice([*records, *elsewhere])
        return [chosen] if chosen else []
    return [die.choice(records)]
