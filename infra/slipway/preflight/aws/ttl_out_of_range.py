"""InvalidInput: a TTL that DNS does not have."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import Unknown, one_line
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing
from slipway.preflight.names import RECORD
from slipway.preflight.resources import NOT_KNOWN, Number
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidInput"
TITLE = "A TTL that is none"
WHY = "A TTL is a whole number of seconds from 0 to 2147483647; what breaks the request's schema is no change batch."
SOURCE = "Route 53 API Reference, ResourceRecordSet (TTL: minimum 0, maximum 2147483647)."

_MOST = 2_147_483_647


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set written with such a TTL."""
    for _, _, version, operation in scene.made(RECORD):
        if fault := _fault(scene.records.seen(version).ttl):
            because = f"{doing(operation)}: its TTL is {fault}"
            yield AwsRefusal(ERROR, operation.urn, because, "Write the seconds as a whole number, such as 300.")


def _fault(ttl: Number) -> str:
    if ttl is None:
        return ""
    if isinstance(ttl, Unknown):
        return "no number of seconds" if ttl == NOT_KNOWN else ""
    return "" if 0 <= ttl <= _MOST and ttl == int(ttl) else one_line(str(ttl), 20)
