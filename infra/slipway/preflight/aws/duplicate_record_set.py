"""InvalidChangeBatch: a record set is created where the very same one stands."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan.operations import Act
from slipway.preflight.aws.claims import Claim, meetings
from slipway.preflight.aws.records import described
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import alias_line, doing, name_of, still_there
from slipway.preflight.names import RECORD
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidChangeBatch"
TITLE = "A record set that exists is created again"
WHY = (
    "The provider creates with CREATE, which Route 53 refuses where zone, name, type and set identifier are taken. A "
    "record renamed in the program without a Pulumi alias is a create beside the old one, deleted only at the end."
)
SOURCE = "hashicorp/terraform-provider-aws, internal/service/route53/record.go (resourceRecordCreate)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set created, or changed into one, that some run finds taken."""
    for group in scene.records.by_identity.values():
        for taking, held in meetings(scene.order, group) if len(group) > 1 else ():
            assert taking.since is not None  # noqa: S101 - a claim that this plan takes has an operation
            overwrites = scene.records.seen(taking.version).allow_overwrite is True
            if taking.since.act is Act.CREATE and overwrites:
                continue  # UPSERT: not refused, and worse; the rule double-claim has its say.
            because = (
                f"{doing(taking.since)} ({described(taking)}) while {name_of(held.life.urn)} holds that record set: "
                f"{still_there(scene.order, held, taking.since)}"
            )
            yield AwsRefusal(ERROR, taking.since.urn, because, _way_out(taking, held), (held.life.urn,))
    yield from _made_with_the_zone(scene)


def _way_out(taking: Claim, held: Claim) -> str:
    if taking.life.urn == held.life.urn:
        return (
            f"Do not replace {name_of(held.life.urn)}: the record set it would become is the one it is. Undo what "
            "forces the replacement, or set ignore_changes for it."
        )
    if held.until is not None and held.until.act is Act.DELETE:
        line = alias_line(held.life.urn, taking.life.urn)
        return f"Renamed in the program? Then say so: {line}; the engine keeps the record set. Else delete first."
    return f"Let one resource own it: take {name_of(taking.life.urn)} out, or import what stands into it."


def _made_with_the_zone(scene: Scene) -> Iterator[AwsRefusal]:
    """Route 53 makes the NS and SOA record sets of a zone's apex itself."""
    for life, before, version, operation in scene.made(RECORD):
        view, zone = scene.records.seen(version), scene.records.zone_name(version)
        if before is None and zone and view.name == zone and view.type in ("NS", "SOA") and not view.allow_overwrite:
            because = f"{doing(operation)}: {view.type} {zone} comes into being with its zone"
            advice = f"Set allow_overwrite=True on {name_of(life.urn)}, or leave the zone's own record set alone."
            yield AwsRefusal(ERROR, operation.urn, because, advice)
