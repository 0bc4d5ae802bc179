"""SNS: subscriptions of a topic.

The local cloud stays local: a subscription whose web address is not on this machine is kept as a document, because
MiniStack would call that address. With `endpointAutoConfirms` such a one counts as confirmed. An e-mail address counts
as pending, as on AWS until its owner has answered.
"""

from __future__ import annotations

import ipaddress
import uuid
from typing import Any
from urllib.parse import urlsplit

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import kept
from slipway.cloud.provider.rows.attributes import Attributes
from slipway.cloud.provider.rows.shared import absent, document_failures
from slipway.cloud.provider.rows.sns import topic_attributes
from slipway.cloud.provider.rules.refusal import refusal
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS"]

_GONE = ("NotFound", "NotFoundException")
_KEPT = "Subscription"
_DOCUMENTS = ("deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy")
_PROTOCOLS = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
_FIXED = ("topic", "protocol", "endpoint")  # AWS knows a subscription by these three
_SUBSCRIPTION = Attributes(
    "aws:sns/topicSubscription:TopicSubscription",
    {
        "deliveryPolicy": "DeliveryPolicy",
        "filterPolicy": "FilterPolicy",
        "filterPolicyScope": "FilterPolicyScope",
        "rawMessageDelivery": "RawMessageDelivery",
        "redrivePolicy": "RedrivePolicy",
        "replayPolicy": "ReplayPolicy",
        "subscriptionRoleArn": "SubscriptionRoleArn",
    },
    around=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms", "region", *_FIXED}),
    filled=frozenset({"filterPolicyScope"}),
)


def _validate(properties: Properties, failures: list[Failure]) -> None:
    _SUBSCRIPTION.failures(properties, failures)
    failures.extend(document_failures(properties, *_DOCUMENTS))
    protocol, endpoint = properties.get("protocol"), properties.get("endpoint")
    if isinstance(protocol, str) and protocol not in _PROTOCOLS:
        failures.append(Failure("protocol", f"{protocol!r} is not one of {', '.join(_PROTOCOLS)}"))
    elif isinstance(protocol, str) and isinstance(endpoint, str) and not _suits(protocol, endpoint):
        failures.append(Failure("endpoint", f"{endpoint!r} does not match protocol {protocol!r}"))


def _suits(protocol: str, endpoint: str) -> bool:
    match protocol:
        case "http" | "https":
            return endpoint.startswith(f"{protocol}://")
        case "email" | "email-json":
            return "@" in endpoint
        case "sqs" | "lambda" | "firehose" | "application":
            return endpoint.startswith("arn:")
        case _:
            return True


def _create(op: Operation) -> str:
    topic, protocol, endpoint = (str(op.new[name]) for name in _FIXED)
    attributes = _SUBSCRIPTION.written(op.new)
    if topic_attributes(op.cloud, topic) is None:
        raise refusal("NotFound", "Topic does not exist", "Subscribe")
    if _leaves_the_machine(protocol, endpoint):
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{topic} {protocol} {endpoint}"))
        if _document(op.cloud, key) is None:
            fixed = {"topic": topic, "protocol": protocol, "endpoint": endpoint}
            kept.create(op.cloud, _KEPT, {**fixed, "attributes": attributes}, key)
        return f"{topic}:{key}"
    client = op.cloud.client("sns")
    wanted = {"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint, "ReturnSubscriptionArn": True}
    arn = str(client.subscribe(**wanted, Attributes=attributes)["SubscriptionArn"])
    # MiniStack answers "pending confirmation" at first, whatever was asked for, and with the ARN when asked again.
    return arn if arn.startswith("arn:") else str(client.subscribe(**wanted)["SubscriptionArn"])


def _leaves_the_machine(protocol: str, endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    if protocol not in ("http", "https") or host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _document(cloud: Cloud, key: str) -> dict[str, Any] | None:
    with absent(f"NoSuch{_KEPT}"):
        return kept.get(cloud, _KEPT, key)[0]
    return None


def _found(cloud: Cloud, arn: str) -> tuple[Properties, dict[str, str]] | None:
    """What is fixed about a subscription, and its attributes; None when it or its topic is gone."""
    topic, _, key = arn.rpartition(":")
    document = _document(cloud, key)
    if document is not None and topic_attributes(cloud, topic) is None:  # a topic takes its subscriptions along
        kept.delete(cloud, _KEPT, key)
        return None
    if document is not None:
        return {name: document[name] for name in _FIXED}, document["attributes"]
    with absent(*_GONE):
        found = cloud.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return {"topic": topic, "protocol": found["Protocol"], "endpoint": found["Endpoint"]}, found
    return None


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    found = _found(cloud, resource_id)
    if found is None:
        return None
    fixed, attributes = found
    is_mail = fixed["protocol"].startswith("email")
    pending = is_mail or attributes.get("PendingConfirmation") == "true"
    if "PendingConfirmation" not in attributes:
        pending = state.get("endpointAutoConfirms") not in (True, "true")
    return {
        **_SUBSCRIPTION.seen({name: "" if text == "{}" else text for name, text in attributes.items()}),
        **fixed,
        "arn": resource_id,
        "confirmationWasAuthenticated": not pending and attributes.get("ConfirmationWasAuthenticated") == "true",
        "ownerId": resource_id.split(":")[4],
        "pendingConfirmation": pending,
    }


def _update(op: Operation) -> None:
    changed, key = _SUBSCRIPTION.changed(op), op.id.rpartition(":")[2]
    if _document(op.cloud, key) is not None:
        body, version, _ = kept.get(op.cloud, _KEPT, key)
        kept.replace(op.cloud, _KEPT, key, {**body, "attributes": {**body["attributes"], **changed}}, version)
        return
    for name, value in changed.items():
        value = value or ("{}" if name == "FilterPolicy" else "")  # which is how SNS takes a filter away
        arguments = {"SubscriptionArn": op.id, "AttributeName": name, "AttributeValue": value}
        op.cloud.client("sns").set_subscription_attributes(**arguments)


def _delete(op: Operation) -> None:
    key = op.id.rpartition(":")[2]
    if _document(op.cloud, key) is not None:
        kept.delete(op.cloud, _KEPT, key)
        return
    with absent(*_GONE):
        op.cloud.client("sns").unsubscribe(SubscriptionArn=op.id)


ROWS = (
    ResourceType(
        _SUBSCRIPTION.token,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        validate=_validate,
        local=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"}),
        filled=_SUBSCRIPTION.filled,
        same=dict.fromkeys(_DOCUMENTS, same_document),
    ),
)
