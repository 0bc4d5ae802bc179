"""Every bucket has a public access block."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.reading import bucket_names, may_name
from slipway.preflight.resources import BUCKET
from slipway.preflight.resources.fields import text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "WHY", "violations"]

ID = "access-block-present"
TITLE = "Every bucket has a public access block"
WHY = (
    "S3 blocks public access on new buckets, but only a resource in the program keeps it so and shows who took it off."
)
SOURCE = "Amazon S3 User Guide, Blocking public access to your Amazon S3 storage."
LEVEL = Level.MANDATORY

_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"


def violations(stack: Stack) -> Iterator[Violation]:
    """One for each bucket without."""
    buckets = tuple(stack.of(*BUCKET))
    for bucket in buckets:
        if not any(_is_for(block, bucket, buckets) for block in stack.of(_BLOCK)):
            advice = "Add a BucketPublicAccessBlock for it with all four settings True."
            yield Violation(bucket.urn, f"{bucket.name} has no public access block", advice)


def _is_for(block: Resource, bucket: Resource, buckets: tuple[Resource, ...]) -> bool:
    value = text(block.properties.get("bucket"))
    return may_name(value, block.sources.get("bucket", ()), bucket, bucket_names, buckets)
