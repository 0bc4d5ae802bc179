"""S3 buckets. Their settings are resource types of their own (`s3_settings`); older inline blocks use the same table.

An inline block is read only where the program wrote one, as the official provider does: a bucket whose versioning is a
`BucketVersioning` must not show that versioning as its own change.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import s3_settings as settings
from slipway.cloud.provider.rows.s3_api import bucket_region, call, empty, forget_inventories, is_locked
from slipway.cloud.provider.rows.s3_objects import OBJECT
from slipway.cloud.provider.rows.s3_regions import addresses
from slipway.cloud.provider.rows.s3_setting import Setting, clear, failures_of, fetch, put
from slipway.cloud.provider.rows.shared import absent, tag_list, tag_map
from slipway.cloud.provider.rules.buckets import name_failures, tag_failures
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["ROWS"]

_LONGEST_PREFIX = 37  # characters; 26 more make the name unique


@dataclass(frozen=True, slots=True)
class _Inline:
    """A block of the bucket's own inputs, told in the inputs of the setting it stands for, and back."""

    setting: Setting
    into: Callable[[Any], Properties]
    back: Callable[[Properties], Any]


def _whole(value: Any) -> Any:
    return value


_INLINE = {
    "acl": _Inline(settings.ACL, lambda acl: {"acl": acl}, lambda found: found.get("acl", "grants of its own")),
    "corsRules": _Inline(settings.CORS, lambda cors: {"corsRules": cors}, lambda found: found.get("corsRules")),
    "logging": _Inline(
        settings.LOGGING,
        lambda logging: {"targetPrefix": "", **logging},
        lambda found: {name: found[name] for name in ("targetBucket", "targetPrefix") if name in found},
    ),
    "policy": _Inline(settings.POLICY, lambda policy: {"policy": policy}, lambda found: found.get("policy")),
    "serverSideEncryptionConfiguration": _Inline(
        settings.ENCRYPTION,
        lambda encryption: {"rules": [encryption["rule"]]},
        lambda found: {"rule": found["rules"][0]},
    ),
    "versioning": _Inline(
        settings.VERSIONING,
        lambda versioning: {
            "versioningConfiguration": {
                "status": "Enabled" if versioning.get("enabled") in (True, "true") else "Suspended",
                "mfaDelete": "Enabled" if versioning.get("mfaDelete") in (True, "true") else None,
            }
        },
        lambda found: {"enabled": found["versioningConfiguration"]["status"] == "Enabled"},
    ),
    "website": _Inline(settings.WEBSITE, _whole, _whole),
}
# Older blocks that are not served, and the resource type that is the way to say it.
_INSTEAD = {
    "accelerationStatus": "aws.s3.BucketAccelerateConfiguration",
    "grants": "aws.s3.BucketAcl",
    "lifecycleRules": "aws.s3.BucketLifecycleConfiguration",
    "objectLockConfiguration": "objectLockEnabled and aws.s3.BucketObjectLockConfiguration",
    "replicationConfiguration": "aws.s3.BucketReplicationConfig",
    "requestPayer": "aws.s3.BucketRequestPaymentConfiguration",
}


def _named_in_lower_case(name: str, suffix: str) -> str:
    return f"{name}-{suffix}".lower()


def _validate(properties: Properties, failures: list[Failure]) -> None:
    failures.extend(name_failures("bucket", properties.get("bucket")))
    _validate_prefix(properties, failures)
    failures.extend(tag_failures("tags", properties.get("tags"), 50))
    if properties.get("bucketNamespace") not in (None, UNKNOWN, "global"):
        failures.append(Failure("bucketNamespace", "only 'global' is served by the local cloud; leave it out"))
    for name, instead in _INSTEAD.items():
        if properties.get(name) is not None:
            failures.append(Failure(name, f"is deprecated and not served by the local cloud; use {instead}"))
    for name, inline in _INLINE.items():
        value = properties.get(name)
        if value is not None and value is not UNKNOWN:
            inner: list[Failure] = []
            failures_of(inline.setting, inline.into(value), inner)
            failures.extend(Failure(name, f"{item.path} {item.reason}") for item in inner)


