"""Which bucket name is taken while another bucket of the plan has it, and in which region."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.claims import Claim, Key, claims_by, meetings
from slipway.preflight.aws.lives import Version
from slipway.preflight.aws.named import another_name
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of, still_there
from slipway.preflight.resources import BUCKET, bucket
from slipway.preflight.verdict import AwsRefusal

__all__ = ["bucket_name", "taken_bucket_names"]

_FIRST_REGION = "us-east-1"


def taken_bucket_names(scene: Scene, error: str, *, in_first_region: bool) -> Iterator[AwsRefusal]:
    """One for each name that some run takes twice: by a request to us-east-1, or to any other region or none that is
    known."""
    for group in claims_by(scene.contested(*BUCKET), bucket_name).values():
        for taking, held in meetings(scene.order, group) if len(group) > 1 else ():
            assert taking.since is not None  # noqa: S101 - a claim that this plan takes has an operation
            if (_region(scene, taking, held) == _FIRST_REGION) is in_first_region:
                because = (
                    f"{doing(taking.since)} as {taking.key[0]!r} while {name_of(held.life.urn)} has that name: "
                    f"{still_there(scene.order, held, taking.since)}"
                )
                yield AwsRefusal(error, taking.since.urn, because, another_name(taking, held), (held.life.urn,))


def bucket_name(version: Version) -> Iterator[Key]:
    """What a bucket claims: its name."""
    view = bucket(version.state, version.seen)
    if isinstance(view.name, str):
        yield (view.name,)


def _region(scene: Scene, taking: Claim, held: Claim) -> str:
    """Where the name is asked for. A default provider does not tell; it is where it was, then."""
    version = taking.version
    provider = scene.provider(version.state)
    given = version.value("region") or (provider.inputs.get("region") if provider else None)
    if isinstance(given, str):
        return given
    host = held.version.seen.outputs.get("bucketRegionalDomainName")
    return _FIRST_REGION if isinstance(host, str) and f".s3.{_FIRST_REGION}." in host else ""
