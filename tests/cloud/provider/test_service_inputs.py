"""Inputs of the services' types that are refused at preview, and AWS's own refusals at apply."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rows import kept

from .conftest import Maker
from .service_cases import CASES, POLICY_ARN, QUEUE_ARN, TOPIC_ARN, everything_around, may, trust

_LIMIT = "configuration.bytesScannedCutoffPerQuery"
INPUTS = {case.token.rpartition(":")[2]: (case.token, case.inputs) for case in reversed(CASES)}


@pytest.mark.parametrize(
    ("kind", "edits", "path"),
    [
        ("Role", {"assumeRolePolicy": "{"}, "assumeRolePolicy"),
        ("Role", {"name": "r" * 65}, "name"),
        ("Role", {"maxSessionDuration": 60}, "maxSessionDuration"),
        ("Role", {"namePrefix": "r"}, "namePrefix"),
        ("Role", {"managedPolicyArns": [POLICY_ARN]}, "managedPolicyArns"),
        ("Policy", {"policy": "text"}, "policy"),
        ("Schedule", {"scheduleExpression": "cron(0 3 * * *)"}, "scheduleExpression"),
        ("Schedule", {"state": "ON"}, "state"),
        ("MetricAlarm", {"comparisonOperator": "Above"}, "comparisonOperator"),
        ("MetricAlarm", {"period": 61}, "period"),
        ("Dashboard", {"dashboardBody": "{"}, "dashboardBody"),
        ("LogGroup", {"retentionInDays": 8}, "retentionInDays"),
        ("Topic", {"httpSuccessFeedbackSampleRate": 101}, "httpSuccessFeedbackSampleRate"),
        ("Topic", {"maximumMessageSize": 1024}, "maximumMessageSize"),
        ("TopicSubscription", {"protocol": "pigeon"}, "protocol"),
        ("TopicSubscription", {"protocol": "https", "endpoint": "http://example.org"}, "endpoint"),
        ("Queue", {"name": "a queue"}, "name"),
        ("Queue", {"fifoQueue": True}, "name"),
        ("Queue", {"visibilityTimeoutSeconds": 43201}, "visibilityTimeoutSeconds"),
        ("CatalogDatabase", {"name": "Logs"}, "name"),
        ("CatalogDatabase", {"targetDatabase": {"catalogId": "1", "databaseName": "d"}}, "targetDatabase"),
        ("CatalogTable", {"name": "Logs"}, "name"),
        ("CatalogTable", {"owner": "nobody"}, "owner"),
        ("Workgroup", {"configuration": {"bytesScannedCutoffPerQuery": 10_485_759}}, _LIMIT),
        ("Workgroup", {"configuration": {"executionRole": "r"}}, "configuration.executionRole"),
        ("Workgroup", {"name": "two words"}, "name"),
        ("Workgroup", {"state": "ON"}, "state"),
        ("WebAcl", {"scope": "GLOBAL"}, "scope"),
        ("WebAcl", {"ruleJson": "[]"}, "ruleJson"),
        ("WebAcl", {"defaultAction": {}}, "defaultAction"),
    ],
)
def test_wrong_input_is_refused_at_preview(make: Maker, kind: str, edits: dict[str, Any], path: str) -> None:
    """With the property's path."""
    token, inputs = INPUTS[kind]
    assert path in [found for found, _ in make(token).check({**inputs, **edits})]


def test_role_is_not_deleted_while_policies_are_on_it(make: Maker, cloud: Cloud) -> None:
    """DeleteConflict, unless the program said forceDetachPolicies."""
    everything_around(cloud)
    role = make("aws:iam/role:Role", name="busy", assumeRolePolicy=trust("s3.amazonaws.com"))
    make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="busy", policyArn=POLICY_ARN)
    make("aws:iam/rolePolicy:RolePolicy", role="busy", name="own", policy=may("s3:GetObject"))
    with pytest.raises(ClientError, match="DeleteConflict"):
        role.delete()
    role.update({"name": "busy", "assumeRolePolicy": trust("s3.amazonaws.com"), "forceDetachPolicies": True})
    role.delete()
    assert not role.refresh()