def _validate_prefix(properties: Properties, failures: list[Failure]) -> None:
    prefix = properties.get("bucketPrefix")
    if prefix is None or prefix is UNKNOWN:
        return
    if properties.get("bucket") is not None:
        failures.append(Failure("bucketPrefix", "conflicts with bucket"))
    if len(prefix) > _LONGEST_PREFIX:
        failures.append(Failure("bucketPrefix", f"is {len(prefix)} characters long; at most {_LONGEST_PREFIX} fit"))
    failures.extend(name_failures("bucketPrefix", f"{prefix}{'0' * 3}") if len(prefix) <= _LONGEST_PREFIX else ())


def _create(op: Operation) -> str:
    name = op.new.get("bucket") or f"{op.new['bucketPrefix']}{datetime.now(UTC):%Y%m%d%H%M%S}{uuid.uuid4().hex[:12]}"
    arguments: dict[str, Any] = {"Bucket": name}
    if op.cloud.region != "us-east-1":
        arguments["CreateBucketConfiguration"] = {"LocationConstraint": op.cloud.region}
    if op.new.get("acl"):
        arguments["ACL"] = op.new["acl"]
    if op.new.get("objectLockEnabled"):
        arguments["ObjectLockEnabledForBucket"] = True
    with op.cloud.lock(f"bucket {name}"):
        call(op.cloud, "CreateBucket", **arguments)
    op.ids.append(name)
    # Since April 2023 every new bucket blocks public access until something says otherwise.
    blocks = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    put(op.cloud, settings.PUBLIC_ACCESS, name, dict.fromkeys(blocks, True))
    _set_tags(op, name)
    for block in sorted(_INLINE.keys() & op.new.keys() - {"acl"}):
        if block != "versioning" or op.new[block].get("enabled"):
            put(op.cloud, _INLINE[block].setting, name, _INLINE[block].into(op.new[block]))
    return str(name)


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    region = bucket_region(cloud, resource_id)
    if region is None:
        return None
    found: Properties = {
        **addresses(resource_id, region),
        "bucket": resource_id,
        "objectLockEnabled": is_locked(cloud, resource_id),
        "tags": _tags_of(cloud, resource_id),
    }
    for name, inline in _INLINE.items():
        if state.get(name):
            block = fetch(cloud, inline.setting, resource_id, inline.into(state[name]))
            found[name] = None if block is None else inline.back(block)
    if not found.get("website"):
        found = {name: value for name, value in found.items() if name not in ("websiteDomain", "websiteEndpoint")}
    return found


def _tags_of(cloud: Cloud, bucket: str) -> dict[str, str]:
    with absent("NoSuchTagSet"):
        return tag_map(call(cloud, "GetBucketTagging", Bucket=bucket)["TagSet"])
    return {}


def _set_tags(op: Operation, bucket: str) -> None:
    if op.tags:
        call(op.cloud, "PutBucketTagging", Bucket=bucket, Tagging={"TagSet": tag_list(op.tags)})
    elif op.old:
        call(op.cloud, "DeleteBucketTagging", Bucket=bucket)


def _update(op: Operation) -> None:
    _set_tags(op, op.id)
    for name, inline in _INLINE.items():
        before, after = op.old.get(name), op.new.get(name)
        if after and before != after:
            put(op.cloud, inline.setting, op.id, inline.into(after))
        elif before and not after:
            clear(op.cloud, inline.setting, op.id, inline.into(before))


def _delete(op: Operation) -> None:
    with absent("NoSuchBucket"):
        if op.old.get("forceDestroy"):
            empty(op.cloud, op.id, force=True)
        call(op.cloud, "DeleteBucket", Bucket=op.id)
        forget_inventories(op.cloud, op.id)


_BUCKET = ResourceType(
    "aws:s3/bucket:Bucket",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    validate=_validate,
    automatic_name=_named_in_lower_case,
    local=frozenset({"bucketNamespace", "bucketPrefix", "forceDestroy"}),
    same={"policy": same_document, "website.routingRules": same_document},
)

ROWS: tuple[ResourceType, ...] = (_BUCKET, OBJECT)
