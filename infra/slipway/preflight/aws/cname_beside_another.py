"""InvalidChangeBatch: a CNAME and a record set of another type at one name."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.claims import meetings
from slipway.preflight.aws.records import described
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of, still_there
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidChangeBatch"
TITLE = "A CNAME beside a record set of another type"
WHY = "A CNAME is the only record set of its name: no other type may stand beside it, not even for a moment."
SOURCE = "Route 53 Developer Guide, Supported DNS record types (CNAME); RFC 1034, section 3.6.2."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set that some run writes beside such another."""
    for group in scene.records.by_name.values():
        if len(group) > 1:
            for taking, held in meetings(scene.order, group, side=lambda claim: claim.key[2] == "CNAME"):
                assert taking.since is not None  # noqa: S101 - a claim that this plan takes has an operation
                because = (
                    f"{doing(taking.since)} ({described(taking)}) while {name_of(held.life.urn)} ({described(held)}) "
                    f"stands: {still_there(scene.order, held, taking.since)}"
                )
                advice = (
                    f"Change the type of {name_of(held.life.urn)} in place instead of across two resources: the type "
                    "inside one URN changes in one atomic batch, without a gap."
                )
                yield AwsRefusal(ERROR, taking.since.urn, because, advice, (held.life.urn,))
