"""ACM: certificates, and the wait until they are issued (`slipway.cloud.ministack.issuance` says when)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import absent, tag_list, tag_map
from slipway.cloud.provider.rules.certificates import ISSUED, PENDING
from slipway.cloud.provider.rules.in_use import refuse_certificate_in_use
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties
from slipway.cloud.provider.waiting import until

__all__ = ["ROWS", "describe"]

_TOKEN = "aws:acm/certificate:Certificate"  # noqa: S105 a type token
_VALIDATION_LIMIT = 75  # minutes: the official provider's
_REQUEST = Translation(
    member_shape("acm", "RequestCertificate"),
    {
        "validationOptions": "DomainValidationOptions",
        "earlyRenewalDuration": "",
        "certificateBody": "",
        "certificateChain": "",
        "privateKey": "",
        "privateKeyWo": "",
        "privateKeyWoVersion": "",
        "region": "",
        "tags": "",
    },
)


def describe(cloud: Cloud, arn: str) -> dict[str, Any] | None:
    """ACM's description of a certificate, or None when there is none."""
    with absent("ResourceNotFoundException"):
        found: dict[str, Any] = (
            cloud.within(arn.split(":")[3]).client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        )
        return found
    return None


def _all_tags(client: Any, arn: str) -> dict[str, str]:
    return tag_map(client.list_tags_for_certificate(CertificateArn=arn).get("Tags", []))


# -- certificates ----------------------------------------------------------------------------------------------------


def _validate(properties: Properties, failures: list[Failure]) -> None:
    own_key = properties.get("privateKey") is not None or properties.get("privateKeyWo") is not None
    if own_key == (properties.get("domainName") is not None):
        failures.append(Failure("domainName", "exactly one of domainName (requested) and privateKey (imported) is set"))
    private = properties.get("certificateAuthorityArn") is not None
    if not own_key and not private and properties.get("validationMethod") is None:
        failures.append(Failure("validationMethod", "is required for a requested certificate: DNS or EMAIL"))
    if not failures:
        _REQUEST.to_aws(properties, failures)


def _create(op: Operation) -> str:
    client = op.cloud.client("acm")
    if op.new.get("privateKey") is not None:
        return str(client.import_certificate(**_imported(op.new), Tags=tag_list(op.tags))["CertificateArn"])
    tags = {"Tags": tag_list(op.tags)} if op.tags else {}
    return str(client.request_certificate(**_REQUEST.to_aws(op.new), **tags)["CertificateArn"])


def _imported(properties: Properties) -> dict[str, Any]:
    parts = {"Certificate": "certificateBody", "PrivateKey": "privateKey", "CertificateChain": "certificateChain"}
    return {member: str(properties[name]).encode() for member, name in parts.items() if properties.get(name)}


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    certificate = describe(cloud, resource_id)
    if certificate is None:
        return None
    properties = _REQUEST.from_aws(certificate, input_shape(_TOKEN))
    client = cloud.within(resource_id.split(":")[3]).client("acm")
    options = certificate.get("DomainValidationOptions", [])
    return {
        **properties,
        "arn": resource_id,
        "domainValidationOptions": [_validation_option(option) for option in options],
        "notAfter": _moment(certificate.get("NotAfter")),
        "notBefore": _moment(certificate.get("NotBefore")),
        "pendingRenewal": False,
        "renewalEligibility": certificate.get("RenewalEligibility", "INELIGIBLE"),
        "renewalSummaries": [],
        "status": certificate["Status"],
        "tags": _all_tags(client, resource_id),
        "type": certificate["Type"],
        "validationEmails": [],
        "validationMethod": options[0].get("ValidationMethod", "NONE") if options else "NONE",
    }


def _moment(value: datetime | None) -> str:
    """A date in text; a certificate that is not issued has none."""
    return value.isoformat() if value else ""


def _validation_option(option: dict[str, Any]) -> dict[str, str]:
    record = option.get("ResourceRecord", {})
    return {
        "domainName": option["DomainName"],
        "resourceRecordName": record.get("Name", ""),
        "resourceRecordType": record.get("Type", ""),
        "resourceRecordValue": record.get("Value", ""),
    }


