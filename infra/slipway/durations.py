"""How long AWS's operations take in the worst case: what the proof counts with, and the local cloud's clock.

Sources: an issuance took about ten minutes on 2023-01-25; CloudFront Developer Guide, "Update a distribution": changes
take minutes to reach all edges; Route 53 Developer Guide: changes reach all name servers within 60 seconds; negative
answers are cached for the SOA minimum (RFC 2308), 900 seconds in a hosted zone as Route 53 makes it.
"""

from __future__ import annotations

import msgspec

__all__ = ["Durations"]


class Durations(msgspec.Struct, frozen=True, gc=False):
    """Seconds; `negative_ttl` is how long a resolver remembers that a name was missing."""

    issuance: int = 600
    distribution: int = 900
    record: int = 60
    other: int = 30
    negative_ttl: int = 900
