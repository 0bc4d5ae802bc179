"""A real preview to do harm to: one site behind a distribution, and the TTL of its record changed. It is approved, so
that whatever becomes of an edited one is the edit's doing."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from hostile.mutations import summary

__all__ = [
    "DOMAIN",
    "HOME",
    "PROVIDER",
    "ROOT",
    "SHARED",
    "created",
    "harmless",
    "record",
    "recounted",
    "state",
    "step",
    "unchanged",
]

CAPTURED = Path(__file__).with_name("preview.json")
HOME = "urn:pulumi:production::cdn::"
ROOT = f"{HOME}pulumi:pulumi:Stack::cdn-production"
SHARED: dict[str, Any] = json.loads(CAPTURED.read_text())
SERVED: dict[str, Any] = next(step for step in SHARED["steps"] if step["urn"].endswith("::static"))["oldState"]
PROVIDER: str = SERVED["provider"]
DOMAIN: str = SERVED["inputs"]["records"][0]
TYPES = {"record": "aws:route53/record:Record", "bucket": "aws:s3/bucket:Bucket", "group": "site:index:Group"}


def harmless() -> dict[str, Any]:
    """The preview as it was captured, for this test alone."""
    return deepcopy(SHARED)


def step(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The step of a resource, by its logical name."""
    return next(step for step in document["steps"] if step["urn"].endswith(f"::{name}"))


def state(kind: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A resource's new state."""
    urn, custom = f"{HOME}{TYPES[kind]}::{name}", kind != "group"
    plain = {"urn": urn, "custom": custom, "type": TYPES[kind], "inputs": inputs, "parent": ROOT}
    return plain | ({"provider": PROVIDER} if custom else {}) | more


def record(name: str, **inputs: Any) -> dict[str, Any]:
    """The inputs of a record set, `static`'s own unless they are given."""
    plain = {"name": name, "type": "CNAME", "ttl": 300, "records": [DOMAIN], "zoneId": SERVED["inputs"]["zoneId"]}
    return plain | inputs


def created(document: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The document with one resource more, made by this plan."""
    document["steps"].append({"op": "create", "urn": new["urn"], "newState": new})
    return recounted(document)


def unchanged(document: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The document with one resource more, there already."""
    old = {**new, "id": f"id-{new['urn']}"} if new["custom"] else dict(new)
    document["steps"].insert(1, {"op": "same", "urn": new["urn"], "oldState": old, "newState": new})
    return recounted(document)


def recounted(document: dict[str, Any]) -> dict[str, Any]:
    """The same with a summary that agrees with its steps."""
    return document | {"changeSummary": summary(document["steps"])}
