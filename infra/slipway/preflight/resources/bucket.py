"""S3 buckets and their policies: `aws:s3/bucket`, `aws:s3/bucketPolicy`."""

from __future__ import annotations

import re

import msgspec

from slipway.plan import State, Value
from slipway.preflight.resources.fields import Reference, Text, flag, reference, text
from slipway.preflight.resources.iam import Admission, Caller, Statement, admitted, paths_allowed, read_statements

__all__ = ["Bucket", "BucketPolicy", "bucket", "bucket_of_host", "bucket_policy"]

_HOST = re.compile(r"(?P<bucket>.+?)\.s3(-website)?([.-][a-z0-9.-]+)?\.amazonaws\.com(\.cn)?")


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """`names` are all the ways other resources name it (its name, its id); `hosts` are host names it is an origin by;
    `arns` are ways a policy names it."""

    urn: str
    name: Text
    names: frozenset[str]
    hosts: frozenset[str]
    arns: frozenset[str]
    force_destroy: bool


class BucketPolicy(msgspec.Struct, frozen=True, gc=False):
    """The one policy of a bucket; `statements` is None where the `document`, as written, is unknown or no policy."""

    urn: str
    bucket: Reference
    statements: tuple[Statement, ...] | None
    document: Value

    def admits(self, caller: Caller, bucket: Bucket | None) -> Admission:
        """Whether the caller may read the bucket's objects by this policy; UNKNOWN if the document does not say."""
        if self.statements is None:
            return Admission.UNKNOWN
        return admitted(self.statements, caller, bucket.arns if bucket else frozenset())

    def paths(self, caller: Caller, bucket: Bucket | None) -> frozenset[str]:
        """Patterns of the objects that it admits the caller to."""
        return paths_allowed(self.statements or (), caller, bucket.arns if bucket else frozenset())


def bucket(state: State, kept: State | None = None) -> Bucket:
    """The bucket in a state."""
    source = next((s for s in (state, kept) if s and s.outputs), state)
    name = text(source.outputs.get("bucket") or state.inputs.get("bucket"))
    identity = state.id or (kept.id if kept else None)
    names = frozenset(n for n in (name, identity, state.inputs.get("bucket")) if isinstance(n, str))
    hosts = (source.outputs.get(k) for k in ("bucketRegionalDomainName", "bucketDomainName", "websiteEndpoint"))
    arn = source.outputs.get("arn")
    return Bucket(
        urn=state.urn,
        name=name,
        names=names,
        hosts=frozenset(h.lower() for h in hosts if isinstance(h, str)),
        arns=frozenset(f"arn:aws:s3:::{n}" for n in names) | ({arn} if isinstance(arn, str) else set()),
        force_destroy=flag(state.inputs.get("forceDestroy"), False) is True,
    )


def bucket_policy(state: State) -> BucketPolicy:
    """The bucket policy in a state."""
    return BucketPolicy(
        state.urn,
        reference(state, "bucket", text(state.inputs.get("bucket"))),
        read_statements(state.inputs.get("policy")),
        state.inputs.get("policy"),
    )


def bucket_of_host(host: str) -> str | None:
    """The bucket that an S3 host name (REST or website endpoint) belongs to, None for any other host."""
    found = _HOST.fullmatch(host)
    return found.group("bucket") if found else None
