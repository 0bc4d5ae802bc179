"""The one door to S3: what MiniStack lets pass and AWS refuses is refused here, what it lacks is kept here.

Bucket policies, log targets, replication targets and expected owners are checked before the call. MiniStack has no
inventory configurations (it takes the request for a CreateBucket), so they are kept in its parameter store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from botocore import xform_name

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.rows.s3_notifications import refuse_targets
from slipway.cloud.provider.rows.shared import absent
from slipway.cloud.provider.rules.buckets import refuse_policy
from slipway.cloud.provider.rules.refusal import refusal

__all__ = ["bucket_region", "call", "empty", "forget_inventories", "is_locked"]

Arguments: TypeAlias = Mapping[str, Any]
_PAGE = 1000  # keys, the most that DeleteObjects takes


def call(cloud: Cloud, operation: str, **arguments: Any) -> dict[str, Any]:
    """Call an S3 operation by its name in the API Reference; raises ClientError as AWS would."""
    owner = arguments.get("ExpectedBucketOwner")
    if owner and owner != cloud.account:
        raise refusal("AccessDenied", "Access Denied", operation)
    if operation in _REFUSALS:
        _REFUSALS[operation](cloud, arguments)
    if operation in _OWN:
        return _OWN[operation](cloud, arguments)
    answer: dict[str, Any] = getattr(cloud.client("s3"), xform_name(operation))(**arguments)
    return answer


def bucket_region(cloud: Cloud, bucket: str) -> str | None:
    """The region a bucket is in, or None when there is no such bucket."""
    with absent("404", "NoSuchBucket"):
        return str(cloud.client("s3").head_bucket(Bucket=bucket)["BucketRegion"])
    return None


def empty(cloud: Cloud, bucket: str, key: str | None = None, force: bool = False) -> None:
    """Delete every version and delete marker of a bucket, or of one key. `force` overrides legal holds and retention.

    Raises the first refusal that S3 lists.
    """
    client = cloud.client("s3")
    scope = {"Prefix": key} if key is not None else {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, MaxKeys=_PAGE, **scope):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        doomed = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in found if key is None or v["Key"] == key]
        if force and is_locked(cloud, bucket):
            _release(client, bucket, page.get("Versions", []))
        for start in range(0, len(doomed), _PAGE):
            batch = {"Objects": doomed[start : start + _PAGE], "Quiet": True}
            answer = client.delete_objects(Bucket=bucket, Delete=batch, **_bypass(force))
            for error in answer.get("Errors", []):
                raise refusal(error["Code"], f"{error['Key']}: {error.get('Message', '')}", "DeleteObjects")


def _bypass(force: bool) -> dict[str, bool]:
    return {"BypassGovernanceRetention": True} if force else {}


def is_locked(cloud: Cloud, bucket: str) -> bool:
    """Whether the bucket was made with object lock."""
    with absent("ObjectLockConfigurationNotFoundError"):
        cloud.client("s3").get_object_lock_configuration(Bucket=bucket)
        return True
    return False


def _release(client: Any, bucket: str, versions: list[dict[str, Any]]) -> None:
    for version in versions:
        hold = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
        client.put_object_legal_hold(**hold, LegalHold={"Status": "OFF"})


# -- what AWS refuses ------------------------------------------------------------------------------------------------


def _check_policy(cloud: Cloud, arguments: Arguments) -> None:
    _require(cloud, arguments["Bucket"], "PutBucketPolicy")
    refuse_policy(arguments["Bucket"], arguments["Policy"], "PutBucketPolicy")


def _check_log_target(cloud: Cloud, arguments: Arguments) -> None:
    target = arguments["BucketLoggingStatus"].get("LoggingEnabled", {}).get("TargetBucket")
    if target is None:
        return
    home = _require(cloud, arguments["Bucket"], "PutBucketLogging")
    away = bucket_region(cloud, target)
    if away is None:
        message = "The target bucket for logging does not exist"
        raise refusal("InvalidTargetBucketForLogging", message, "PutBucketLogging")
    if away != home:
        message = f"Cross S3 location logging not allowed: {target} is in {away}, {arguments['Bucket']} in {home}"
        raise refusal("CrossLocationLoggingProhibited", message, "PutBucketLogging")


def _check_replication_targets(cloud: Cloud, arguments: Arguments) -> None:
    for rule in arguments["ReplicationConfiguration"]["Rules"]:
        target = rule["Destination"]["Bucket"].split(":::")[-1]
        if bucket_region(cloud, target) is None:
            raise refusal("InvalidRequest", "Destination bucket must exist.", "PutBucketReplication")
        if cloud.client("s3").get_bucket_versioning(Bucket=target).get("Status") != "Enabled":
            message = "Destination bucket must have versioning enabled."
            raise refusal("InvalidRequest", message, "PutBucketReplication")


def _check_replicates(cloud: Cloud, arguments: Arguments) -> None:
    """A bucket that replicates keeps its versioning."""
    if arguments["VersioningConfiguration"].get("Status") == "Enabled":
        return
    with absent("NoSuchBucket", "ReplicationConfigurationNotFoundError"):
        cloud.client("s3").get_bucket_replication(Bucket=arguments["Bucket"])
        message = "A replication configuration is present on this bucket, so you cannot change the versioning state. "
        message += "To change the versioning state, first delete the replication configuration."
        raise refusal("InvalidBucketState", message, "PutBucketVersioning")


def _check_name_free(cloud: Cloud, arguments: Arguments) -> None:
    """S3 would answer 200 for one's own bucket in us-east-1; the official provider looks first and refuses."""
    if bucket_region(cloud, arguments["Bucket"]) is None:
        return
    if cloud.region == "us-east-1":
        message = "The requested bucket name is not available. Please select a different name and try again."
        raise refusal("BucketAlreadyExists", message, "CreateBucket")
    message = "Your previous request to create the named bucket succeeded and you already own it."
    raise refusal("BucketAlreadyOwnedByYou", message, "CreateBucket")


