"""DNS messages that come again and again, parsed once: users of a rehearsal ask the same by the hundred a second."""

from __future__ import annotations

from functools import lru_cache

import dns.message

__all__ = ["parsed"]


@lru_cache(maxsize=4096)
def parsed(wire: bytes) -> dns.message.Message:
    """A message, of whose bytes the number (the first two) was left out; its `id` is 0. Nobody may change it. Raises
    DNSException."""
    return dns.message.from_wire(bytes(2) + wire)
