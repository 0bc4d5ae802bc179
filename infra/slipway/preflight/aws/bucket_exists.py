"""BucketAlreadyExists: a bucket is created in us-east-1 under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.bucket_names import taken_bucket_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "BucketAlreadyExists"
TITLE = "A bucket name taken, in us-east-1"
WHY = "S3 would hand out one's own bucket a second time there; the provider looks first and refuses."
SOURCE = "hashicorp/terraform-provider-aws, internal/service/s3/bucket.go; S3 API Reference, CreateBucket."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each such bucket that some run creates."""
    yield from taken_bucket_names(scene, ERROR, in_first_region=True)
