"""S3 objects: text, base64 or a file, overwritten in place; deleted with every version of their key."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any
from urllib.parse import urlencode

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.s3_api import bucket_region, call, empty
from slipway.cloud.provider.rows.shared import absent, tag_list, tag_map
from slipway.cloud.provider.rules.buckets import tag_failures
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape
from slipway.cloud.provider.values import UNKNOWN, Asset, Properties

__all__ = ["OBJECT"]

_TOKEN = "aws:s3/bucketObjectv2:BucketObjectv2"  # noqa: S105 a type token
_BODIES = ("content", "contentBase64", "source")
_BESIDE = (*_BODIES, "etag", "forceDestroy", "overrideProvider", "region", "sourceHash", "tags")
_PUT = Translation(
    member_shape("s3", "PutObject"),
    {**dict.fromkeys(_BESIDE, ""), "kmsKeyId": "SSEKMSKeyId", "websiteRedirect": "WebsiteRedirectLocation"},
)
_CHECKSUMS = {
    "checksumCrc32": "ChecksumCRC32",
    "checksumCrc32c": "ChecksumCRC32C",
    "checksumCrc64nvme": "ChecksumCRC64NVME",
    "checksumSha1": "ChecksumSHA1",
    "checksumSha256": "ChecksumSHA256",
}
_FILLED = frozenset({"contentType", "etag", "kmsKeyId", "serverSideEncryption", "storageClass"})
# Changed without writing the object anew; everything else that differs is a new version.
_LOCK = ("objectLockLegalHoldStatus", "objectLockMode", "objectLockRetainUntilDate")
_IN_PLACE = frozenset({"acl", "bucket", "forceDestroy", "key", "overrideProvider", "region", "tags", *_LOCK})


def _named_as_written(name: str, suffix: str) -> str:
    """The official provider's key defaults to the logical name as it is."""
    return name


def _validate(properties: Properties, failures: list[Failure]) -> None:
    given = [name for name in _BODIES if properties.get(name) is not None]
    if len(given) > 1:
        failures.append(Failure(given[1], f"conflicts with {given[0]}; an object has one content"))
    if properties.get("overrideProvider") is not None:
        failures.append(Failure("overrideProvider", "is not served by the local cloud; give the object its own tags"))
    for name in properties.get("metadata") or () if properties.get("metadata") is not UNKNOWN else ():
        if name != name.lower():
            failures.append(Failure(f"metadata.{name}", "metadata keys must be lower case"))
    if isinstance(properties.get("contentBase64"), str):
        try:
            base64.b64decode(properties["contentBase64"], validate=True)
        except binascii.Error as error:
            failures.append(Failure("contentBase64", f"is no base64: {error}"))
    _validate_source(properties.get("source"), failures)
    failures.extend(tag_failures("tags", properties.get("tags"), 10))
    _PUT.to_aws(properties, failures)


def _validate_source(source: Any, failures: list[Failure]) -> None:
    """Files and text are uploaded as they are; the hash tells them from archives and remote assets."""
    if not isinstance(source, Asset):
        return
    try:
        content = source.content()
    except OSError as error:
        failures.append(Failure("source", f"cannot be read: {error}"))
        return
    if source.hash and hashlib.sha256(content).hexdigest() != source.hash:
        failures.append(Failure("source", "is an archive or a remote asset; use a FileAsset or a StringAsset"))


def _create(op: Operation) -> str:
    _upload(op)
    return f"{op.new['bucket']}/{op.new['key']}"


def _upload(op: Operation) -> None:
    tags = {"Tagging": urlencode(op.tags)} if op.tags else {}
    call(op.cloud, "PutObject", **_PUT.to_aws(op.new), Body=_body(op.new), **tags)


def _body(properties: Properties) -> bytes:
    if properties.get("contentBase64") is not None:
        return base64.b64decode(properties["contentBase64"])
    source = properties.get("source")
    return source.content() if isinstance(source, Asset) else str(properties.get("content") or "").encode()