def _update(op: Operation) -> None:
    client = op.cloud.client("acm")
    if op.new.get("privateKey") is not None and op.changed("privateKey", "certificateBody", "certificateChain"):
        client.import_certificate(CertificateArn=op.id, **_imported(op.new))
    if op.changed("options") and op.new.get("options"):
        client.update_certificate_options(CertificateArn=op.id, Options=_REQUEST.to_aws(op.new)["Options"])
    current = _all_tags(client, op.id)
    gone = {key: value for key, value in current.items() if key not in op.tags}
    if gone:
        client.remove_tags_from_certificate(CertificateArn=op.id, Tags=tag_list(gone))
    if op.tags and op.tags != current:
        client.add_tags_to_certificate(CertificateArn=op.id, Tags=tag_list(op.tags))


def _delete(op: Operation) -> None:
    with absent("ResourceNotFoundException"), op.cloud.lock("distributions"):
        refuse_certificate_in_use(op.cloud, op.id)
        op.cloud.within(op.id.split(":")[3]).client("acm").delete_certificate(CertificateArn=op.id)


# -- the wait for issuance -------------------------------------------------------------------------------------------


def _await_issuance(op: Operation) -> str:
    """Poll until ISSUED, as the official provider's CertificateValidation does; refuse at once what cannot succeed."""
    arn = op.new["certificateArn"]
    certificate = _existing(op.cloud, arn)
    given = op.new.get("validationRecordFqdns")
    needed = {option["ResourceRecord"]["Name"].rstrip(".") for option in certificate["DomainValidationOptions"]}
    missing = sorted(needed - {str(name).rstrip(".") for name in given}) if given else []
    if missing:
        names = ", ".join(missing)
        raise refusal("ValidationException", f"validationRecordFqdns lacks {names}, which ACM needs", "Validation")
    if not until(op.cloud, lambda: _existing(op.cloud, arn)["Status"] == ISSUED, _VALIDATION_LIMIT):
        names = ", ".join(sorted(needed))
        raise refusal(
            "RequestTimeout",
            f"{arn} is still {PENDING} after {_VALIDATION_LIMIT} minutes of the local cloud's time: its validation "
            f"records ({names}) do not all resolve in a public hosted zone",
            "Validation",
        )
    return str(arn)


def _read_validation(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    """Gone from the state when its certificate is gone or no longer issued, as the official provider has it."""
    arn = state.get("certificateArn", resource_id)
    certificate = describe(cloud, arn)
    if certificate is None or certificate["Status"] != ISSUED:
        return None
    names = state.get("validationRecordFqdns")
    return {"certificateArn": arn} | ({"validationRecordFqdns": names} if names else {})


def _existing(cloud: Cloud, arn: str) -> dict[str, Any]:
    certificate = describe(cloud, arn)
    if certificate is None:
        raise refusal("ResourceNotFoundException", f"Could not find certificate {arn}.", "DescribeCertificate")
    return certificate


def _nothing(op: Operation) -> None:
    """A validation is a wait; there is nothing to change or delete in AWS."""


ROWS = (
    ResourceType(
        _TOKEN,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        sets=frozenset({"subjectAlternativeNames", "domainValidationOptions", "validationOptions"}),
        local=frozenset({"earlyRenewalDuration", "privateKeyWoVersion", "validationOptions"}),
        write_only=frozenset({"privateKey", "privateKeyWo", "certificateBody", "certificateChain"}),
        filled=frozenset({"keyAlgorithm", "options", "subjectAlternativeNames"}),
        # ACM lists the main name among the alternative ones whether or not it was asked for.
        same={"subjectAlternativeNames": lambda old, new, inputs: _names(old, inputs) == _names(new, inputs)},
    ),
    ResourceType(
        "aws:acm/certificateValidation:CertificateValidation",
        create=_await_issuance,
        read=_read_validation,
        update=_nothing,
        delete=_nothing,
        sets=frozenset({"validationRecordFqdns"}),
    ),
)


def _names(names: Any, inputs: Properties) -> object:
    if not isinstance(names, list) or UNKNOWN in names:
        return object()
    return {str(name).lower() for name in names} | {str(inputs.get("domainName", "")).lower()}
