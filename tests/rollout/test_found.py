"""What a killed create has made, asked of a cloud that has it, has it not, or has somebody else's."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from slipway.cloud import process
from slipway.cloud.provider.cloud import Cloud
from slipway.guard.permission import Refused
from slipway.rollout.found import found
from slipway.rollout.pending import Pending

pytestmark = pytest.mark.cloud

RECORD = "aws:route53/record:Record"
ZONE = "aws:route53/zone:Zone"


@pytest.fixture(autouse=True)
def here(running_cloud: process.RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS is the local cloud."""
    for name, value in {
        "AWS_ENDPOINT_URL": running_cloud.endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def unique() -> str:
    return f"found-{uuid.uuid4().hex[:8]}"


def creating(type_: str, **inputs: Any) -> Pending:
    return Pending("creating", f"urn:pulumi:production::cdn::{type_}::it", type_, inputs)


def zone_of(aws: Cloud, name: str) -> str:
    made = aws.client("route53").create_hosted_zone(Name=name, CallerReference=uuid.uuid4().hex)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def put(aws: Cloud, zone: str, name: str, value: str, **more: Any) -> None:
    written = {"Name": name, "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": f'"{value}"'}], **more}
    changes = [{"Action": "UPSERT", "ResourceRecordSet": written}]
    aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def test_record_set_is_known_by_zone_name_and_type(aws: Cloud, unique: str) -> None:
    zone, name = zone_of(aws, f"{unique}.example"), f"a.{unique}.example"
    record = creating(RECORD, zoneId=zone, name=name, type="TXT", ttl=60, records=["x"])
    assert found(record, ()) == ""
    put(aws, zone, name, "x")
    assert found(record, ()) == f"{zone}_{name}_TXT"
    relative = creating(RECORD, zoneId=zone, name="a", type="TXT", ttl=60, records=["x"])
    assert found(relative, ()) == f"{zone}_{name}_TXT"
    assert found(record, {f"{zone}_{name}_TXT"}) == ""


def test_weighted_record_set_is_known_by_its_identifier_as_well(aws: Cloud, unique: str) -> None:
    zone, name = zone_of(aws, f"{unique}.example"), f"a.{unique}.example"
    put(aws, zone, name, "x", SetIdentifier="one", Weight=5)
    inputs = {"zoneId": zone, "name": name, "type": "TXT", "ttl": 60, "records": ["x"]}
    inputs["weightedRoutingPolicies"] = [{"weight": 5}]
    assert found(creating(RECORD, setIdentifier="one", **inputs), ()) == f"{zone}_{name}_TXT_one"
    assert found(creating(RECORD, setIdentifier="two", **inputs), ()) == ""


def test_record_set_with_other_content_is_somebody_elses(aws: Cloud, unique: str) -> None:
    zone, name = zone_of(aws, f"{unique}.example"), f"a.{unique}.example"
    put(aws, zone, name, "theirs")
    inputs = {"zoneId": zone, "name": name, "type": "TXT", "ttl": 60, "records": ["ours"]}
    with pytest.raises(Refused, match="with other content: somebody else's"):
        found(creating(RECORD, **inputs), ())
    # One that was to take its place in any case has not done so yet.
    assert found(creating(RECORD, allowOverwrite=True, **inputs), ()) == ""


def test_record_set_of_a_zone_that_is_gone_was_not_made(unique: str) -> None:
    record = creating(RECORD, zoneId="Z00000000000000000", name=f"a.{unique}", type="TXT", ttl=60, records=["x"])
    assert found(record, ()) == ""


def test_hosted_zone_is_taken_for_ours_while_it_is_empty(aws: Cloud, unique: str) -> None:
    wanted = creating(ZONE, name=f"{unique}.example")
    theirs = zone_of(aws, f"{unique}.example")
    put(aws, theirs, f"a.{unique}.example", "x")
    assert found(wanted, ()) == ""
    ours = zone_of(aws, f"{unique}.example")
    assert found(wanted, ()) == ours
    assert found(wanted, {ours}) == ""
    another = zone_of(aws, f"{unique}.example")
    with pytest.raises(Refused, match="it could be any of") as caught:
        found(wanted, ())
    assert ours in caught.value.message
    assert another in caught.value.message


def test_certificate_is_known_by_all_its_names(aws: Cloud, unique: str) -> None:
    acm, names = aws.client("acm"), [f"www.{unique}.example", f"files.{unique}.example"]
    one, both = (
        acm.request_certificate(DomainName=names[0], SubjectAlternativeNames=some, ValidationMethod="DNS")
        for some in (names[:1], names)
    )
    type_ = "aws:acm/certificate:Certificate"
    wanted = creating(type_, domainName=names[0], subjectAlternativeNames=names, region="us-east-1")
    assert found(wanted, ()) == both["CertificateArn"]
    assert found(wanted, {both["CertificateArn"]}) == ""
    assert found(creating(type_, domainName=names[0]), ()) == one["CertificateArn"]


