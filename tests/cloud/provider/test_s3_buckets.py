"""Buckets: names, inline blocks, regions, tags, and deletion with what is in them."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.provider import Provider

from .conftest import Maker, Resource

TOKEN = "aws:s3/bucket:Bucket"


def named(**properties: Any) -> dict[str, Any]:
    return {"bucket": f"named-{uuid.uuid4().hex[:12]}", **properties}


INLINE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"versioning": {"enabled": True}}, {"versioning": {"enabled": False}}),
    (
        {
            "corsRules": [
                {"allowedMethods": ["GET"], "allowedOrigins": ["*"], "maxAgeSeconds": 30},
                {"allowedMethods": ["PUT"], "allowedOrigins": ["https://a.example"]},
            ]
        },
        {"corsRules": []},
    ),
    (
        {
            "serverSideEncryptionConfiguration": {
                "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}
            }
        },
        {},
    ),
    (
        {
            "website": {
                "indexDocument": "index.html",
                "errorDocument": "error.html",
                "routingRules": json.dumps(
                    [{"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}}]
                ),
            }
        },
        {"website": {"redirectAllRequestsTo": "https://www.example.org"}},
    ),
    ({"acl": "private", "objectLockEnabled": True, "tags": {"a": "b"}}, {"objectLockEnabled": True, "tags": {}}),
]


@pytest.mark.parametrize(("inputs", "changed"), INLINE, ids=lambda value: next(iter(value), "nothing"))
def test_bucket_with_inline_blocks_comes_back_as_written(
    make: Maker, inputs: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Created, read without drift, changed in place, read again."""
    name = named()
    bucket = make(TOKEN, **name, **inputs)
    for step in (inputs, changed):
        written = bucket.inputs
        assert bucket.refresh()
        assert bucket.inputs == written
        assert bucket.diff({**name, **step}) == {}
        assert not any(bucket.diff({**name, **changed}).values())
        bucket.update({**name, **changed})
    bucket.delete()
    assert not bucket.refresh()


def test_outputs_are_the_addresses_of_the_buckets_region(make: Maker) -> None:
    """A website has an endpoint; a bucket without one has none."""
    bucket = make(TOKEN, **named(region="eu-west-1", website={"indexDocument": "i.html"}))
    state = bucket.state
    assert state is not None
    assert state["arn"] == f"arn:aws:s3:::{bucket.id}"
    assert state["bucketRegionalDomainName"] == f"{bucket.id}.s3.eu-west-1.amazonaws.com"
    assert state["bucketRegion"] == state["region"] == "eu-west-1"
    assert state["hostedZoneId"] == "Z1BKCTXD74EZPE"
    assert state["websiteEndpoint"] == f"{bucket.id}.s3-website-eu-west-1.amazonaws.com"
    assert bucket.refresh()
    assert bucket.diff({**(bucket.inputs or {}), "region": "eu-west-2"}) == {"region": True}


def test_inline_logging_and_policy_are_the_settings_of_their_own_types(make: Maker, cloud: Cloud) -> None:
    """What boto3 sees is the same; taken out of the program they go."""
    properties = named()
    name = properties["bucket"]
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{name}",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    bucket = make(TOKEN, **properties, policy=policy, logging={"targetBucket": make.bucket(), "targetPrefix": "a/"})
    written = bucket.inputs
    assert bucket.refresh()
    assert bucket.inputs == written
    s3 = cloud.client("s3")
    assert s3.get_bucket_policy(Bucket=name)["Policy"] == policy
    bucket.update(properties)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=name)


def test_settings_of_other_resources_are_no_drift_of_the_bucket(make: Maker) -> None:
    """A BucketVersioning must not show as a change of the bucket it belongs to."""
    properties = named()
    bucket = make(TOKEN, **properties)
    make("aws:s3/bucketVersioning:BucketVersioning", bucket=bucket.id, versioningConfiguration={"status": "Enabled"})
    assert bucket.refresh()
    assert bucket.diff(properties) == {}


def test_refresh_sees_tags_and_settings_changed_behind_pulumis_back(make: Maker, cloud: Cloud) -> None:
    """A tag added, versioning suspended."""
    properties = named(tags={"a": "b"}, versioning={"enabled": True})
    bucket = make(TOKEN, **properties)
    s3 = cloud.client("s3")
    s3.put_bucket_tagging(Bucket=bucket.id, Tagging={"TagSet": [{"Key": "by", "Value": "hand"}]})
    s3.put_bucket_versioning(Bucket=bucket.id, VersioningConfiguration={"Status": "Suspended"})
    assert bucket.refresh()
    assert set(bucket.diff(properties)) == {"tags.a", "tags.by", "versioning.enabled"}


def test_default_tags_reach_the_bucket_and_are_not_its_own(cloud: Cloud) -> None:
    """They are in tagsAll alone."""
    tagged = Cloud(cloud.endpoint, default_tags={"owner": "infra"}, shared=cloud.shared)
    bucket = Resource(Provider(tagged), TOKEN, "it").create(named(tags={"a": "b"}))
    assert bucket.refresh()
    assert bucket.state is not None
    assert bucket.state["tags"] == {"a": "b"}
    assert bucket.state["tagsAll"] == {"a": "b", "owner": "infra"}
    found = cloud.client("s3").get_bucket_tagging(Bucket=bucket.id)["TagSet"]
    assert {tag["Key"] for tag in found} == {"a", "owner"}


