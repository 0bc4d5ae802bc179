"""BucketNotEmpty: a bucket is deleted that holds objects, as far as anybody knows.

No plan says what a bucket holds. One that nothing empties is taken as holding something: the delete of a bucket is
refused by `protected-delete` whatever it holds, so this adds the reason and no false alarm of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.resources import BUCKET
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "BucketNotEmpty"
TITLE = "A bucket deleted with what it holds"
WHY = "S3 deletes empty buckets only. The provider empties one only if forceDestroy stands in the state beforehand."
SOURCE = "S3 API Reference, DeleteBucket; hashicorp/terraform-provider-aws, internal/service/s3/bucket.go."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each bucket deleted without forceDestroy in its state."""
    for life, version, operation in scene.deleted(*BUCKET):
        if version.value("forceDestroy") is not True:
            because = f"{doing(operation)}: forceDestroy is not in its state, and no plan shows that it is empty"
            advice = (
                f"Keep {name_of(life.urn)}, or let it go with retain_on_delete=True. If its objects may go as well: "
                "apply force_destroy=True alone, then delete it in the next apply."
            )
            yield AwsRefusal(ERROR, life.urn, because, advice)
