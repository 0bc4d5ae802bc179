"""InvalidViewerCertificate: a distribution takes a certificate that nobody has waited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from slipway.plan.operations import Operation
from slipway.preflight.aws.claims import done_before
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of
from slipway.preflight.resources import VALIDATION, validation
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidViewerCertificate"
TITLE = "A certificate that is not issued yet"
WHY = (
    "A new certificate is pending until its names are proven, which takes minutes. The provider retries for one; only "
    "an edge to the certificate's validation makes the engine wait for the issuance."
)
SOURCE = (
    "CloudFront Developer Guide, Requirements for using SSL/TLS certificates; hashicorp/terraform-provider-aws, "
    "internal/service/cloudfront/distribution.go and internal/service/acm/certificate_validation.go."
)


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each distribution that may get its certificate before that is issued."""
    validations: Mapping[str, list[Operation]] | None = None
    for found in scene.attachments:
        life, view = found.life, found.certificate
        if life is None or view is None or life.born is None or not view.needs_proof:
            continue
        validations = validations if validations is not None else _validations(scene)
        if any(done_before(scene.order, wait, found.operation) for wait in validations.get(life.urn, ())):
            continue
        certificate, user = name_of(life.urn), name_of(found.view.urn)
        because = (
            f"{doing(found.operation)} with the new certificate {certificate}, which is still pending: nothing makes "
            "it wait for a validation of that certificate"
        )
        advice = (
            f"Take the ARN for {user} from the CertificateValidation of {certificate} (its certificate_arn), not from "
            "the certificate: the engine then waits until it is issued."
        )
        yield AwsRefusal(ERROR, found.operation.urn, because, advice, (life.urn,))


def _validations(scene: Scene) -> Mapping[str, list[Operation]]:
    """The operations of this plan that wait for the issuance of a new certificate, by its URN."""
    found: dict[str, list[Operation]] = defaultdict(list)
    for _, _, version, operation in scene.made(VALIDATION):
        reference = validation(version.state).certificate
        for source in reference.sources if reference.known is None else ():
            found[source].append(operation)
    return found