def test_policy_that_is_attached_is_not_deleted_and_old_versions_make_room(make: Maker, cloud: Cloud) -> None:
    """DeleteConflict; six texts after each other are no LimitExceeded."""
    everything_around(cloud)
    policy = make("aws:iam/policy:Policy", name="often", policy=may("s3:Get1"))
    for number in range(2, 8):
        policy.update({"name": "often", "policy": may(f"s3:Get{number}")})
    attached = make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="cases-role", policyArn=policy.id)
    with pytest.raises(ClientError, match="DeleteConflict"):
        policy.delete()
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        make("aws:iam/policy:Policy", name="often", path="/other/", policy=may("s3:GetObject"))
    attached.delete()
    policy.delete()


def test_attachment_of_a_policy_that_is_not_there_is_refused(make: Maker, cloud: Cloud) -> None:
    """NoSuchEntity, which MiniStack would not say."""
    everything_around(cloud)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="cases-role", policyArn=f"{POLICY_ARN}-no")


@pytest.mark.parametrize("role", ["not-there", "for-others"])
def test_schedule_needs_a_role_that_scheduler_may_assume(make: Maker, cloud: Cloud, role: str) -> None:
    """AWS's own sentence, for a role that is missing and for one that trusts another service."""
    everything_around(cloud)
    roles = cloud.client("iam")
    if role == "for-others":
        roles.create_role(RoleName=role, AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))
    token, inputs = INPUTS["Schedule"]
    target = {**inputs["target"], "roleArn": f"arn:aws:iam::{cloud.account}:role/{role}"}
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        make(token, **{**inputs, "target": target})


def test_schedule_with_a_request_that_cloudfront_does_not_know_is_refused(make: Maker, cloud: Cloud) -> None:
    """ValidationException: Invalid RequestJson."""
    everything_around(cloud)
    token, inputs = INPUTS["Schedule"]
    target = {**inputs["target"], "input": json.dumps({"Distribution": "E1"})}
    with pytest.raises(ClientError, match="Invalid RequestJson"):
        make(token, **{**inputs, "target": target})


def test_alarm_that_a_composite_one_needs_is_not_deleted(make: Maker) -> None:
    """A ValidationError of CloudWatch's; and a composite alarm of nothing is refused."""
    token, inputs = INPUTS["MetricAlarm"]
    alarm = make(token, **{**inputs, "name": "needed"})
    composite = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    with pytest.raises(ClientError, match="do not exist"):
        make(composite, alarmName="whole", alarmRule='ALARM("nowhere")')
    whole = make(composite, alarmName="whole", alarmRule='ALARM("needed")')
    with pytest.raises(ClientError, match="depending on it"):
        alarm.delete()
    whole.delete()
    alarm.delete()


def test_alarms_queries_are_not_made_up_for_an_alarm_put_by_hand(make: Maker, cloud: Cloud) -> None:
    """What MiniStack forgets is remembered for one version of the alarm alone."""
    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    case = next(case for case in CASES if str(case) == "MetricAlarm of queries")
    alarm = make(token, **{**case.inputs, "name": "by-hand"})
    version = "2020-01-01T00:00:00+00:00"
    live = cloud.client("cloudwatch").describe_alarms(AlarmNames=["by-hand"])["MetricAlarms"][0]
    assert kept.recall(cloud, "Alarm", "by-hand", live["AlarmConfigurationUpdatedTimestamp"].isoformat())
    assert kept.recall(cloud, "Alarm", "by-hand", version) == {}
    alarm.delete()
    assert kept.recall(cloud, "Alarm", "by-hand", live["AlarmConfigurationUpdatedTimestamp"].isoformat()) == {}


def test_topic_of_a_name_that_is_taken_is_refused(make: Maker, cloud: Cloud) -> None:
    """AWS would hand the topic out; the official provider looks first."""
    everything_around(cloud)
    with pytest.raises(ClientError, match="already exists"):
        make("aws:sns/topic:Topic", name="cases-topic")