def _require(cloud: Cloud, bucket: str, operation: str) -> str:
    region = bucket_region(cloud, bucket)
    if region is None:
        raise refusal("NoSuchBucket", "The specified bucket does not exist", operation)
    return region


# -- inventory configurations ----------------------------------------------------------------------------------------


def _store(cloud: Cloud) -> Any:
    return cloud.within("us-east-1").client("ssm")


def _folder(bucket: str) -> str:
    return f"/slipway/s3/inventory/{bucket}"


def _put_inventory(cloud: Cloud, arguments: Arguments) -> dict[str, Any]:
    _require(cloud, arguments["Bucket"], "PutBucketInventoryConfiguration")
    name, value = f"{_folder(arguments['Bucket'])}/{arguments['Id']}", json.dumps(arguments["InventoryConfiguration"])
    _store(cloud).put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    return {}


def _get_inventory(cloud: Cloud, arguments: Arguments) -> dict[str, Any]:
    _require(cloud, arguments["Bucket"], "GetBucketInventoryConfiguration")
    with absent("ParameterNotFound"):
        found = _store(cloud).get_parameter(Name=f"{_folder(arguments['Bucket'])}/{arguments['Id']}")
        return {"InventoryConfiguration": json.loads(found["Parameter"]["Value"])}
    message = "The specified configuration does not exist."
    raise refusal("NoSuchConfiguration", message, "GetBucketInventoryConfiguration")


def _delete_inventory(cloud: Cloud, arguments: Arguments) -> dict[str, Any]:
    _get_inventory(cloud, arguments)
    _store(cloud).delete_parameter(Name=f"{_folder(arguments['Bucket'])}/{arguments['Id']}")
    return {}


def forget_inventories(cloud: Cloud, bucket: str) -> None:
    """Drop a deleted bucket's inventory configurations."""
    client = _store(cloud)
    for page in client.get_paginator("get_parameters_by_path").paginate(Path=_folder(bucket)):
        for parameter in page["Parameters"]:
            client.delete_parameter(Name=parameter["Name"])


_REFUSALS: dict[str, Callable[[Cloud, Arguments], None]] = {
    "CreateBucket": _check_name_free,
    "PutBucketLogging": _check_log_target,
    "PutBucketNotificationConfiguration": refuse_targets,
    "PutBucketPolicy": _check_policy,
    "PutBucketReplication": _check_replication_targets,
    "PutBucketVersioning": _check_replicates,
}
_OWN: dict[str, Callable[[Cloud, Arguments], dict[str, Any]]] = {
    "DeleteBucketInventoryConfiguration": _delete_inventory,
    "GetBucketInventoryConfiguration": _get_inventory,
    "PutBucketInventoryConfiguration": _put_inventory,
}
