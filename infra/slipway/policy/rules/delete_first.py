"""Nothing that serves is deleted before its replacement is there."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Violation
from slipway.preflight.resources import BUCKET, CERTIFICATE, DISTRIBUTION, RECORD, ZONE

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "delete-first"
TITLE = "Nothing that serves is deleted before it is replaced"
WHY = "Between the delete and the create nothing answers, and if the create fails nothing does from then on."
SOURCE = "The outage of 2023-01-25; Pulumi documentation, the resource option deleteBeforeReplace."
LEVEL = Level.MANDATORY
TYPES = (DISTRIBUTION, CERTIFICATE, RECORD, ZONE, *BUCKET)


def violations(resource: Resource) -> Iterator[Violation]:
    """One for a resource with the option."""
    if resource.delete_first:
        message = f"{resource.name} would be deleted before it is replaced"
        yield Violation(resource.urn, message, "Take delete_before_replace out of its options.")
