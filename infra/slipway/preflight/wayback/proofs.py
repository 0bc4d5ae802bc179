"""Validation records that a preview shows as replaced, and that stay: their name depends on account and domain alone
(aws-cdk#6309), so where the new certificate keeps the domain, the engine will find nothing to replace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from slipway.plan import Unknown
from slipway.preflight.kinds import is_validation
from slipway.preflight.resources import RECORD, certificate
from slipway.preflight.wayback.fates import Fate

__all__ = ["settled"]


def settled(fates: Sequence[Fate]) -> list[Fate]:
    """The fates, with those records as they were before."""
    by_urn = {fate.urn: fate for fate in fates}
    return [
        msgspec.structs.replace(fate, kind="update", new=None, make=None, remove=None) if _stays(fate, by_urn) else fate
        for fate in fates
    ]


def _stays(fate: Fate, by_urn: Mapping[str, Fate]) -> bool:
    old, new = fate.old, fate.new
    if fate.kind != "replace" or fate.chain or old is None or new is None or new.type != RECORD:
        return False
    was = old.inputs.get("name")
    if not is_validation(new) or not isinstance(new.inputs.get("name"), Unknown) or not isinstance(was, str):
        return False
    domain = was.rstrip(".").lower().partition(".")[2]
    issued = (by_urn[urn].new for urn in new.sources("name") if urn in by_urn)
    names = (name for state in issued if state is not None for name in certificate(state).names)
    return domain in {name.removeprefix("*.") for name in names}
