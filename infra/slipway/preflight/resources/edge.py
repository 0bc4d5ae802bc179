"""What hangs on a distribution: CloudFront Functions, origin access controls and the older access identities."""

from __future__ import annotations

import msgspec

from slipway.plan import State
from slipway.preflight.resources.fields import Text, computed, text

__all__ = ["Function", "OriginAccess", "function", "origin_access"]


class Function(msgspec.Struct, frozen=True, gc=False):
    """A CloudFront Function; distributions name it by its ARN."""

    urn: str
    arn: Text
    name: Text


class OriginAccess(msgspec.Struct, frozen=True, gc=False):
    """An origin access control or identity. `paths` are the ways a distribution names it, `principals` the ways a
    policy names an identity (a control is named by its distribution's ARN instead)."""

    urn: str
    id: Text
    paths: frozenset[str]
    principals: frozenset[str]


def function(state: State, kept: State | None = None) -> Function:
    """The function in a state."""
    inputs = state.inputs
    return Function(state.urn, computed("arn", state, kept), text(inputs.get("name")))


def origin_access(state: State, kept: State | None = None) -> OriginAccess:
    """The access control or identity in a state."""
    identity = text(state.id or (kept.id if kept else None))
    paths = (identity, computed("cloudfrontAccessIdentityPath", state, kept))
    principals = (computed("iamArn", state, kept), computed("s3CanonicalUserId", state, kept))
    return OriginAccess(
        state.urn,
        identity,
        frozenset(path for path in paths if isinstance(path, str)),
        frozenset(principal for principal in principals if isinstance(principal, str)),
    )
