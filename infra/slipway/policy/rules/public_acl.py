"""No access control list of a bucket or an object that admits everybody."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Violation
from slipway.policy.reading import objects
from slipway.preflight.resources import BUCKET
from slipway.preflight.resources.fields import mapping

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "public-acl"
TITLE = "No public access control list"
WHY = "A public list lets anybody read past the CDN: its cache, its logs, its limits and its bill protect nothing then."
SOURCE = "Amazon S3 User Guide, Access control list overview (predefined groups, canned ACLs)."
LEVEL = Level.MANDATORY
TYPES = (
    *BUCKET,
    "aws:s3/bucketAcl:BucketAcl",
    "aws:s3/bucketAclV2:BucketAclV2",
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
)

# Any AWS account of anybody counts as authenticated.
_CANNED = ("public-read", "public-read-write", "authenticated-read")
_GROUPS = ("/global/AllUsers", "/global/AuthenticatedUsers")


def violations(resource: Resource) -> Iterator[Violation]:
    """One for a canned list, one for grants."""
    acl = resource.properties.get("acl")
    if acl in _CANNED:
        yield Violation(resource.urn, f"{resource.name} has the access control list {acl}", "Leave it private.")
    if any(isinstance(uri, str) and uri.endswith(_GROUPS) for uri in _grantees(resource)):
        advice = "Take that grant out; what a CDN reads, it reads through its origin access control."
        yield Violation(resource.urn, f"{resource.name} grants access to everybody", advice)


def _grantees(resource: Resource) -> Iterator[object]:
    for grant in objects(resource.properties.get("grants")):
        yield grant.get("uri")
    for grant in objects(mapping(resource.properties.get("accessControlPolicy")).get("grants")):
        yield mapping(grant.get("grantee")).get("uri")
