"""Route 53 hosted zones: `aws:route53/zone:Zone`."""

from __future__ import annotations

import msgspec

from slipway.plan import State
from slipway.preflight.resources.fields import Flag, Text, flag, text

__all__ = ["Zone", "zone"]


class Zone(msgspec.Struct, frozen=True, gc=False):
    """`ids` are the ways records name it; a `private` zone answers inside a VPC only."""

    urn: str
    name: Text
    ids: frozenset[str]
    private: bool
    force_destroy: Flag


def zone(state: State, kept: State | None = None) -> Zone:
    """The zone in a state."""
    sources = [source for source in (state, kept) if source]
    ids = [value for source in sources for value in (source.id, source.outputs.get("zoneId"))]
    name = text(state.inputs.get("name"))
    return Zone(
        urn=state.urn,
        name=name.rstrip(".").lower() if isinstance(name, str) else name,
        ids=frozenset(value for value in ids if isinstance(value, str)),
        private=state.inputs.get("vpcs") not in (None, []),
        force_destroy=flag(state.inputs.get("forceDestroy"), False),
    )
