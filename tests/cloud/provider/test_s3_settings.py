"""Every setting of a bucket against a running MiniStack: created, read, changed, changed behind, deleted, imported."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud

from .conftest import Maker, Resource
from .s3_cases import QUEUE, SETTINGS, Case, filled_in, policy
from .service_cases import admits


@dataclass
class Live:
    """A case's setting, created."""

    case: Case
    resource: Resource
    bucket: str
    other: str
    s3: Any

    def real(self, value: Any) -> Any:
        return filled_in(value, self.bucket, self.other)


@pytest.fixture(params=SETTINGS, ids=str)
def live(request: pytest.FixtureRequest, make: Maker, cloud: Cloud) -> Live:
    """The case, and its setting on a new bucket that has what the setting needs."""
    case: Case = request.param
    s3 = cloud.client("s3")
    queue = cloud.client("sqs").create_queue(QueueName=QUEUE.rpartition(":")[2])["QueueUrl"]
    admitting = admits("s3.amazonaws.com", "sqs:SendMessage", QUEUE)
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": admitting})
    if case.type == "BucketNotification":
        function_for_s3(cloud)
    bucket, other = make.bucket(), make.bucket()
    s3.put_bucket_versioning(Bucket=other, VersioningConfiguration={"Status": "Enabled"})
    if case.versioned:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    if case.type == "BucketAcl":
        s3.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
        )
        s3.delete_public_access_block(Bucket=bucket)
    resource = make(case.token, **filled_in(case.inputs, bucket, other))
    return Live(case, resource, bucket, other, s3)


def function_for_s3(cloud: Cloud) -> None:
    """The function that the case's notification calls, made once."""
    client, code = cloud.client("lambda"), io.BytesIO()
    if any(function["FunctionName"] == "index" for function in client.list_functions()["Functions"]):
        return
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass")
    role = "arn:aws:iam::123456789012:role/index"
    client.create_function(
        FunctionName="index",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )
    client.add_permission(
        FunctionName="index", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )


def test_fresh_setting_shows_no_drift_and_no_difference(live: Live) -> None:
    """Check, create, read, compare: nothing to do, and the program's own spelling kept."""
    written = live.resource.inputs
    assert live.resource.id == live.real(live.case.id)
    assert live.resource.refresh()
    assert live.resource.inputs == written
    assert live.resource.diff(live.real(live.case.inputs)) == {}


def test_update_in_place_is_there_afterwards(live: Live) -> None:
    """The change differs without replacement, and a refresh after it finds nothing new."""
    changed = live.real({**live.case.inputs, **live.case.change})
    found = live.resource.diff(changed)
    assert found
    assert not any(found.values())
    live.resource.update(changed)
    written = live.resource.inputs
    assert live.resource.refresh()
    assert live.resource.inputs == written
    assert live.resource.diff(live.real(live.case.inputs))


def test_another_bucket_forces_replacement(live: Live) -> None:
    """As the facts table has it."""
    for name, value in live.case.replacing.items():
        assert live.resource.diff({**live.real(live.case.inputs), name: value}) == {name: True}


def test_refresh_sees_what_was_changed_behind_pulumis_back(live: Live, cloud: Cloud) -> None:
    """The changed input differs from the program's again, and the next update puts it back."""
    live.case.behind(cloud, live.bucket)
    assert live.resource.refresh()
    found = live.resource.diff(live.real(live.case.inputs))
    assert any(path.startswith(live.case.seen) for path in found)
    live.resource.update(live.real(live.case.inputs))
    live.resource.refresh()
    assert live.resource.diff(live.real(live.case.inputs)) == {}


def test_deleted_setting_is_gone_and_deleting_again_is_fine(live: Live) -> None:
    """Versioning, encryption, notifications and ACLs never are: they fall back."""
    live.resource.delete()
    assert live.resource.refresh() is not live.case.gone_when_deleted
    live.resource.delete()


def test_setting_of_a_deleted_bucket_is_gone(live: Live, make: Maker) -> None:
    """Reading says so, deleting does not mind, creating is refused."""
    live.s3.delete_bucket(Bucket=live.bucket)
    assert not live.resource.refresh()
    live.resource.delete()
    with pytest.raises(ClientError, match="NoSuchBucket"):
        make(live.case.token, **live.real(live.case.inputs))


def test_import_records_what_the_program_would_say(live: Live) -> None:
    """The same inputs then make no difference."""
    found = live.resource.imported(live.resource.id)
    assert found is not None
    says = {name: value for name, value in live.real(live.case.inputs).items() if name != "timeouts"}
    assert found.diff(says) == {}


# -- what single settings have of their own --------------------------------------------------------------------------


