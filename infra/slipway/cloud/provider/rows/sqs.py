"""SQS: queues and their policies. A queue's id is its URL.

AWS keeps a deleted queue's name for a minute and the official provider waits for it; here the name is free at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.attributes import Attributes
from slipway.cloud.provider.rows.shared import absent, document_failures, physical_name, sync_tags
from slipway.cloud.provider.rules.policies import document_fault
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS", "queue_policy"]

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_DOCUMENTS = ("policy", "redrivePolicy", "redriveAllowPolicy")
_QUEUE = Attributes(
    "aws:sqs/queue:Queue",
    {
        "contentBasedDeduplication": "ContentBasedDeduplication",
        "deduplicationScope": "DeduplicationScope",
        "delaySeconds": "DelaySeconds",
        "fifoQueue": "FifoQueue",
        "fifoThroughputLimit": "FifoThroughputLimit",
        "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
        "kmsMasterKeyId": "KmsMasterKeyId",
        "maxMessageSize": "MaximumMessageSize",
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "policy": "Policy",
        "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
        "redriveAllowPolicy": "RedriveAllowPolicy",
        "redrivePolicy": "RedrivePolicy",
        "sqsManagedSseEnabled": "SqsManagedSseEnabled",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
    },
    around=frozenset({"name", "namePrefix", "region", "tags"}),
    ranges={  # API Reference, SetQueueAttributes
        "delaySeconds": (0, 900),
        "kmsDataKeyReusePeriodSeconds": (60, 86400),
        "maxMessageSize": (1024, 1048576),
        "messageRetentionSeconds": (60, 1209600),
        "receiveWaitTimeSeconds": (0, 20),
        "visibilityTimeoutSeconds": (0, 43200),
    },
    filled=frozenset(
        {
            "deduplicationScope",
            "fifoThroughputLimit",
            "kmsDataKeyReusePeriodSeconds",
            "sqsManagedSseEnabled",
            *_DOCUMENTS,
        }
    ),
)


def _validate(properties: Properties, failures: list[Failure]) -> None:
    _QUEUE.failures(properties, failures)
    failures.extend(document_failures(properties, *_DOCUMENTS))
    name, is_fifo = properties.get("name"), properties.get("fifoQueue") in (True, "true")
    if isinstance(name, str):
        pattern = r"[A-Za-z0-9_-]{1,75}\.fifo" if is_fifo else r"[A-Za-z0-9_-]{1,80}"
        if not re.fullmatch(pattern, name):
            why = "can only include letters, digits, hyphens and underscores, at most 80"
            failures.append(Failure("name", f"{name!r} {why}; a FIFO queue's ends in .fifo, another's does not"))
        if properties.get("namePrefix") is not None:
            failures.append(Failure("namePrefix", "conflicts with name"))


def _create(op: Operation) -> str:
    name = physical_name(op, ".fifo" if op.new.get("fifoQueue") in (True, "true") else "")
    attributes = _QUEUE.written(op.new)
    _refuse(attributes, "CreateQueue")
    answer = op.cloud.client("sqs").create_queue(QueueName=name, Attributes=attributes, tags=op.tags)
    return str(answer["QueueUrl"])


def _refuse(attributes: Mapping[str, str], operation: str) -> None:
    """What SQS finds wrong with a document, where MiniStack takes any text."""
    if attributes.get("Policy") and document_fault(attributes["Policy"], "sqs", ("Principal", "Action")):
        raise refusal("InvalidAttributeValue", "Invalid value for the parameter Policy.", operation)
    if attributes.get("RedriveAllowPolicy") and _redrive_fault(attributes["RedriveAllowPolicy"]):
        raise refusal("InvalidAttributeValue", "Invalid value for the parameter RedriveAllowPolicy.", operation)


def _redrive_fault(text: str) -> bool:
    """API Reference, SetQueueAttributes: who may use the queue for dead letters; named one by one, up to ten."""
    document = json.loads(text)
    sources = document.get("sourceQueueArns")
    match document.get("redrivePermission"):
        case "allowAll" | "denyAll":
            return sources is not None
        case "byQueue":
            return not isinstance(sources, list) or not 1 <= len(sources) <= 10
        case _:
            return True


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    client = cloud.client("sqs")
    with absent(*_GONE):
        attributes = client.get_queue_attributes(QueueUrl=resource_id, AttributeNames=["All"])["Attributes"]
        # AWS encrypts every queue with its own keys unless another key or none is asked for; MiniStack says nothing.
        attributes.setdefault("SqsManagedSseEnabled", "false" if attributes.get("KmsMasterKeyId") else "true")
        return {
            **_QUEUE.seen(attributes),
            "arn": attributes["QueueArn"],
            "name": attributes["QueueArn"].rsplit(":", 1)[-1],
            "tags": client.list_queue_tags(QueueUrl=resource_id).get("Tags", {}),
            "url": resource_id,
        }
    return None


def _update(op: Operation) -> None:
    client, attributes = op.cloud.client("sqs"), _QUEUE.changed(op)
    _refuse(attributes, "SetQueueAttributes")
    if attributes:
        client.set_queue_attributes(QueueUrl=op.id, Attributes=attributes)
    sync_tags(
        client.list_queue_tags(QueueUrl=op.id).get("Tags", {}),
        op.tags,
        lambda keys: client.untag_queue(QueueUrl=op.id, TagKeys=keys),
        lambda tags: client.tag_queue(QueueUrl=op.id, Tags=tags),
    )


def _delete(op: Operation) -> None:
    with absent(*_GONE):
        op.cloud.client("sqs").delete_queue(QueueUrl=op.id)


# -- policies of a queue, each in a resource of its own ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that is one attribute of a queue; `name` is its input. The resource's id is the queue's URL."""

    token: str
    name: str

    def row(self) -> ResourceType:
        return ResourceType(
            self.token,
            create=self._put,
            read=self._read,
            update=self._update,
            delete=self._delete,
            validate=lambda properties, failures: failures.extend(document_failures(properties, self.name)),
            same={self.name: same_document},
        )

    @property
    def _attribute(self) -> str:
        return _QUEUE.names[self.name]

    def _put(self, op: Operation) -> str:
        attributes = {self._attribute: op.new[self.name]}
        _refuse(attributes, "SetQueueAttributes")
        op.cloud.client("sqs").set_queue_attributes(QueueUrl=op.new["queueUrl"], Attributes=attributes)
        return str(op.new["queueUrl"])

    def _update(self, op: Operation) -> None:
        self._put(op)

    def _read(self, cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
        with absent(*_GONE):
            answer = cloud.client("sqs").get_queue_attributes(QueueUrl=resource_id, AttributeNames=[self._attribute])
            text = answer.get("Attributes", {}).get(self._attribute)
            return {"queueUrl": resource_id, self.name: text} if text else None
        return None

    def _delete(self, op: Operation) -> None:
        with absent(*_GONE):
            op.cloud.client("sqs").set_queue_attributes(QueueUrl=op.id, Attributes={self._attribute: ""})


def queue_policy(cloud: Cloud, arn: str) -> str | None:
    """The policy of a queue by its ARN, empty for a queue without one; None when there is no such queue."""
    _, _, _, region, account, name = arn.split(":", 5)
    client = cloud.within(region).client("sqs")
    with absent(*_GONE):
        url = client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        return str(answer.get("Attributes", {}).get("Policy", ""))
    return None


ROWS = (
    ResourceType(
        _QUEUE.token,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        local=frozenset({"namePrefix"}),
        filled=_QUEUE.filled,
        same=dict.fromkeys(_DOCUMENTS, same_document),
    ),
    _Document("aws:sqs/queuePolicy:QueuePolicy", "policy").row(),
    _Document("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy").row(),
)
