"""What single rules tell apart, beyond the two programs of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.plan import Unknown, UnknownKind
from slipway.plan.values import freeze
from slipway.policy import Resource, Stack, judge_resource, judge_stack
from slipway.preflight.resources import BUCKET, BUCKET_POLICY, CERTIFICATE, DISTRIBUTION, RECORD, VALIDATION

UNKNOWN = Unknown(UnknownKind.STRING, UnknownKind.STRING.value)
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"


def resource(kind: str, name: str = "one", sources: dict[str, tuple[str, ...]] | None = None, **given: Any) -> Resource:
    return Resource(f"urn:pulumi:dev::cdn::{kind}::{name}", kind, name, given, sources=sources or {})


def violated(*resources: Resource) -> set[str]:
    alone = {finding.rule.ID for one in resources for finding in judge_resource(one)}
    return alone | {finding.rule.ID for finding in judge_stack(Stack(resources))}


@pytest.mark.parametrize(
    ("viewer", "refused"),
    [
        ({"minimumProtocolVersion": "TLSv1.3_2025", "acmCertificateArn": "a"}, False),
        ({"minimumProtocolVersion": "TLSv1.2_2018", "acmCertificateArn": "a"}, True),
        ({"minimumProtocolVersion": "TLSv1", "acmCertificateArn": "a"}, True),
        ({"acmCertificateArn": "a"}, True),
        ({"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1.2_2021"}, True),
        ([{"minimumProtocolVersion": "TLSv1.2_2021", "acmCertificateArn": "a"}], False),
    ],
)
def test_lowest_tls_is_read_from_the_security_policy(viewer: Any, refused: bool) -> None:
    assert ("tls-version" in violated(resource(DISTRIBUTION, viewerCertificate=viewer))) is refused


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ({"Effect": "Allow", "Principal": "*"}, True),
        ({"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}}, True),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::1:root"}}, True),
        ({"Effect": "Allow", "Principal": "*", "Condition": {}}, True),
        ({"Effect": "Deny", "Principal": "*"}, False),
        ({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}}, False),
        ({"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceVpce": "v"}}}, False),
    ],
)
def test_everybody_is_told_from_somebody_in_a_bucket_policy(statement: dict[str, Any], refused: bool) -> None:
    assert ("public-policy" in violated(resource(BUCKET_POLICY, policy={"Statement": [statement]}))) is refused


@pytest.mark.parametrize(
    "grants",
    [
        {"grants": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]},
        {
            "accessControlPolicy": {
                "grants": [{"grantee": {"uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}}]
            }
        },
    ],
)
def test_grants_to_the_public_groups_are_public(grants: dict[str, Any]) -> None:
    assert "public-acl" in violated(resource(BUCKET[0], **grants))


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        ({"domainName": "files.s3.eu-west-1.amazonaws.com", "customOriginConfig": {"httpPort": 80}}, True),
        ({"domainName": "files.s3-website-us-east-1.amazonaws.com", "customOriginConfig": {"httpPort": 80}}, True),
        ({"domainName": "app.example.org", "customOriginConfig": {"httpPort": 80}}, False),
        ({"domainName": "files.s3.amazonaws.com", "s3OriginConfig": {"originAccessIdentity": ""}}, True),
    ],
)
def test_s3_origin_is_known_by_its_host(origin: dict[str, Any], refused: bool) -> None:
    assert ("origin-access" in violated(resource(DISTRIBUTION, origins=[origin]))) is refused


def test_record_of_the_zone_itself_may_not_overwrite() -> None:
    assert "allow-overwrite" in violated(resource(RECORD, name="", allowOverwrite=True))


def test_alarm_on_another_distribution_does_not_watch_a_new_one() -> None:
    """The one that is to be created has no id yet: an alarm that names another by its id is not for it."""
    old = resource(DISTRIBUTION, "old", enabled=True, arn="arn:aws:cloudfront::1:distribution/E1", loggingConfig={})
    new = resource(DISTRIBUTION, "new", enabled=True, loggingConfig={})
    alarm = resource(ALARM, metricName="5xxErrorRate", dimensions={"DistributionId": "E1"})
    (found,) = [one for one in judge_stack(Stack((old, new, alarm))) if one.rule.ID == "alarm-present"]
    assert "server errors of new" in found.text


def test_disabled_distribution_needs_no_alarm() -> None:
    assert "alarm-present" not in violated(resource(DISTRIBUTION, enabled=False))


def test_public_access_block_of_one_bucket_does_not_cover_another() -> None:
    buckets = [resource(BUCKET[0], name, bucket=name) for name in ("one", "two")]
    assert "access-block-present" in violated(*buckets, resource(BLOCK, bucket="one"))
    assert "access-block-present" not in violated(buckets[0], resource(BLOCK, bucket="one"))


def test_certificate_is_found_through_its_validation_before_it_has_an_arn() -> None:
    made = resource(CERTIFICATE, "cert", domainName="a.example.org", region="eu-west-1")
    issued = resource(VALIDATION, "issued", sources={"certificateArn": (made.urn,)})
    viewer = {"acmCertificateArn": UNKNOWN, "minimumProtocolVersion": "TLSv1.2_2021"}
    sources = {"viewerCertificate": (issued.urn,)}
    shown = resource(DISTRIBUTION, "d", sources, aliases=["b.example.org"], viewerCertificate=viewer)
    assert {"alias-covered", "certificate-region"} <= violated(made, issued, shown)


def test_policy_that_holds_an_unknown_arn_is_judged_when_it_is_known() -> None:
    document = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Resource": "arn:aws:s3:::files/*"}]})
    assert "public-policy" in violated(resource(BUCKET_POLICY, policy=document))
    veiled = freeze(document.replace("arn:aws:s3:::files", UNKNOWN.text))
    assert "public-policy" not in violated(resource(BUCKET_POLICY, policy=veiled))


def test_region_of_a_certificate_elsewhere_is_read_from_its_arn() -> None:
    viewer = {"acmCertificateArn": "arn:aws:acm:eu-west-1:1:certificate/1", "minimumProtocolVersion": "TLSv1.2_2021"}
    assert "certificate-region" in violated(resource(DISTRIBUTION, viewerCertificate=viewer))


def test_aliases_on_the_default_certificate_are_refused() -> None:
    viewer = {"cloudfrontDefaultCertificate": True}
    distribution = resource(DISTRIBUTION, aliases=["a.example.org"], viewerCertificate=viewer)
    assert "alias-covered" in violated(distribution)