def _read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    bucket, key = _located(resource_id)
    with absent("404", "NoSuchKey", "NoSuchBucket"):
        head = call(cloud, "HeadObject", Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        tags = call(cloud, "GetObjectTagging", Bucket=bucket, Key=key)["TagSet"]
        return {
            **_PUT.from_aws(head, input_shape(_TOKEN)),
            **{name: head.get(member, "") for name, member in _CHECKSUMS.items()},
            **_live_content(cloud, bucket, key, state),
            "arn": f"arn:aws:s3:::{bucket}/{key}",
            "bucket": bucket,
            "etag": head["ETag"].strip('"'),
            "key": key,
            "storageClass": head.get("StorageClass", "STANDARD"),
            "tags": tag_map(tags),
            "versionId": head.get("VersionId", ""),
        }
    return None


def _live_content(cloud: Cloud, bucket: str, key: str, state: Properties) -> Properties:
    """The object's bytes in the form they were written in; imported, as text if they are text."""
    if state and not any(state.get(name) is not None for name in _BODIES):
        return {}
    body: bytes = call(cloud, "GetObject", Bucket=bucket, Key=key)["Body"].read()
    if state.get("contentBase64") is not None:
        return {"contentBase64": base64.b64encode(body).decode()}
    source = state.get("source")
    if isinstance(source, Asset):
        digest = hashlib.sha256(body).hexdigest()
        if source.digest() == digest:
            return {"source": source}
        return {"source": Asset(source.signature, hash=digest, text=body.decode(errors="replace"))}
    try:
        return {"content": body.decode()}
    except UnicodeDecodeError:
        return {} if not state else {"content": body.decode(errors="replace")}


def _located(resource_id: str) -> tuple[str, str]:
    bucket, _, key = resource_id.removeprefix("s3://").partition("/")
    return bucket, key


def _update(op: Operation) -> None:
    if any(_differs(op, name) for name in input_shape(_TOKEN).properties.keys() - _IN_PLACE):
        _upload(op)
        return
    where = {"Bucket": op.new["bucket"], "Key": op.new["key"]}
    if op.changed("acl") and op.new.get("acl"):
        call(op.cloud, "PutObjectAcl", **where, ACL=op.new["acl"])
    if _differs(op, "objectLockLegalHoldStatus"):
        call(op.cloud, "PutObjectLegalHold", **where, LegalHold={"Status": op.new.get(_LOCK[0]) or "OFF"})
    if _differs(op, "objectLockMode") or _differs(op, "objectLockRetainUntilDate"):
        until = {"Mode": op.new.get("objectLockMode"), "RetainUntilDate": op.new.get("objectLockRetainUntilDate")}
        call(op.cloud, "PutObjectRetention", **where, Retention={k: v for k, v in until.items() if v})
    call(op.cloud, "PutObjectTagging", **where, Tagging={"TagSet": tag_list(op.tags)})


def _differs(op: Operation, name: str) -> bool:
    """Whether the program asks for something else than was recorded; leaving out what S3 fills in asks for nothing."""
    return op.changed(name) and not (name in _FILLED and op.new.get(name) is None) and bool(_given(op, name))


def _given(op: Operation, name: str) -> bool:
    return op.old.get(name) not in (None, "", {}) or op.new.get(name) not in (None, "", {})


def _delete(op: Operation) -> None:
    bucket, key = _located(op.id)
    with absent("NoSuchBucket"):
        if bucket_region(op.cloud, bucket) is not None:
            empty(op.cloud, bucket, key, force=bool(op.old.get("forceDestroy")))


OBJECT = ResourceType(
    _TOKEN,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    validate=_validate,
    automatic_name=_named_as_written,
    local=frozenset({"forceDestroy", "overrideProvider", "sourceHash"}),
    write_only=frozenset({"acl", "bucketKeyEnabled", "checksumAlgorithm"}),
    filled=_FILLED,
    volatile=frozenset({"etag", "versionId", *_CHECKSUMS}),
)