def test_automatic_names_are_lower_case_and_kept(make: Maker) -> None:
    """Seven digits after the logical name; the next check keeps the name."""
    resource = Resource(Provider(make.cloud), TOKEN, "StaticFiles").create({"forceDestroy": True})
    assert re.fullmatch(r"staticfiles-[0-9a-f]{7}", resource.id)
    assert resource.diff({"forceDestroy": True}) == {}
    assert resource.diff({"forceDestroy": True, "bucket": "a-name-of-ours"}) == {"bucket": True}


def test_prefix_makes_a_unique_name(make: Maker) -> None:
    """It stays out of the inputs, so that it is no difference."""
    bucket = make(TOKEN, bucketPrefix="logs-")
    assert re.fullmatch(r"logs-[0-9]{14}[0-9a-f]{12}", bucket.id)
    assert bucket.refresh()
    assert bucket.diff({"bucketPrefix": "logs-"}) == {}


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Upper",
        "under_score",
        "-dash",
        "dash-",
        "a..b",
        "192.168.5.4",
        "xn--a",
        "abc-s3alias",
        "a--x-s3",
    ],
)
def test_name_that_s3_refuses_fails_at_check(make: Maker, name: str) -> None:
    """With the path of the input."""
    assert {path for path, _ in make(TOKEN).check({"bucket": name})} == {"bucket"}


def test_name_too_long_for_its_automatic_digits_fails_at_check(make: Maker) -> None:
    """As the official plugin: it does not cut names."""
    resource = Resource(Provider(make.cloud), TOKEN, "a" * 60)
    assert [path for path, _ in resource.check({})] == ["bucket"]


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"lifecycleRules": [{"enabled": True}]}, "lifecycleRules"),
        ({"replicationConfiguration": {"role": "r", "rules": []}}, "replicationConfiguration"),
        ({"accelerationStatus": "Enabled"}, "accelerationStatus"),
        ({"requestPayer": "Requester"}, "requestPayer"),
        ({"grants": [{"permissions": ["READ"], "type": "Group"}]}, "grants"),
        ({"objectLockConfiguration": {"objectLockEnabled": "Enabled"}}, "objectLockConfiguration"),
        ({"bucketNamespace": "account-regional"}, "bucketNamespace"),
        ({"bucket": "abc", "bucketPrefix": "abc"}, "bucketPrefix"),
        ({"tags": {"aws:x": "y"}}, "tags.aws:x"),
        ({"website": {"errorDocument": "e"}}, "website"),
        ({"versioning": {"enabled": True, "mfaDelete": True}}, "versioning"),
        ({"corsRules": [{"allowedMethods": ["FETCH"], "allowedOrigins": ["*"]}]}, "corsRules"),
    ],
)
def test_input_that_is_not_served_names_itself_and_the_way_out(make: Maker, inputs: dict[str, Any], path: str) -> None:
    """Never dropped in silence."""
    assert [where for where, _ in make(TOKEN).check(inputs)] == [path]


@pytest.mark.parametrize(
    ("region", "code"), [("us-east-1", "BucketAlreadyExists"), ("eu-west-1", "BucketAlreadyOwnedByYou")]
)
def test_name_that_is_taken_is_refused(make: Maker, region: str, code: str) -> None:
    """In us-east-1 S3 itself would say nothing; the official provider looks first."""
    name = make.bucket()
    with pytest.raises(ClientError, match=code):
        make(TOKEN, bucket=name, region=region)


def test_bucket_with_objects_is_deleted_only_if_the_state_says_force_destroy(make: Maker, cloud: Cloud) -> None:
    """Every version and delete marker goes, a page at a time."""
    properties = named(versioning={"enabled": True})
    bucket = make(TOKEN, **properties)
    s3 = cloud.client("s3")
    for index in range(3):
        s3.put_object(Bucket=bucket.id, Key=f"{index % 2}", Body=b"x")
    s3.delete_object(Bucket=bucket.id, Key="0")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        bucket.delete()
    bucket.update({**properties, "forceDestroy": True})
    bucket.delete()
    assert not bucket.refresh()
    bucket.delete()


def test_emptying_a_bucket_goes_beyond_one_page(make: Maker, cloud: Cloud) -> None:
    """DeleteObjects takes a thousand keys at most."""
    bucket = make(TOKEN, **named(forceDestroy=True))
    s3 = cloud.client("s3")
    for index in range(1005):
        s3.put_object(Bucket=bucket.id, Key=f"{index}", Body=b"")
    bucket.delete()
    assert not bucket.refresh()


def test_import_takes_name_and_tags(make: Maker) -> None:
    """And nothing that the program would have to repeat."""
    bucket = make(TOKEN, **named(tags={"a": "b"}))
    found = bucket.imported(bucket.id)
    assert found is not None
    assert found.inputs == {"bucket": bucket.id, "tags": {"a": "b"}, "__defaults": []}
    assert bucket.imported("no-such-bucket-anywhere") is None
