"""What the program registers: the options, dependencies and values that its safety rests on."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

Registered = dict[str, Any]

FACTS: dict[str, dict[str, Any]] = json.loads((files("slipway") / "facts" / "aws-resource-facts.json").read_text())
BUCKET, ZONE, RECORD = "aws:s3/bucket:Bucket", "aws:route53/zone:Zone", "aws:route53/record:Record"
DISTRIBUTION, POLICY = "aws:cloudfront/distribution:Distribution", "aws:s3/bucketPolicy:BucketPolicy"
ISSUED = "aws:acm/certificateValidation:CertificateValidation"
CERTIFICATE = "aws:acm/certificate:Certificate"


def of_type(resources: list[Registered], token: str) -> list[Registered]:
    return [item for item in resources if item["type"] == token]


def one(resources: list[Registered], token: str, name: str) -> Registered:
    (found,) = [item for item in of_type(resources, token) if item["name"] == name]
    return found


def test_every_resource_type_has_facts(resources: list[Registered]) -> None:
    """The program uses no type that the preflight and the local cloud know nothing about."""
    assert {item["type"] for item in resources} <= set(FACTS)


def test_nothing_that_may_be_replaced_has_a_fixed_name(resources: list[Registered]) -> None:
    """A given physical name makes the provider delete first; only the zone must have one, and it is turned round."""
    named = [item["type"] for item in resources if FACTS[item["type"]]["auto_name"] in item["inputs"]]
    assert named == [ZONE]
    assert one(resources, ZONE, "zone")["create_first"]


def test_nothing_is_deleted_before_it_is_replaced(resources: list[Registered]) -> None:
    """No resource asks for delete-before-replace."""
    assert [item["urn"] for item in resources if item["delete_first"]] == []


def test_zone_buckets_and_distributions_are_protected(resources: list[Registered]) -> None:
    """What cannot be made again under the same identity is protected, and nothing else is."""
    protected = {(item["type"], item["name"]) for item in resources if item["protect"]}
    assert protected == {(ZONE, "zone"), (BUCKET, "logs"), (BUCKET, "crates"), (DISTRIBUTION, "crates")}


def test_zone_and_buckets_outlive_a_protected_stack(resources: list[Registered]) -> None:
    """They stay in AWS when the stack is unprotected and destroyed; the provider may not empty them."""
    for item in [*of_type(resources, ZONE), *of_type(resources, BUCKET)]:
        assert item["retain"]
        assert item["inputs"]["forceDestroy"] is False


def test_unprotected_stack_is_disposable(registered: Callable[..., list[Registered]]) -> None:
    """Without protection nothing refuses `pulumi destroy`, and buckets with objects are emptied."""
    resources = [item for item in registered(protect=False) if item["custom"]]
    assert [item["urn"] for item in resources if item["protect"]] == []
    for item in [*of_type(resources, ZONE), *of_type(resources, BUCKET)]:
        assert not item["retain"]
        assert item["inputs"]["forceDestroy"] is True


@pytest.mark.parametrize("protect", [True, False])
def test_settings_of_a_bucket_go_only_with_the_bucket(
    registered: Callable[..., list[Registered]], protect: bool
) -> None:
    """The late delete of a renamed setting cannot undo what its new owner wrote: the provider is never asked."""
    settings = [
        item
        for item in registered(protect=protect)
        if item["type"].startswith("aws:s3/") and item["type"] != BUCKET and item["custom"]
    ]
    assert len(settings) > 10
    assert [item["urn"] for item in settings if not item["retain"]] == []


def test_every_resource_belongs_to_a_component(registered: Callable[..., list[Registered]]) -> None:
    """One parent tells which resources are one concern, and so one change."""
    components = {item["urn"] for item in registered() if not item["custom"]}
    for item in registered():
        if item["custom"]:
            assert item["parent"] in components, item["urn"]


def test_preview_shows_the_resources_of_the_run(registered: Callable[..., list[Registered]]) -> None:
    """Nothing is created inside an `apply`: what is still unknown hides no resource."""
    run, preview = ({item["urn"] for item in registered(preview=preview)} for preview in (False, True))
    assert preview == run


def test_certificate_is_its_host_and_every_name(resources: list[Registered]) -> None:
    """All stages are on the certificate, its own name written out, and it lives where CloudFront looks for it."""
    (certificate,) = of_type(resources, CERTIFICATE)
    assert certificate["inputs"]["domainName"] == "static.example.org"
    assert certificate["inputs"]["subjectAlternativeNames"] == [
        "*.next.example.org",
        "cloudfront-static.example.org",
        "next.example.org",
        "static.example.org",
    ]
    assert certificate["inputs"]["region"] == "us-east-1"
    assert certificate["inputs"]["validationMethod"] == "DNS"


def test_name_and_its_wildcard_share_a_validation_record(resources: list[Registered]) -> None:
    """ACM asks for the same record twice, so there is one resource for both."""
    records = [item for item in of_type(resources, RECORD) if "validation" in item["name"]]
    assert sorted(item["name"] for item in records) == [
        "crates-validation-cloudfront-static.example.org",
        "crates-validation-next.example.org",
        "crates-validation-static.example.org",
    ]
    assert {item["inputs"]["name"] for item in records} == {
        "_v.cloudfront-static.example.org.",
        "_v.next.example.org.",
        "_v.static.example.org.",
    }
    assert {item["inputs"]["ttl"] for item in records} == {60}


def test_validation_waits_for_every_record(resources: list[Registered]) -> None:
    """ACM is asked for the result once it can see all the records."""
    (issued,) = of_type(resources, ISSUED)
    records = [item["urn"] for item in of_type(resources, RECORD) if "validation" in item["name"]]
    assert set(records) <= set(issued["dependencies"])


def test_no_record_may_overwrite_another(resources: list[Registered]) -> None:
    """A record set with a second owner fails at its create; overwriting it would end in its deletion."""
    assert [item["urn"] for item in of_type(resources, RECORD) if item["inputs"].get("allowOverwrite")] == []


def test_distribution_takes_the_issued_certificate(resources: list[Registered]) -> None:
    """Not the one that is only requested: CloudFront refuses it."""
    (issued,) = of_type(resources, ISSUED)
    distribution = one(resources, DISTRIBUTION, "crates")
    assert distribution["property_dependencies"]["viewerCertificate"] == [issued["urn"]]


def test_alias_stage_is_answered_but_not_in_dns(resources: list[Registered]) -> None:
    """Aliases are the names at stage alias and served; records those at stage served, in both families."""
    assert one(resources, DISTRIBUTION, "crates")["inputs"]["aliases"] == [
        "cloudfront-static.example.org",
        "static.example.org",
    ]
    served = [item["inputs"] for item in of_type(resources, RECORD) if "aliases" in item["inputs"]]
    assert sorted((item["name"], item["type"]) for item in served) == [
        ("static.example.org", "A"),
        ("static.example.org", "AAAA"),
    ]


def test_records_come_after_the_alias_and_the_read_access(resources: list[Registered]) -> None:
    """A name is in DNS only when its first answer works."""
    needed = {one(resources, DISTRIBUTION, "crates")["urn"], one(resources, POLICY, "crates-read")["urn"]}
    for item in of_type(resources, RECORD):
        if "aliases" in item["inputs"]:
            assert needed <= set(item["dependencies"])


def test_distribution_waits_for_the_log_bucket_to_admit_cloudfront(resources: list[Registered]) -> None:
    """CloudFront refuses a log bucket that has no ACL for it."""
    acl = one(resources, "aws:s3/bucketAcl:BucketAcl", "logs-acl")
    assert acl["urn"] in one(resources, DISTRIBUTION, "crates")["dependencies"]


def test_distribution_is_modern_and_read_only(resources: list[Registered]) -> None:
    """TLS 1.2 at least, HTTP/2 and 3, IPv6, https only, no method that writes, compressed, logged by host."""
    inputs = one(resources, DISTRIBUTION, "crates")["inputs"]
    assert inputs["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert inputs["httpVersion"] == "http2and3"
    assert inputs["isIpv6Enabled"] is True
    assert inputs["waitForDeployment"] is True
    assert inputs["loggingConfig"]["prefix"] == "cloudfront/static.example.org/"
    behavior = inputs["defaultCacheBehavior"]
    assert behavior["viewerProtocolPolicy"] == "redirect-to-https"
    assert behavior["allowedMethods"] == ["GET", "HEAD"]
    assert behavior["compress"] is True
    assert [item["eventType"] for item in behavior["functionAssociations"]] == ["viewer-request"]


def test_origin_is_signed(resources: list[Registered]) -> None:
    """CloudFront signs every request to the bucket."""
    (access,) = of_type(resources, "aws:cloudfront/originAccessControl:OriginAccessControl")
    assert access["inputs"]["signingBehavior"] == "always"
    (origin,) = one(resources, DISTRIBUTION, "crates")["inputs"]["origins"]
    assert origin["originAccessControlId"] == "crates-access-id"
    assert origin["domainName"] == "crates.s3.us-east-1.amazonaws.com"


def test_bucket_admits_this_distribution_alone(resources: list[Registered]) -> None:
    """Other distributions, of any account, may not read it, and nobody may list it."""
    policy = json.loads(one(resources, POLICY, "crates-read")["inputs"]["policy"])
    assert policy["Statement"] == [
        {
            "Sid": "CloudFrontReads",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:test:::crates/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:test:::crates"}},
        }
    ]


def test_what_may_be_tried_has_no_http3_and_a_bucket_that_admits_the_account(
    registered: Callable[..., list[Registered]], resources: list[Registered]
) -> None:
    """CloudFront has no continuous deployment with HTTP/3, and a staging distribution reads the same bucket."""
    found = registered(trials=True)
    policy = json.loads(one(found, POLICY, "crates-read")["inputs"]["policy"])
    assert policy["Statement"][0]["Condition"].keys() == {"StringEquals"}
    assert policy["Statement"][0]["Condition"]["StringEquals"].keys() == {"AWS:SourceAccount"}
    versions = [one(each, DISTRIBUTION, "crates")["inputs"]["httpVersion"] for each in (found, resources)]
    assert versions == ["http2", "http2and3"]


def test_log_bucket_admits_log_writers_alone(resources: list[Registered]) -> None:
    """CloudFront through the ACL; S3 through the policy, for this account and the folder of server logs."""
    acl = one(resources, "aws:s3/bucketAcl:BucketAcl", "logs-acl")["inputs"]["accessControlPolicy"]
    assert [(grant["grantee"]["id"], grant["permission"]) for grant in acl["grants"]] == [
        ("owner-user", "FULL_CONTROL"),
        ("log-user", "FULL_CONTROL"),
    ]
    (statement,) = json.loads(one(resources, POLICY, "logs-policy")["inputs"]["policy"])["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert statement["Resource"] == "arn:aws:test:::logs/s3/*"


@pytest.mark.parametrize("bucket", ["logs", "crates"])
def test_buckets_are_closed_and_encrypted(resources: list[Registered], bucket: str) -> None:
    """All four public access blocks are on, and objects are encrypted at rest."""
    block = one(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", f"{bucket}-public-access")[
        "inputs"
    ]
    assert {key: value for key, value in block.items() if key != "bucket"} == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    (rule,) = one(
        resources,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        f"{bucket}-encryption",
    )["inputs"]["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}


def test_crates_are_versioned_and_logs_expire(resources: list[Registered]) -> None:
    """An overwritten crate file can be brought back; a log goes after the configured days, a query's result sooner."""
    versioning = one(resources, "aws:s3/bucketVersioning:BucketVersioning", "crates-versioning")
    assert versioning["inputs"]["versioningConfiguration"] == {"status": "Enabled"}
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    rules = one(resources, token, "logs-lifecycle")["inputs"]["rules"]
    kept = {rule["filter"]["prefix"]: rule["expiration"] for rule in rules}
    assert kept == {"": {"days": 330}, "athena/": {"days": 7}}


def test_cache_key_is_the_path_alone(resources: list[Registered]) -> None:
    """A query string buys nobody a cache miss; TTLs are those of the stack."""
    (cache,) = of_type(resources, "aws:cloudfront/cachePolicy:CachePolicy")
    inputs = cache["inputs"]
    assert (inputs["minTtl"], inputs["defaultTtl"], inputs["maxTtl"]) == (0, 86_400, 31_536_000)
    key = inputs["parametersInCacheKeyAndForwardedToOrigin"]
    assert key["queryStringsConfig"] == {"queryStringBehavior": "none"}
    assert key["cookiesConfig"] == {"cookieBehavior": "none"}
    assert key["headersConfig"] == {"headerBehavior": "none"}


def test_tags_reach_what_takes_them(resources: list[Registered]) -> None:
    """The environment stands on every zone, bucket, certificate and distribution."""
    for token in (ZONE, BUCKET, CERTIFICATE, DISTRIBUTION):
        for item in of_type(resources, token):
            assert item["inputs"]["tags"] == {"environment": "production"}