@pytest.mark.parametrize(
    ("token", "inputs", "code"),
    [
        ("aws:sns/topicPolicy:TopicPolicy", {"arn": TOPIC_ARN}, "InvalidParameter"),
        ("aws:sqs/queuePolicy:QueuePolicy", {}, "InvalidAttributeValue"),
    ],
)
def test_policy_of_another_service_is_refused(
    make: Maker, cloud: Cloud, token: str, inputs: dict[str, Any], code: str
) -> None:
    """MiniStack would take any text."""
    everything_around(cloud)
    url = cloud.client("sqs").get_queue_url(QueueName="cases-queue")["QueueUrl"]
    known = inputs or {"queueUrl": url}
    with pytest.raises(ClientError, match=code):
        make(token, **known, policy=may("s3:GetObject", QUEUE_ARN))


def test_pager_outside_this_machine_is_never_called(make: Maker, cloud: Cloud) -> None:
    """MiniStack knows nothing of it; one that confirms itself counts as confirmed, and goes with its topic."""
    topic = make("aws:sns/topic:Topic", name="paged")
    token = "aws:sns/topicSubscription:TopicSubscription"
    inputs = {"topic": topic.id, "protocol": "https", "endpoint": "https://pager.example.org/1"}
    pager = make(token, **inputs, endpointAutoConfirms=True)
    assert pager.state is not None
    assert pager.state["pendingConfirmation"] is False
    assert cloud.client("sns").list_subscriptions_by_topic(TopicArn=topic.id)["Subscriptions"] == []
    topic.delete()
    assert not pager.refresh()
    with pytest.raises(ClientError, match="NotFound"):
        make(token, **inputs)


@pytest.mark.parametrize(
    "document",
    [
        {"redrivePermission": "byQueue"},
        {"redrivePermission": "byQueue", "sourceQueueArns": [f"{QUEUE_ARN}-{number}" for number in range(11)]},
        {"redrivePermission": "allowAll", "sourceQueueArns": [QUEUE_ARN]},
        {"redrivePermission": "anybody"},
    ],
)
def test_redrive_policy_that_sqs_does_not_take_is_refused(make: Maker, cloud: Cloud, document: dict[str, Any]) -> None:
    """Queues are named for byQueue alone, one to ten; MiniStack would take any text."""
    everything_around(cloud)
    url = cloud.client("sqs").get_queue_url(QueueName="cases-queue")["QueueUrl"]
    with pytest.raises(ClientError, match="InvalidAttributeValue"):
        make("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", queueUrl=url, redriveAllowPolicy=json.dumps(document))


def test_database_goes_with_its_tables_and_a_table_needs_its_database(make: Maker, cloud: Cloud) -> None:
    """As in AWS: neither is refused for what is in it."""
    database = make("aws:glue/catalogDatabase:CatalogDatabase", name="with_tables")
    table = make("aws:glue/catalogTable:CatalogTable", name="inside", databaseName="with_tables")
    database.delete()
    assert not table.refresh()
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        make("aws:glue/catalogTable:CatalogTable", name="inside", databaseName="with_tables")


def test_automatic_names_in_the_catalog_need_no_quotes_in_a_query(make: Maker) -> None:
    """Lower-case letters and underscores, as the official plugin makes them."""
    database = make("aws:glue/catalogDatabase:CatalogDatabase", description="d")
    assert re.fullmatch(r"\d{12}:it_[a-z]{7}", database.id)
    database.delete()


def test_workgroup_with_queries_is_deleted_by_force_alone(make: Maker, cloud: Cloud) -> None:
    """Its history counts as well; a workgroup that is disabled stays so."""
    token, inputs = INPUTS["Workgroup"]
    named = {**inputs, "name": "busy"}
    group = make(token, **named, state="DISABLED")
    query = {"Name": "q", "Database": "d", "QueryString": "SELECT 1", "WorkGroup": "busy"}
    cloud.client("athena").create_named_query(**query)
    assert group.refresh()
    assert group.diff({**named, "state": "DISABLED"}) == {}
    with pytest.raises(ClientError, match="not empty"):
        group.delete()
    group.update({**named, "forceDestroy": True})
    group.delete()
    assert not group.refresh()
    group.delete()
