"""HostedZoneNotEmpty: a zone is deleted while it has record sets besides its own NS and SOA.

A zone of which the plan holds record sets is taken as held whole. One of which it holds none is taken as filled by
others, another stack perhaps: nobody keeps an empty zone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from slipway.plan.operations import Operation
from slipway.preflight.aws.claims import Claim, stands_at
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of, still_there
from slipway.preflight.names import ZONE
from slipway.preflight.resources import zone
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "HostedZoneNotEmpty"
TITLE = "A zone deleted with its record sets"
WHY = "Route 53 deletes a zone only when nothing but its own NS and SOA record sets is left, unless forceDestroy is on."
SOURCE = "Route 53 API Reference, DeleteHostedZone."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each zone that some run deletes with record sets in it."""
    doomed = [(life.urn, zone(v.state, v.seen), operation) for life, v, operation in scene.deleted(ZONE)]
    inside = _inside(scene) if doomed else {}
    for urn, view, operation in doomed:
        if view.force_destroy is True:
            continue
        own = [claim for name in sorted(view.ids) for claim in inside.get(name, ())]
        left = [claim for claim in own if stands_at(scene.order, claim, operation) and not _apex(claim, view.name)]
        if left or not own:
            yield AwsRefusal(ERROR, urn, _because(scene, operation, left), _advice(urn, left), _urns(left))


def _inside(scene: Scene) -> Mapping[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claims in scene.records.by_identity.values():
        found[claims[0].key[0]].extend(claims)
    return found


def _apex(claim: Claim, zone_name: object) -> bool:
    return claim.key[1] == zone_name and claim.key[2] in ("NS", "SOA")


def _because(scene: Scene, operation: Operation, left: list[Claim]) -> str:
    if not left:
        return f"{doing(operation)}: this plan holds none of its record sets, so others fill it"
    first = left[0]
    more = f" and {len(left) - 1} more" if len(left) > 1 else ""
    held = f"{name_of(first.life.urn)}{more}"
    return f"{doing(operation)} while it holds {held}: {still_there(scene.order, first, operation)}"


def _advice(urn: str, left: list[Claim]) -> str:
    what = "those record sets" if left else "whatever it holds"
    return f"Keep {name_of(urn)}. Else first move {what} and the delegation, and delete it in the next apply."


def _urns(left: list[Claim]) -> tuple[str, ...]:
    return tuple(claim.life.urn for claim in left[:10])
