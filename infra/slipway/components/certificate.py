"""A TLS certificate for CloudFront, validated through DNS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import acm, route53

__all__ = ["Certificate"]

# CloudFront takes viewer certificates from this region only, wherever the rest of the stack is.
_REGION = "us-east-1"

# Seconds. Nobody but ACM asks for these records.
_VALIDATION_TTL = 60


class Certificate(pulumi.ComponentResource):
    """A certificate for `names`, the first of which is its own name, with its validation records in `zone_id`.

    `issued_arn` is known when ACM has issued the certificate, so whatever takes it waits for that.

    Replaced: the certificate and its validation, by any change of `names`: the new one is requested, validated and
    taken into use by the distribution before the old one is deleted, because deletes come after all updates. A
    validation record is *not* replaced then: it depends on the account and the domain name, not on the certificate. A
    preview cannot know that, and shows it as replaced.

    ACM gives a name and its wildcard the same validation record, so there is one record a domain name. Two certificates
    over one domain name would share it too: give a zone's certificates disjoint names. The record is created without
    `allow_overwrite`: a second owner fails at its create, instead of deleting the first one's record later.
    """

    arn: pulumi.Output[str]
    issued_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        names: Sequence[str],
        zone_id: pulumi.Input[str],
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:Certificate", name, None, opts)
        certificate = acm.Certificate(
            name,
            region=_REGION,
            domain_name=names[0],
            # Always written out, the certificate's own name included: the official provider keeps the alternative names
            # it knows when the list is left out, so the last one could never be taken away.
            subject_alternative_names=sorted(names),
            validation_method="DNS",
            tags=dict(tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        domains = sorted({host.removeprefix("*.") for host in names})
        records = [self._validation_record(name, domain, certificate, zone_id) for domain in domains]
        issued = acm.CertificateValidation(
            f"{name}-issued",
            region=_REGION,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in records],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = certificate.arn
        self.issued_arn = issued.certificate_arn
        self.register_outputs({"arn": self.arn, "issued_arn": self.issued_arn})

    def _validation_record(
        self, name: str, domain: str, certificate: acm.Certificate, zone_id: pulumi.Input[str]
    ) -> route53.Record:
        # The resources are named after the domains of the program, not after what ACM answers: they are all known in a
        # preview, even when the certificate is still to be requested.
        option = certificate.domain_validation_options.apply(lambda options: _option(options, domain))
        return route53.Record(
            f"{name}-validation-{domain}",
            zone_id=zone_id,
            name=option.apply(lambda answer: str(answer.resource_record_name)),
            type=option.apply(lambda answer: str(answer.resource_record_type)),
            records=[option.apply(lambda answer: str(answer.resource_record_value))],
            ttl=_VALIDATION_TTL,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _option(options: Sequence[acm.outputs.CertificateDomainValidationOption], domain: str) -> Any:
    """What ACM wants of a domain; unknown as long as the certificate does not have it. That is so while `--target` has
    something else applied before it; the engine then skips the domain's record as well."""
    found = (option for option in options if str(option.domain_name).removeprefix("*.") == domain)
    return next(found, pulumi.UNKNOWN)
