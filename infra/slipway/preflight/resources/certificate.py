"""ACM certificates and the wait for their issuance: `aws:acm/certificate` and `aws:acm/certificateValidation`."""

from __future__ import annotations

import re

import msgspec

from slipway.plan import State, leaves
from slipway.preflight.names import certificate_names, covers
from slipway.preflight.resources.fields import NOT_KNOWN, Reference, Text, computed, reference, text

__all__ = ["Certificate", "Validation", "certificate", "region_of_arn", "validation"]

_ARN = re.compile(r"arn:[a-z-]+:acm:([a-z0-9-]+):")


class Certificate(msgspec.Struct, frozen=True, gc=False):
    """`names_unknown` says that it may have other names than `names`; `needs_proof` that ACM issues it only once its
    names are validated (an imported certificate, or one of a private authority, is issued at once)."""

    urn: str
    arn: Text
    names: frozenset[str]
    names_unknown: bool
    region: Text
    needs_proof: bool

    def covers(self, name: str) -> bool | None:
        """Whether the certificate is for this name; None if that is not known."""
        return True if covers(self.names, name) else None if self.names_unknown else False


class Validation(msgspec.Struct, frozen=True, gc=False):
    """What waits until a certificate is issued; its ARN is the certificate's own."""

    urn: str
    certificate: Reference


def certificate(state: State, kept: State | None = None, provider: State | None = None) -> Certificate:
    """The certificate in a state; its region is that of its ARN, its own input, or its `provider`'s."""
    inputs = state.inputs
    arn = computed("arn", state, kept)
    written = [*leaves(inputs.get("domainName")), *leaves(inputs.get("subjectAlternativeNames"))]
    imported = any(inputs.get(key) is not None for key in ("privateKey", "certificateBody", "certificateAuthorityArn"))
    return Certificate(
        urn=state.urn,
        arn=arn,
        names=certificate_names(inputs),
        names_unknown=imported or any(not isinstance(name, str) and name is not None for name in written),
        region=_region(arn, state, provider),
        needs_proof=not imported,
    )


def validation(state: State) -> Validation:
    """The validation in a state."""
    return Validation(state.urn, reference(state, "certificateArn", text(state.inputs.get("certificateArn"))))


def region_of_arn(arn: Text) -> Text:
    """The region an ACM ARN names; unknown where it names none."""
    found = _ARN.match(arn) if isinstance(arn, str) else None
    return found.group(1) if found else NOT_KNOWN


def _region(arn: Text, state: State, provider: State | None) -> Text:
    if isinstance(found := region_of_arn(arn), str):
        return found
    given = text(state.inputs.get("region"))
    if given is None and provider is not None:
        given = text(provider.inputs.get("region"))
    return given or NOT_KNOWN