def test_versioning_is_suspended_by_deletion_and_never_taken_back(make: Maker, cloud: Cloud) -> None:
    """Disabled after Enabled is refused while planning."""
    bucket = make.bucket()
    token = "aws:s3/bucketVersioning:BucketVersioning"
    versioning = make(token, bucket=bucket, versioningConfiguration={"status": "Enabled", "mfaDelete": "Disabled"})
    written = versioning.inputs
    assert versioning.refresh()
    assert versioning.inputs == written
    off = {"bucket": bucket, "versioningConfiguration": {"status": "Disabled"}}
    assert [path for path, _ in versioning.check(off)] == ["versioningConfiguration.status"]
    versioning.delete()
    assert cloud.client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


def test_versioning_disabled_on_a_new_bucket_asks_nothing_of_s3(make: Maker, cloud: Cloud) -> None:
    """S3 has no such state to put, and none to leave behind."""
    bucket = make.bucket()
    token = "aws:s3/bucketVersioning:BucketVersioning"
    versioning = make(token, bucket=bucket, versioningConfiguration={"status": "Disabled"})
    written = versioning.inputs
    assert versioning.refresh()
    assert versioning.inputs == written
    versioning.delete()
    assert "Status" not in cloud.client("s3").get_bucket_versioning(Bucket=bucket)


def test_expected_owner_is_in_the_id_and_must_be_the_owner(make: Maker, cloud: Cloud) -> None:
    """AccessDenied for anyone else's bucket."""
    token, bucket = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", make.bucket()
    rules = [{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}]
    mine = make(token, bucket=bucket, expectedBucketOwner=cloud.account, corsRules=rules)
    assert mine.id == f"{bucket},{cloud.account}"
    imported = mine.imported(mine.id)
    assert imported is not None
    assert imported.inputs is not None
    assert imported.inputs["expectedBucketOwner"] == cloud.account
    with pytest.raises(ClientError, match="AccessDenied"):
        make(token, bucket=bucket, expectedBucketOwner="999999999999", corsRules=rules)


