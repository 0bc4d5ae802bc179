"""Refuses to let go of a real thing that another resource claims: the last delete removes what the other wrote."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan.operations import Act
from slipway.preflight.aws.shared import Shared, lost_claims, lost_proofs
from slipway.preflight.aws.words import alias_line, doing, name_of
from slipway.preflight.evidence import Evidence
from slipway.preflight.verdict import Finding

__all__ = ["ID", "SOURCE", "TITLE", "WHY", "findings"]

ID = "double-claim"
TITLE = "One resource, one real thing"
WHY = (
    "Route 53 deletes whatever sits at a name, S3 whatever setting a bucket has. Where two resources, or two "
    "generations of one, claim the same real thing and one lets go of it, the apply succeeds and the thing is gone."
)
SOURCE = (
    "hashicorp/terraform-provider-aws#32460 and internal/service/route53/record.go (delete by name, type and set "
    "identifier); aws-cdk#6309 (certificates share a validation record)."
)


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each real thing that is let go of and claimed, and for each proof that a renewal will miss."""
    for shared in lost_claims(evidence.scene):
        yield Finding(ID, _message(shared), _advice(shared), _urns(shared))
    for proof in lost_proofs(evidence.scene):
        message = (
            f"{doing(proof.deleted)} takes away the validation record {proof.record}, and the certificate "
            f"{name_of(proof.certificate)} keeps the name {proof.domain}: nothing is dark today, but ACM cannot renew "
            "it, and every name on it goes dark when it expires"
        )
        advice = (
            f"Keep {name_of(proof.deleted.urn)} for as long as a certificate has the name {proof.domain}; certificates "
            "of one account share that record."
        )
        yield Finding(ID, message, advice, (proof.deleted.urn, proof.certificate))


def _message(shared: Shared) -> str:
    leaving, staying = name_of(shared.leaving.life.urn), name_of(shared.staying.life.urn)
    both = f"both {leaving} and {staying} claim" if leaving != staying else f"two generations of {leaving} claim"
    order = "" if shared.comes_last else "; nothing orders the two"
    return f"{both} {shared.what}, and {doing(shared.release)} {shared.harm}{order}"


def _urns(shared: Shared) -> tuple[str, ...]:
    return tuple(dict.fromkeys((shared.leaving.life.urn, shared.staying.life.urn)))


def _advice(shared: Shared) -> str:
    leaving, staying = shared.leaving.life, shared.staying.life
    if shared.is_alias and (shared.release.act is Act.UPDATE or leaving.urn == staying.urn):
        return (
            "Move the alias in one step outside this plan (aws cloudfront associate-alias), then pulumi refresh. Two "
            "applies, one that takes it off and one that adds it, leave its name dark in between."
        )
    if leaving.urn == staying.urn and shared.release.partner is None:
        return (
            "This delete is left over from an apply that was cut short. Take the entry marked as to be deleted out of "
            "the state (pulumi stack export, edit, pulumi stack import), then preview again."
        )
    if leaving.urn == staying.urn:
        return (
            f"Undo what forces the replacement of {name_of(leaving.urn)}, or set ignore_changes for it: the new one "
            "would be the same real thing."
        )
    if shared.release.act is Act.UPDATE:
        first, second = name_of(leaving.urn), name_of(staying.urn)
        return f"Split it: one apply in which {first} lets go, the next in which {second} takes it."
    if staying.born is not None:
        return (
            f"Renamed in the program? Then say so: {alias_line(leaving.urn, staying.urn)}; the engine keeps the real "
            "thing and changes it in place."
        )
    return (
        f"Keep what both own: apply retain_on_delete=True on {name_of(leaving.urn)} alone, then take it out of the "
        "program; the engine forgets it and deletes nothing."
    )
