"""No bucket policy that admits everybody without a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slipway.plan import Value
from slipway.policy.model import Level, Resource, Violation
from slipway.preflight.resources import BUCKET, BUCKET_POLICY
from slipway.preflight.resources.fields import items
from slipway.preflight.resources.iam import read_statements

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "public-policy"
TITLE = "No bucket policy for everybody"
WHY = "A statement for * without a condition opens the bucket to every request on the internet, past the CDN."
SOURCE = "Amazon S3 User Guide, Blocking public access to your Amazon S3 storage (the meaning of public)."
LEVEL = Level.MANDATORY
TYPES = (BUCKET_POLICY, *BUCKET)


def violations(resource: Resource) -> Iterator[Violation]:
    """One for each statement that allows anybody anything. What is no policy at all, S3 refuses itself."""
    for statement in read_statements(resource.properties.get("policy")) or ():
        if statement.allows and _everybody(statement.body) and not statement.body.get("Condition"):
            sid = statement.body.get("Sid") or "without a name"
            message = f"{resource.name} has a statement ({sid}) that admits everybody"
            advice = "Name who may: cloudfront.amazonaws.com, with the distribution's ARN as AWS:SourceArn."
            yield Violation(resource.urn, message, advice)


def _everybody(body: Mapping[str, Value]) -> bool:
    """NotPrincipal admits all but the few it names."""
    principal = body.get("Principal")
    if isinstance(principal, dict):
        return "*" in items(principal.get("AWS"))
    return principal == "*" or "NotPrincipal" in body
