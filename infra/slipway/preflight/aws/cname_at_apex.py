"""InvalidChangeBatch: a CNAME at the top of its zone."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.names import RECORD
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidChangeBatch"
TITLE = "A CNAME at a zone's apex"
WHY = "The apex always holds the zone's NS and SOA record sets, and a CNAME stands beside nothing."
SOURCE = "Route 53 Developer Guide, Choosing between alias and non-alias records."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each CNAME written there."""
    for life, before, version, operation in scene.made(RECORD):
        view, zone = scene.records.seen(version), scene.records.zone_name(version)
        stood = before is not None and scene.records.seen(before).type == "CNAME"
        if zone and view.name == zone and view.type == "CNAME" and not stood:
            because = f"{doing(operation)}: {zone} is the zone itself, where a CNAME may not be"
            advice = f"Make {name_of(life.urn)} alias record sets of types A and AAAA to the same target."
            yield AwsRefusal(ERROR, operation.urn, because, advice)
