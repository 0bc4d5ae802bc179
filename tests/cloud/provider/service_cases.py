"""One case a resource type of the services around the CDN: what is created, changed, changed behind Pulumi's back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.values import Properties

ACCOUNT = "123456789012"
QUEUE_ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:cases-queue"
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:cases-topic"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/cases-role"
POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/cases-policy"
OTHER_POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/other-policy"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def may(action: str, resource: str = "*") -> str:
    return document({"Effect": "Allow", "Action": action, "Resource": resource})


def admits(service: str, action: str, resource: str) -> str:
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource})


def everything_around(cloud: Cloud) -> None:
    """What the cases refer to: made once, found again."""
    iam = cloud.client("iam")
    roles = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    if "cases-role" not in roles:
        iam.create_role(RoleName="cases-role", AssumeRolePolicyDocument=trust("scheduler.amazonaws.com"))
        for arn in (POLICY_ARN, OTHER_POLICY_ARN):
            iam.create_policy(PolicyName=arn.rpartition("/")[2], PolicyDocument=may("s3:GetObject"))
    cloud.client("sqs").create_queue(QueueName="cases-queue")
    cloud.client("sns").create_topic(Name="cases-topic")
    glue = cloud.client("glue")
    if not [each for each in glue.get_databases()["DatabaseList"] if each["Name"] == "cases_database"]:
        glue.create_database(DatabaseInput={"Name": "cases_database"})
    cloud.client("cloudwatch").put_metric_alarm(AlarmName="cases-alarm", **ALARM_CALL)


ALARM_CALL = {
    "MetricName": "5xxErrorRate",
    "Namespace": "AWS/CloudFront",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 5,
    "Threshold": 99.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
ALARM: Properties = {
    "name": "case-5xx",
    "metricName": "5xxErrorRate",
    "namespace": "AWS/CloudFront",
    "statistic": "Average",
    "period": 60,
    "evaluationPeriods": 5,
    "datapointsToAlarm": 3,
    "threshold": 1,
    "comparisonOperator": "GreaterThanThreshold",
    "treatMissingData": "notBreaching",
    "dimensions": {"DistributionId": "E1", "Region": "Global"},
    "alarmActions": [TOPIC_ARN],
    "okActions": [TOPIC_ARN],
    "alarmDescription": "Runbook: https://example.org/5xx",
    "tags": {"a": "b"},
}
REQUESTS: Properties = {"metricName": "Requests", "namespace": "AWS/CloudFront", "period": 300, "stat": "Sum"}
SURGE: Properties = {
    "name": "case-surge",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "threshold": 3,
    "metricQueries": [
        {"id": "now", "metric": {**REQUESTS, "dimensions": {"DistributionId": "E1"}}},
        {"id": "ratio", "expression": "now / 100", "label": "against before", "returnData": True},
    ],
}
BAND: Properties = {
    "name": "case-band",
    "comparisonOperator": "GreaterThanUpperThreshold",
    "evaluationPeriods": 3,
    "thresholdMetricId": "band",
    "metricQueries": [
        {"id": "now", "metric": REQUESTS, "returnData": True},
        {"id": "band", "expression": "ANOMALY_DETECTION_BAND(now, 3)", "returnData": True},
    ],
}
VISIBILITY: Properties = {"cloudwatchMetricsEnabled": True, "metricName": "web", "sampledRequestsEnabled": True}


def rate_limit(limit: int, action: Properties | None = None) -> Properties:
    starts = {
        "fieldToMatch": {"uriPath": {}},
        "positionalConstraint": "STARTS_WITH",
        "searchString": "/health",
        "textTransformations": [{"priority": 0, "type": "NONE"}],
    }
    scope = {"notStatement": {"statement": {"notStatement": {"statement": {"byteMatchStatement": starts}}}}}
    return {
        "name": "per-ip",
        "priority": 1,
        "action": action or {"block": {"customResponse": {"responseCode": 429}}},
        "statement": {"rateBasedStatement": {"limit": limit, "aggregateKeyType": "IP", "scopeDownStatement": scope}},
        "visibilityConfig": VISIBILITY,
    }


MANAGED: Properties = {
    "name": "common",
    "priority": 2,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}},
    "visibilityConfig": VISIBILITY,
}

LOGS_TABLE: Properties = {
    "name": "case_logs",
    "databaseName": "cases_database",
    "description": "logs",
    "tableType": "EXTERNAL_TABLE",
    "parameters": {
        "EXTERNAL": "TRUE",
        "projection.enabled": "true",
        "projection.host.values": "a.example.org,b.example",
    },
    "partitionKeys": [{"name": "host", "type": "string"}],
    "storageDescriptor": {
        "location": "s3://case/",
        "columns": [{"name": "line", "type": "string", "comment": "as it is"}],
        "inputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "outputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "serDeInfo": {
            "serializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "parameters": {"field.delim": "\x01"},
        },
    },
}


@dataclass(frozen=True)
class Case:
    """A resource and its life. `behind`: client, call, arguments, where {id} and {arn} are filled in."""

    token: str
    inputs: Properties
    change: Properties
    replace: Properties
    behind: tuple[str, str, dict[str, Any]] | None
    seen: str = ""  # the input that shows what happened; empty: the resource is gone
    label: str = ""

    def __str__(self) -> str:
        return self.label or self.token.rpartition(":")[2]


CASES = (
    Case(
        "aws:iam/role:Role",
        {
            "name": "case-role",
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "description": "d",
            "tags": {"a": "b"},
        },
        {"assumeRolePolicy": trust("scheduler.amazonaws.com"), "maxSessionDuration": 7200, "tags": {"a": "c"}},
        {"path": "/cdn/"},
        ("iam", "update_role", {"RoleName": "case-role", "Description": "by hand"}),
        "description",
    ),
    Case(
        "aws:iam/rolePolicy:RolePolicy",
        {"name": "case", "role": "cases-role", "policy": may("cloudfront:CreateInvalidation")},
        {"policy": may("cloudfront:GetInvalidation")},
        {"role": "other-role"},
        (
            "iam",
            "put_role_policy",
            {"RoleName": "cases-role", "PolicyName": "case", "PolicyDocument": may("cloudfront:*")},
        ),
        "policy",
    ),
    Case(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "cases-role", "policyArn": POLICY_ARN},
        {},
        {"policyArn": OTHER_POLICY_ARN},
        ("iam", "detach_role_policy", {"RoleName": "cases-role", "PolicyArn": POLICY_ARN}),
    ),
    Case(
        "aws:iam/policy:Policy",
        {"name": "case-policy", "policy": may("s3:GetObject"), "tags": {"a": "b"}},
        {"policy": may("s3:PutObject"), "tags": {}},
        {"description": "said later"},
        (
            "iam",
            "create_policy_version",
            {"PolicyArn": "{arn}", "PolicyDocument": may("s3:*"), "SetAsDefault": True},
        ),
        "policy",
    ),
    Case(
        "aws:scheduler/schedule:Schedule",
        {
            "name": "case-nightly",
            "scheduleExpression": "cron(0 3 * * ? *)",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {
                "arn": "arn:aws:scheduler:::aws-sdk:cloudfront:createInvalidation",
                "roleArn": ROLE_ARN,
                "input": json.dumps(
                    {
                        "DistributionId": "E1",
                        "InvalidationBatch": {
                            "CallerReference": "<aws.scheduler.execution-id>",
                            "Paths": {"Quantity": 1, "Items": ["/*"]},
                        },
                    }
                ),
                "retryPolicy": {"maximumRetryAttempts": 3},
            },
        },
        {"scheduleExpression": "rate(1 day)", "description": "nightly", "state": "DISABLED"},
        {"name": "case-other"},
        ("scheduler", "delete_schedule", {"Name": "case-nightly"}),
    ),
    Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        ALARM,
        {"threshold": 2, "okActions": [], "tags": {"a": "c"}},
        {"name": "case-other-5xx"},
        ("cloudwatch", "put_metric_alarm", {"AlarmName": "case-5xx", **ALARM_CALL}),
        "threshold",
    ),
    Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        SURGE,
        {"threshold": 5},
        {"name": "case-other-surge"},
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["case-surge"]}),
        label="MetricAlarm of queries",
    ),
    Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        BAND,
        {"evaluationPeriods": 4},
        {"name": "case-other-band"},
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["case-band"]}),
        label="MetricAlarm with a band",
    ),
    Case(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {
            "alarmName": "case-composite",
            "alarmRule": 'ALARM("cases-alarm")',
            "alarmActions": [TOPIC_ARN],
            "actionsSuppressor": {"alarm": "cases-alarm", "extensionPeriod": 60, "waitPeriod": 120},
            "tags": {"a": "b"},
        },
        {"alarmRule": 'NOT OK("cases-alarm")', "alarmDescription": "all of it"},
        {"actionsEnabled": False},
        ("cloudwatch", "put_composite_alarm", {"AlarmName": "case-composite", "AlarmRule": "TRUE"}),
        "alarmRule",
    ),
    Case(
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "case", "dashboardBody": '{"widgets": []}'},
        {"dashboardBody": '{"widgets": [{"type": "text", "properties": {"markdown": "x"}}]}'},
        {"dashboardName": "other-case"},
        (
            "cloudwatch",
            "put_dashboard",
            {"DashboardName": "case", "DashboardBody": '{"start": "-PT1H", "widgets": []}'},
        ),
        "dashboardBody",
    ),
    Case(
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/case/group", "retentionInDays": 30, "tags": {"a": "b"}},
        {"retentionInDays": 365, "tags": {"a": "c"}},
        {"name": "/case/other"},
        ("logs", "put_retention_policy", {"logGroupName": "/case/group", "retentionInDays": 1}),
        "retentionInDays",
    ),
    Case(
        "aws:sns/topic:Topic",
        {"name": "case-topic", "displayName": "CDN", "httpSuccessFeedbackSampleRate": 5, "tags": {"a": "b"}},
        {"displayName": "Delivery", "httpSuccessFeedbackSampleRate": None, "tags": {}},
        {"name": "case-other"},
        (
            "sns",
            "set_topic_attributes",
            {"TopicArn": "{id}", "AttributeName": "DisplayName", "AttributeValue": "by hand"},
        ),
        "displayName",
    ),
    Case(
        "aws:sns/topicPolicy:TopicPolicy",
        {"arn": TOPIC_ARN, "policy": admits("cloudwatch.amazonaws.com", "sns:Publish", TOPIC_ARN)},
        {"policy": admits("events.amazonaws.com", "sns:Publish", TOPIC_ARN)},
        {"arn": TOPIC_ARN + "-other"},
        (
            "sns",
            "set_topic_attributes",
            {
                "TopicArn": TOPIC_ARN,
                "AttributeName": "Policy",
                "AttributeValue": admits("s3.amazonaws.com", "sns:Publish", TOPIC_ARN),
            },
        ),
        "policy",
    ),
    Case(
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": TOPIC_ARN, "protocol": "sqs", "endpoint": QUEUE_ARN, "rawMessageDelivery": True},
        {"rawMessageDelivery": False, "filterPolicy": '{"service": ["crates"]}'},
        {"endpoint": QUEUE_ARN + "-other"},
        (
            "sns",
            "set_subscription_attributes",
            {"SubscriptionArn": "{id}", "AttributeName": "RawMessageDelivery", "AttributeValue": "false"},
        ),
        "rawMessageDelivery",
    ),
    Case(
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": TOPIC_ARN, "protocol": "https", "endpoint": "https://pager.example.org/cdn"},
        {"deliveryPolicy": '{"healthyRetryPolicy": {"numRetries": 5}}'},
        {"protocol": "http", "endpoint": "http://pager.example.org/cdn"},
        None,
        label="TopicSubscription to a pager",
    ),
    Case(
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": TOPIC_ARN, "protocol": "email", "endpoint": "cdn@example.org"},
        {"filterPolicy": '{"service": ["crates"]}'},
        {"endpoint": "other@example.org"},
        ("sns", "unsubscribe", {"SubscriptionArn": "{id}"}),
        label="TopicSubscription to a mailbox",
    ),
    Case(
        "aws:sqs/queue:Queue",
        {"name": "case-queue", "visibilityTimeoutSeconds": 300, "receiveWaitTimeSeconds": 20, "tags": {"a": "b"}},
        {
            "visibilityTimeoutSeconds": 60,
            "receiveWaitTimeSeconds": None,
            "redrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE_ARN, "maxReceiveCount": 5}),
            "tags": {"a": "c"},
        },
        {"name": "case-other"},
        ("sqs", "set_queue_attributes", {"QueueUrl": "{id}", "Attributes": {"VisibilityTimeout": "1"}}),
        "visibilityTimeoutSeconds",
    ),
    Case(
        "aws:sqs/queuePolicy:QueuePolicy",
        {"queueUrl": "{queue}", "policy": admits("s3.amazonaws.com", "sqs:SendMessage", QUEUE_ARN)},
        {"policy": admits("sns.amazonaws.com", "sqs:SendMessage", QUEUE_ARN)},
        {"queueUrl": "{queue}-other"},
        ("sqs", "set_queue_attributes", {"QueueUrl": "{id}", "Attributes": {"Policy": ""}}),
    ),
    Case(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        {
            "queueUrl": "{queue}",
            "redriveAllowPolicy": json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [QUEUE_ARN + "-1"]}),
        },
        {"redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"})},
        {"queueUrl": "{queue}-other"},
        ("sqs", "set_queue_attributes", {"QueueUrl": "{id}", "Attributes": {"RedriveAllowPolicy": ""}}),
    ),
    Case(
        "aws:glue/catalogDatabase:CatalogDatabase",
        {"name": "case_database", "description": "d", "parameters": {"a": "b"}, "tags": {"a": "b"}},
        {"description": None, "parameters": None, "locationUri": "s3://logs/", "tags": {"a": "c"}},
        {"name": "case_other"},
        (
            "glue",
            "update_database",
            {"Name": "case_database", "DatabaseInput": {"Name": "case_database", "Description": "by hand"}},
        ),
        "description",
    ),
    Case(
        "aws:glue/catalogTable:CatalogTable",
        LOGS_TABLE,
        {"parameters": {**LOGS_TABLE["parameters"], "projection.host.values": "a.example.org"}, "description": None},
        {"databaseName": "cases_other"},
        ("glue", "delete_table", {"DatabaseName": "cases_database", "Name": "case_logs"}),
    ),
    Case(
        "aws:athena/workgroup:Workgroup",
        {
            "name": "case-group",
            "description": "d",
            "configuration": {
                "bytesScannedCutoffPerQuery": 20_000_000,
                "resultConfiguration": {
                    "outputLocation": "s3://case/results/",
                    "expectedBucketOwner": ACCOUNT,
                    "encryptionConfiguration": {"encryptionOption": "SSE_S3"},
                },
            },
            "tags": {"a": "b"},
        },
        {
            "description": None,
            "configuration": {"resultConfiguration": {"outputLocation": "s3://case/elsewhere/"}},
            "state": "DISABLED",
            "tags": {"a": "c"},
        },
        {"name": "case-other"},
        (
            "athena",
            "update_work_group",
            {"WorkGroup": "case-group", "ConfigurationUpdates": {"BytesScannedCutoffPerQuery": 50_000_000}},
        ),
        "configuration",
    ),
    Case(
        "aws:wafv2/webAcl:WebAcl",
        {
            "name": "case-acl",
            "scope": "CLOUDFRONT",
            "defaultAction": {"allow": {}},
            "visibilityConfig": VISIBILITY,
            "rules": [rate_limit(2000), MANAGED],
            "customResponseBodies": [{"key": "slow", "content": "slow down", "contentType": "TEXT_PLAIN"}],
            "tags": {"a": "b"},
        },
        {"rules": [rate_limit(500, {"count": {}})], "tags": {"a": "c"}},
        {"scope": "REGIONAL"},
        None,
    ),
)
