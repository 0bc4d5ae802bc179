"""What MiniStack 1.5.33 has no API for or forgets, kept by the provider as documents in the cloud's own SSM.

Where MiniStack has the API and forgets some members of a request (`remember`), those are kept beside the thing
itself, for one version of it: what was changed by hand since then is not what they belong to.

A stand-in, and named as one: origin access identities (which MiniStack's data plane honours by id all the same) and
real-time log configurations have no routes there. A document is created, read, replaced under its version, and deleted;
nothing acts on it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["create", "delete", "forget", "get", "recall", "remember", "replace"]


def create(cloud: Cloud, kind: str, document: dict[str, Any], key: str = "") -> str:
    """Keep a document under a new id, or under `key`, which must be free; returns the id."""
    resource_id = key or f"E{uuid.uuid4().hex[:13].upper()}"
    if key and _find(cloud, kind, key) is not None:
        raise refusal(f"{kind}AlreadyExists", f"A {kind} named {key} already exists.", f"Create{kind}")
    _put(cloud, kind, resource_id, document, overwrite=False)
    return resource_id


def get(cloud: Cloud, kind: str, resource_id: str) -> tuple[dict[str, Any], str, datetime]:
    """The document, its version and the time of its last change; raises NoSuchKIND as CloudFront does."""
    found = _find(cloud, kind, resource_id)
    if found is None:
        raise refusal(f"NoSuch{kind}", f"The specified {kind} does not exist.", f"Get{kind}")
    changed = found.get("LastModifiedDate") or datetime.now(UTC)
    return json.loads(found["Value"]), str(found["Version"]), changed


def replace(cloud: Cloud, kind: str, resource_id: str, document: dict[str, Any], version: str) -> None:
    """Put a new document in place of the one at `version`; PreconditionFailed if it is another by now."""
    with cloud.lock(f"kept {kind}"):
        if get(cloud, kind, resource_id)[1] != version:
            raise refusal("PreconditionFailed", f"{kind} {resource_id} has changed since {version}.", f"Update{kind}")
        _put(cloud, kind, resource_id, document, overwrite=True)


def delete(cloud: Cloud, kind: str, resource_id: str) -> None:
    """Forget a document; raises NoSuchKIND if there is none."""
    get(cloud, kind, resource_id)
    _store(cloud).delete_parameter(Name=_name(kind, resource_id))


def remember(cloud: Cloud, kind: str, key: str, version: str, members: Mapping[str, Any]) -> None:
    """Keep members of the thing `key` as it is at `version`; no members: nothing is kept."""
    if members:
        _put(cloud, kind, _hashed(cloud, key), {"version": version, "members": dict(members)}, overwrite=True)
    else:
        forget(cloud, kind, key)


def recall(cloud: Cloud, kind: str, key: str, version: str) -> dict[str, Any]:
    """The members that were remembered for this version of the thing; empty for any other version."""
    found = _find(cloud, kind, _hashed(cloud, key))
    document = json.loads(found["Value"]) if found else {}
    members: dict[str, Any] = document["members"] if document.get("version") == version else {}
    return members


def forget(cloud: Cloud, kind: str, key: str) -> None:
    """Drop what was remembered of a thing, if anything was."""
    if _find(cloud, kind, _hashed(cloud, key)) is not None:
        _store(cloud).delete_parameter(Name=_name(kind, _hashed(cloud, key)))


def _hashed(cloud: Cloud, key: str) -> str:
    """A parameter's name for any key: alarms may be named with spaces, and each region has its own."""
    return hashlib.sha256(f"{cloud.region} {key}".encode()).hexdigest()[:32]


def _find(cloud: Cloud, kind: str, resource_id: str) -> dict[str, Any] | None:
    answer = _store(cloud).get_parameters(Names=[_name(kind, resource_id)])
    found: dict[str, Any] | None = next(iter(answer["Parameters"]), None)
    return found


def _put(cloud: Cloud, kind: str, resource_id: str, document: dict[str, Any], overwrite: bool) -> None:
    text = json.dumps(document, sort_keys=True)
    _store(cloud).put_parameter(Name=_name(kind, resource_id), Value=text, Type="String", Overwrite=overwrite)


def _store(cloud: Cloud) -> Any:
    return cloud.within("us-east-1").client("ssm")  # CloudFront is global


def _name(kind: str, resource_id: str) -> str:
    return f"/slipway/{kind}/{resource_id}"
