"""Zones and buckets are protected."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Stack, Violation
from slipway.policy.reading import listed
from slipway.preflight.resources import BUCKET, ZONE

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "WHY", "violations"]

ID = "protected"
TITLE = "Zones and buckets are protected"
WHY = "A bucket's objects and a zone's name servers do not come back; protection stops the diff that would delete them."
SOURCE = "Pulumi documentation, the resource option protect; AWS: DeleteBucket, DeleteHostedZone."
LEVEL = Level.GUARDED


def violations(stack: Stack) -> Iterator[Violation]:
    """One for all of them: a disposable stack protects nothing, and one line says so."""
    bare = [resource.name for resource in stack.of(ZONE, *BUCKET) if not resource.protect]
    if bare:
        noun = "bucket or zone is" if len(bare) == 1 else "buckets and zones are"
        message = f"{len(bare)} {noun} not protected: {listed(bare)}"
        yield Violation("", message, "Set slipway:protect to true, or protect=True in their options.")
