"""InvalidChangeBatch: record sets of one name and type with different routing policies, or two simple ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from slipway.preflight.aws.claims import Claim, meetings
from slipway.preflight.aws.records import described
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of, still_there
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidChangeBatch"
TITLE = "Two routing policies at one name and type"
WHY = "Record sets of one name and type are either a single simple one or all of the same routing policy."
SOURCE = "Route 53 Developer Guide, Choosing a routing policy; API Reference, ResourceRecordSet (SetIdentifier)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set that some run writes beside one of another policy."""
    for group in scene.records.by_name.values():
        by_type: dict[str, list[Claim]] = defaultdict(list)
        for claim in group if len(group) > 1 else ():
            by_type[claim.key[2]].append(claim)
        for claims in by_type.values():
            for taking, held in meetings(scene.order, claims, side=lambda claim: claim.key[4]):
                assert taking.since is not None  # noqa: S101 - a claim that this plan takes has an operation
                because = (
                    f"{doing(taking.since)} ({described(taking)}) while {name_of(held.life.urn)} ({described(held)}) "
                    f"stands: {still_there(scene.order, held, taking.since)}"
                )
                advice = (
                    f"First give {name_of(held.life.urn)} the {taking.key[4] or 'simple'} routing"
                    f"{' and a set identifier' if taking.key[4] else ''} in place: inside one URN that is one atomic "
                    f"batch. Then add {name_of(taking.life.urn)} in the next apply."
                )
                yield AwsRefusal(ERROR, taking.since.urn, because, advice, (held.life.urn,))