def test_distribution_is_known_by_what_it_serves(aws: Cloud, unique: str) -> None:
    origin = {"Id": "files", "DomainName": f"{unique}.s3.us-east-1.amazonaws.com"}
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": unique,
            "Comment": unique,
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{**origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "files",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }
    )["Distribution"]
    type_, origins = "aws:cloudfront/distribution:Distribution", [{"domainName": origin["DomainName"]}]
    assert found(creating(type_, comment=unique, origins=origins), ()) == made["Id"]
    assert found(creating(type_, comment="other", origins=origins), ()) == ""
    assert found(creating(type_, comment=unique, origins=origins, aliases=[f"{unique}.example"]), ()) == ""


def test_bucket_is_known_by_its_name_and_its_settings_are_set_again(aws: Cloud, unique: str) -> None:
    bucket = creating("aws:s3/bucket:Bucket", bucket=unique)
    assert found(bucket, ()) == ""
    aws.client("s3").create_bucket(Bucket=unique)
    assert found(bucket, ()) == unique
    for setting in ("bucketPolicy:BucketPolicy", "bucketVersioning:BucketVersioning", "bucketObjectv2:BucketObjectv2"):
        assert found(creating(f"aws:s3/{setting}", bucket=unique), ()) == ""


def test_function_is_taken_for_made_when_it_is_published(aws: Cloud, unique: str) -> None:
    function, client = creating("aws:cloudfront/function:Function", name=unique), aws.client("cloudfront")
    assert found(function, ()) == ""
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = client.create_function(Name=unique, FunctionConfig=config, FunctionCode=b"function handler(event) {}")
    with pytest.raises(Refused, match="is made, and not published"):
        found(function, ())
    client.publish_function(Name=unique, IfMatch=made["ETag"])
    assert found(function, ()) == unique


def test_policies_and_access_controls_are_known_by_name(aws: Cloud, unique: str) -> None:
    client = aws.client("cloudfront")
    access = {"Name": unique, "SigningProtocol": "sigv4", "SigningBehavior": "always"}
    none: dict[str, Any] = {
        "CookiesConfig": {"CookieBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    }
    cached = {"EnableAcceptEncodingGzip": False, "EnableAcceptEncodingBrotli": False}
    cached |= {key: {next(iter(value)): "none"} for key, value in none.items()}
    wanted = {
        "OriginAccessControl": lambda: client.create_origin_access_control(
            OriginAccessControlConfig={**access, "OriginAccessControlOriginType": "s3"}
        ),
        "CachePolicy": lambda: client.create_cache_policy(
            CachePolicyConfig={"Name": unique, "MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": cached}
        ),
        "OriginRequestPolicy": lambda: client.create_origin_request_policy(
            OriginRequestPolicyConfig={"Name": unique, **none}
        ),
        "ResponseHeadersPolicy": lambda: client.create_response_headers_policy(
            ResponseHeadersPolicyConfig={"Name": unique}
        ),
    }
    for kind, make in wanted.items():
        pending = creating(f"aws:cloudfront/{kind[0].lower()}{kind[1:]}:{kind}", name=unique)
        assert found(pending, ()) == "", kind
        made = make()[kind]["Id"]
        assert found(pending, ()) == made, kind


def test_role_and_schedule_are_known_by_name(aws: Cloud, unique: str) -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}
    role = creating("aws:iam/role:Role", name=unique)
    assert found(role, ()) == ""
    made = aws.client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust))
    assert found(role, ()) == unique
    schedule = creating("aws:scheduler/schedule:Schedule", name=unique)
    assert found(schedule, ()) == ""
    aws.client("scheduler").create_schedule(
        Name=unique,
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": made["Role"]["Arn"]},
    )
    assert found(schedule, ()) == f"default/{unique}"


def test_table_database_and_workgroup_are_known_by_name(aws: Cloud, unique: str) -> None:
    name, glue, account = unique.replace("-", "_"), aws.client("glue"), aws.account
    database = creating("aws:glue/catalogDatabase:CatalogDatabase", name=name)
    table = creating("aws:glue/catalogTable:CatalogTable", name="lines", databaseName=name)
    assert (found(database, ()), found(table, ())) == ("", "")
    glue.create_database(DatabaseInput={"Name": name})
    assert (found(database, ()), found(table, ())) == (f"{account}:{name}", "")
    glue.create_table(DatabaseName=name, TableInput={"Name": "lines"})
    assert found(table, ()) == f"{account}:{name}:lines"
    workgroup = creating("aws:athena/workgroup:Workgroup", name=unique)
    assert found(workgroup, ()) == ""
    aws.client("athena").create_work_group(Name=unique)
    assert found(workgroup, ()) == unique


def test_what_cannot_be_told_is_left_to_a_person() -> None:
    with pytest.raises(Refused, match="cannot be told for aws:ec2/vpc:Vpc") as caught:
        found(creating("aws:ec2/vpc:Vpc"), ())
    assert "pulumi refresh --clear-pending-creates" in caught.value.advice
