"""BucketAlreadyOwnedByYou: a bucket is created outside us-east-1 under the name of another one of the same account."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.bucket_names import taken_bucket_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "BucketAlreadyOwnedByYou"
TITLE = "A bucket name taken, elsewhere"
WHY = "Bucket names are unique in the world, and a bucket with a fixed name stands until it is deleted."
SOURCE = "S3 API Reference, CreateBucket (BucketAlreadyOwnedByYou)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each such bucket that some run creates."""
    yield from taken_bucket_names(scene, ERROR, in_first_region=False)