def test_policy_is_compared_by_what_it_says(make: Maker) -> None:
    """White space, key order and the order of actions are no difference."""
    bucket = make.bucket()
    document = policy("Allow", "s3:GetObject", "s3:ListBucket").replace("<bucket>", bucket)
    resource = make("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket, policy=document)
    turned = json.loads(document)
    turned["Statement"][0]["Action"].reverse()
    assert resource.diff({"bucket": bucket, "policy": json.dumps(turned)}) == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Resource": "arn:aws:s3:::elsewhere/*"}, "Policy has invalid resource"),
        ({"Action": "ec2:RunInstances"}, "Policy has invalid action"),
        ({"Effect": "Maybe"}, "Invalid effect"),
        ({"Principal": None}, "Missing required field Principal"),
    ],
)
def test_policy_that_s3_would_not_take_is_malformed(make: Maker, change: dict[str, Any], message: str) -> None:
    """MiniStack takes any text for a policy."""
    bucket = make.bucket()
    document = json.loads(policy("Allow", "s3:GetObject").replace("<bucket>", bucket))
    statement = {**document["Statement"][0], **change}
    document["Statement"] = [{key: value for key, value in statement.items() if value is not None}]
    with pytest.raises(ClientError, match=f"MalformedPolicy.*{message}"):
        make("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket, policy=json.dumps(document))


def test_public_policy_is_denied_until_the_block_is_lifted(make: Maker) -> None:
    """A new bucket blocks public access, as every new bucket on AWS does."""
    bucket = make.bucket()
    document = json.loads(policy("Allow", "s3:GetObject").replace("<bucket>", bucket))
    document["Statement"][0]["Principal"] = "*"
    with pytest.raises(ClientError, match="AccessDenied"):
        make("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket, policy=json.dumps(document))
    make("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket=bucket, blockPublicPolicy=False)
    make("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket, policy=json.dumps(document))


def test_block_with_skip_destroy_stays(make: Maker, cloud: Cloud) -> None:
    """Deleting the resource leaves the bucket blocked."""
    bucket = make.bucket()
    block = make("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket=bucket, skipDestroy=True)
    block.delete()
    assert cloud.client("s3").get_public_access_block(Bucket=bucket)


def test_acl_on_a_bucket_with_enforced_ownership_is_refused(make: Maker) -> None:
    """The default of every new bucket: ACLs are off."""
    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        make("aws:s3/bucketAcl:BucketAcl", bucket=make.bucket(), acl="log-delivery-write")


def test_log_target_must_exist_in_the_same_region(make: Maker) -> None:
    """MiniStack logs into nothing."""
    token, bucket = "aws:s3/bucketLogging:BucketLogging", make.bucket()
    with pytest.raises(ClientError, match="InvalidTargetBucketForLogging"):
        make(token, bucket=bucket, targetBucket="no-such-bucket-anywhere", targetPrefix="")
    with pytest.raises(ClientError, match="CrossLocationLoggingProhibited"):
        make(token, bucket=bucket, targetBucket=make.bucket(region="eu-west-1"), targetPrefix="")


def test_replication_needs_a_destination_and_versioning_on_both(make: Maker, cloud: Cloud) -> None:
    """Three of AWS's refusals; and a bucket that replicates keeps its versioning."""
    versioning = {"Status": "Enabled"}
    token, bucket = "aws:s3/bucketReplicationConfig:BucketReplicationConfig", make.bucket()
    rule = {"status": "Enabled", "prefix": "", "destination": {"bucket": "arn:aws:s3:::no-such-bucket-anywhere"}}
    with pytest.raises(ClientError, match="Destination bucket must exist"):
        make(token, bucket=bucket, role="arn:aws:iam::123456789012:role/r", rules=[rule])
    replica = make.bucket(region="eu-west-1")
    rule["destination"] = {"bucket": f"arn:aws:s3:::{replica}"}
    with pytest.raises(ClientError, match="Destination bucket must have versioning enabled"):
        make(token, bucket=bucket, role="arn:aws:iam::123456789012:role/r", rules=[rule])
    cloud.client("s3").put_bucket_versioning(Bucket=replica, VersioningConfiguration=versioning)
    with pytest.raises(ClientError, match="Versioning must be 'Enabled'"):
        make(token, bucket=bucket, role="arn:aws:iam::123456789012:role/r", rules=[rule])
    kept = make(
        "aws:s3/bucketVersioning:BucketVersioning", bucket=bucket, versioningConfiguration={"status": "Enabled"}
    )
    make(token, bucket=bucket, role="arn:aws:iam::123456789012:role/r", rules=[rule])
    with pytest.raises(ClientError, match="InvalidBucketState"):
        kept.update({"bucket": bucket, "versioningConfiguration": {"status": "Suspended"}})


def test_replicated_object_arrives_in_the_other_region(make: Maker, cloud: Cloud) -> None:
    """Only what the rule's prefix covers."""
    s3, bucket, replica = cloud.client("s3"), make.bucket(), make.bucket(region="eu-west-1")
    for name in (bucket, replica):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "status": "Enabled",
        "filter": {"prefix": "crates/"},
        "priority": 0,
        "deleteMarkerReplication": {"status": "Disabled"},
        "destination": {"bucket": f"arn:aws:s3:::{replica}"},
    }
    token = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
    make(token, bucket=bucket, role="arn:aws:iam::123456789012:role/r", rules=[rule])
    for key in ("crates/a/a-1.crate", "archive/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"content")
    listed = cloud.within("eu-west-1").client("s3").list_objects_v2(Bucket=replica).get("Contents", [])
    assert [item["Key"] for item in listed] == ["crates/a/a-1.crate"]


def test_notification_needs_a_queue_that_admits_the_bucket_and_then_arrives(make: Maker, cloud: Cloud) -> None:
    """AWS refuses a queue without a policy, one whose policy admits another bucket, and one that is not there."""
    bucket, sqs = make.bucket(), cloud.client("sqs")
    url = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    wanted = {"bucket": bucket, "queues": [{"queueArn": arn, "events": ["s3:ObjectCreated:*"]}]}
    token = "aws:s3/bucketNotification:BucketNotification"
    statement = json.loads(admits("s3.amazonaws.com", "sqs:SendMessage", arn))["Statement"][0]
    foreign = {**statement, "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::another"}}}
    for text in ("", json.dumps({"Version": "2012-10-17", "Statement": [foreign]})):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
        with pytest.raises(ClientError, match=r"InvalidArgument.*does not admit"):
            make(token, **wanted)
    with pytest.raises(ClientError, match=r"InvalidArgument.*does not exist"):
        make(token, bucket=bucket, queues=[{"queueArn": f"{arn}-other", "events": ["s3:ObjectCreated:*"]}])
    own = {**statement, "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}}}
    text = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    make("aws:sqs/queuePolicy:QueuePolicy", queueUrl=url, policy=text)
    make(token, **wanted)
    cloud.client("s3").put_object(Bucket=bucket, Key="cloudfront/static/log.gz", Body=b"x")
    bodies = [message["Body"] for _ in range(2) for message in received(sqs, url)]
    assert any("cloudfront/static/log.gz" in body for body in bodies)


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return found


def test_inventories_go_with_their_bucket(make: Maker) -> None:
    """A bucket of the same name begins without."""
    bucket = make("aws:s3/bucket:Bucket", bucket="inventory-comes-and-goes")
    properties = {
        "bucket": bucket.id,
        "name": "all",
        "includedObjectVersions": "All",
        "schedule": {"frequency": "Daily"},
        "destination": {"bucket": {"bucketArn": "arn:aws:s3:::reports", "format": "CSV"}},
    }
    inventory = make("aws:s3/inventory:Inventory", **properties)
    bucket.delete()
    again = make("aws:s3/bucket:Bucket", bucket="inventory-comes-and-goes")
    assert not inventory.refresh()
    again.delete()
