"""A public access block that leaves no way open."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Violation
from slipway.preflight.resources.fields import flag

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "access-block-complete"
TITLE = "A public access block blocks all four ways"
WHY = "Each setting closes another way to make a bucket public; with one left open, a later mistake is not caught."
SOURCE = "Amazon S3 API Reference, PublicAccessBlockConfiguration (each setting is false where it is not given)."
LEVEL = Level.MANDATORY
TYPES = (
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
)

_SETTINGS = {
    "blockPublicAcls": "block_public_acls",
    "blockPublicPolicy": "block_public_policy",
    "ignorePublicAcls": "ignore_public_acls",
    "restrictPublicBuckets": "restrict_public_buckets",
}


def violations(resource: Resource) -> Iterator[Violation]:
    """One for all settings that are off."""
    off = [name for key, name in _SETTINGS.items() if flag(resource.properties.get(key), False) is False]
    if off:
        yield Violation(resource.urn, f"{resource.name} leaves {', '.join(off)} off", "Set all four to True.")
