"""SNS: topics and their policies. A topic's id is its ARN."""

from __future__ import annotations

import json

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.attributes import Attributes
from slipway.cloud.provider.rows.shared import absent, document_failures, physical_name, sync_tags, tag_list, tag_map
from slipway.cloud.provider.rules.policies import document_fault
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS", "topic_attributes"]

_GONE = ("NotFound", "NotFoundException")
_FEEDBACK = {"application": "Application", "firehose": "Firehose", "http": "HTTP", "lambda": "Lambda", "sqs": "SQS"}
_TOPIC = Attributes(
    "aws:sns/topic:Topic",
    {
        "archivePolicy": "ArchivePolicy",
        "contentBasedDeduplication": "ContentBasedDeduplication",
        "deliveryPolicy": "DeliveryPolicy",
        "displayName": "DisplayName",
        "fifoThroughputScope": "FifoThroughputScope",
        "fifoTopic": "FifoTopic",
        "kmsMasterKeyId": "KmsMasterKeyId",
        "policy": "Policy",
        "signatureVersion": "SignatureVersion",
        "tracingConfig": "TracingConfig",
        **{f"{name}FailureFeedbackRoleArn": f"{member}FailureFeedbackRoleArn" for name, member in _FEEDBACK.items()},
        **{f"{name}SuccessFeedbackRoleArn": f"{member}SuccessFeedbackRoleArn" for name, member in _FEEDBACK.items()},
        **{
            f"{name}SuccessFeedbackSampleRate": f"{member}SuccessFeedbackSampleRate"
            for name, member in _FEEDBACK.items()
        },
    },
    around=frozenset({"name", "namePrefix", "region", "tags"}),
    ranges={"signatureVersion": (1, 2), **{f"{name}SuccessFeedbackSampleRate": (0, 100) for name in _FEEDBACK}},
    filled=frozenset({"fifoThroughputScope", "policy", "signatureVersion", "tracingConfig"}),
)

# -- topics ----------------------------------------------------------------------------------------------------------


def _validate_topic(properties: Properties, failures: list[Failure]) -> None:
    _TOPIC.failures(properties, failures)
    failures.extend(document_failures(properties, "policy", "deliveryPolicy", "archivePolicy"))
    if properties.get("name") is not None and properties.get("namePrefix") is not None:
        failures.append(Failure("namePrefix", "conflicts with name"))


def _create_topic(op: Operation) -> str:
    """AWS would answer with the topic that has the name; the official provider looks first and refuses."""
    client = op.cloud.client("sns")
    name = physical_name(op, ".fifo" if op.new.get("fifoTopic") in (True, "true") else "")
    arn = f"arn:aws:sns:{op.cloud.region}:{op.cloud.account}:{name}"
    attributes = _TOPIC.written(op.new)
    _refuse_policy(attributes, "CreateTopic")
    with op.cloud.lock(f"topic {arn}"):
        if topic_attributes(op.cloud, arn) is not None:
            raise refusal("InvalidParameter", f"Invalid parameter: Topic already exists: {arn}", "CreateTopic")
        return str(client.create_topic(Name=name, Attributes=attributes, Tags=tag_list(op.tags))["TopicArn"])


def _refuse_policy(attributes: dict[str, str], operation: str) -> None:
    text = attributes.get("Policy")
    fault = document_fault(text, "sns", ("Principal", "Action", "Resource")) if text else ""
    if fault:
        raise refusal("InvalidParameter", f"Invalid parameter: Policy Error: {fault}", operation)


def topic_attributes(cloud: Cloud, arn: str) -> dict[str, str] | None:
    """A topic's attributes, or None when there is no such topic."""
    with absent(*_GONE):
        found: dict[str, str] = cloud.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
        return found
    return None


def _read_topic(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    attributes = topic_attributes(cloud, resource_id)
    if attributes is None:
        return None
    tags = cloud.client("sns").list_tags_for_resource(ResourceArn=resource_id)["Tags"]
    name = resource_id.rsplit(":", 1)[-1]
    known = {"arn": resource_id, "name": name, "owner": attributes["Owner"], "tags": tag_map(tags)}
    return {**_TOPIC.seen(attributes), **known, "beginningArchiveTime": ""}


def _update_topic(op: Operation) -> None:
    client, attributes = op.cloud.client("sns"), _TOPIC.changed(op)
    _refuse_policy(attributes, "SetTopicAttributes")
    for name, value in attributes.items():
        client.set_topic_attributes(TopicArn=op.id, AttributeName=name, AttributeValue=value)
    sync_tags(
        tag_map(client.list_tags_for_resource(ResourceArn=op.id)["Tags"]),
        op.tags,
        lambda keys: client.untag_resource(ResourceArn=op.id, TagKeys=keys),
        lambda tags: client.tag_resource(ResourceArn=op.id, Tags=tag_list(tags)),
    )


def _delete_topic(op: Operation) -> None:
    op.cloud.client("sns").delete_topic(TopicArn=op.id)


# -- policies --------------------------------------------------------------------------------------------------------


def _validate_policy(properties: Properties, failures: list[Failure]) -> None:
    failures.extend(document_failures(properties, "policy"))


def _put_policy(op: Operation) -> str:
    arn, attributes = str(op.new["arn"]), {"Policy": str(op.new["policy"])}
    _refuse_policy(attributes, "SetTopicAttributes")
    client = op.cloud.client("sns")
    client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=attributes["Policy"])
    return arn


def _update_policy(op: Operation) -> None:
    _put_policy(op)


def _read_policy(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    attributes = topic_attributes(cloud, resource_id)
    if attributes is None or not attributes.get("Policy"):
        return None
    return {"arn": resource_id, "owner": attributes["Owner"], "policy": attributes["Policy"]}


def _reset_policy(op: Operation) -> None:
    """A topic always has a policy: without one of its own, its account may do everything."""
    actions = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic")
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{name}" for name in (*actions, "Subscribe", "ListSubscriptionsByTopic", "Publish")],
        "Resource": op.id,
        "Condition": {"StringEquals": {"AWS:SourceOwner": op.cloud.account}},
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    with absent(*_GONE):
        client = op.cloud.client("sns")
        client.set_topic_attributes(TopicArn=op.id, AttributeName="Policy", AttributeValue=json.dumps(policy))


ROWS = (
    ResourceType(
        _TOPIC.token,
        create=_create_topic,
        read=_read_topic,
        update=_update_topic,
        delete=_delete_topic,
        validate=_validate_topic,
        local=frozenset({"namePrefix"}),
        filled=_TOPIC.filled,
        same=dict.fromkeys(("archivePolicy", "deliveryPolicy", "policy"), same_document),
    ),
    ResourceType(
        "aws:sns/topicPolicy:TopicPolicy",
        create=_put_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_reset_policy,
        validate=_validate_policy,
        same={"policy": same_document},
    ),
)
