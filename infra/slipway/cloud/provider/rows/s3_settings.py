"""The settings of a bucket, one table: S3's operations, what the inputs are called there, what 'not there' looks like.

What each replaces and how it can hurt stands in the facts table. Order-insensitive lists are those of the official
provider's schema.
"""

from __future__ import annotations

from collections.abc import Mapping

from slipway.cloud.provider.compare import same_document
from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.rows import s3_forms as forms
from slipway.cloud.provider.rows.s3_setting import Setting, resource_type
from slipway.cloud.provider.rules import bucket_settings as rules
from slipway.cloud.provider.values import Properties

__all__ = ["ACL", "CORS", "ENCRYPTION", "LOGGING", "POLICY", "PUBLIC_ACCESS", "ROWS", "VERSIONING", "WEBSITE"]


def _is_versioned(properties: Properties) -> bool:
    """S3 has no Disabled: a bucket that never was versioned just says nothing."""
    configuration = properties.get("versioningConfiguration")
    return not (isinstance(configuration, Mapping) and configuration.get("status") == "Disabled")


POLICY = Setting(
    "aws:s3/bucketPolicy:BucketPolicy",
    put="PutBucketPolicy",
    get="GetBucketPolicy",
    remove="DeleteBucketPolicy",
    absent="NoSuchBucketPolicy",
)
VERSIONING = Setting(
    "aws:s3/bucketVersioning:BucketVersioning",
    put="PutBucketVersioning",
    get="GetBucketVersioning",
    remove="PutBucketVersioning",
    removal={"VersioningConfiguration": {"Status": "Suspended"}},
    decode=forms.decode_versioning,
    limits=forms.versioning_failures,
    applies=_is_versioned,
)
PUBLIC_ACCESS = Setting(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    put="PutPublicAccessBlock",
    get="GetPublicAccessBlock",
    remove="DeletePublicAccessBlock",
    absent="NoSuchPublicAccessBlockConfiguration",
    body=("PublicAccessBlockConfiguration",),
    encode=forms.encode_public_access,
)
OWNERSHIP = Setting(
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    put="PutBucketOwnershipControls",
    get="GetBucketOwnershipControls",
    remove="DeleteBucketOwnershipControls",
    absent="OwnershipControlsNotFoundError",
    body=("OwnershipControls",),
)
ENCRYPTION = Setting(  # a bucket always has one: without a setting of its own, SSE-S3
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    put="PutBucketEncryption",
    get="GetBucketEncryption",
    remove="DeleteBucketEncryption",
    absent="ServerSideEncryptionConfigurationNotFoundError",
    body=("ServerSideEncryptionConfiguration",),
)
LIFECYCLE = Setting(
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    put="PutBucketLifecycleConfiguration",
    get="GetBucketLifecycleConfiguration",
    remove="DeleteBucketLifecycle",
    absent="NoSuchLifecycleConfiguration",
    body=("LifecycleConfiguration",),
    beside={"transitionDefaultMinimumObjectSize": "TransitionDefaultMinimumObjectSize"},
    decode=forms.decode_lifecycle,
    limits=rules.lifecycle_failures,
)
CORS = Setting(
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    put="PutBucketCors",
    get="GetBucketCors",
    remove="DeleteBucketCors",
    absent="NoSuchCORSConfiguration",
    body=("CORSConfiguration",),
    limits=rules.cors_failures,
)
LOGGING = Setting(
    "aws:s3/bucketLogging:BucketLogging",
    put="PutBucketLogging",
    get="GetBucketLogging",
    remove="PutBucketLogging",
    removal={"BucketLoggingStatus": {}},
    body=("BucketLoggingStatus", "LoggingEnabled"),
)
NOTIFICATION = Setting(
    "aws:s3/bucketNotification:BucketNotification",
    put="PutBucketNotificationConfiguration",
    get="GetBucketNotificationConfiguration",
    remove="PutBucketNotificationConfiguration",
    removal={"NotificationConfiguration": {}},
    body=("NotificationConfiguration",),
    renames={
        "lambdaFunctions": "LambdaFunctionConfigurations",
        "queues": "QueueConfigurations",
        "topics": "TopicConfigurations",
        "eventbridge": "",
    },
    encode=forms.encode_notification,
    decode=forms.decode_notification,
)
ACL = Setting(  # deleting it does nothing in AWS: the last list of grants stays
    "aws:s3/bucketAcl:BucketAcl",
    put="PutBucketAcl",
    get="GetBucketAcl",
    remove="",
    beside={"acl": "ACL"},
    name_in_id="acl",
    decode=forms.decode_acl,
    limits=forms.acl_failures,
)
REPLICATION = Setting(
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    put="PutBucketReplication",
    get="GetBucketReplication",
    remove="DeleteBucketReplication",
    absent="ReplicationConfigurationNotFoundError",
    body=("ReplicationConfiguration",),
    beside={"token": "Token"},
    limits=rules.replication_failures,
)
INVENTORY = Setting(
    "aws:s3/inventory:Inventory",
    put="PutBucketInventoryConfiguration",
    get="GetBucketInventoryConfiguration",
    remove="DeleteBucketInventoryConfiguration",
    absent="NoSuchConfiguration",
    body=("InventoryConfiguration",),
    renames={
        "name": "Id",
        "enabled": "IsEnabled",
        "destination.bucket": "S3BucketDestination",
        "destination.bucket.bucketArn": "Bucket",
    },
    keys={"name": "Id"},
    separator=":",
    name_in_id="name",
    encode=forms.encode_inventory,
)
WEBSITE = Setting(  # no resource type of its own here: an inline block of a bucket
    "aws:s3/bucket:Bucket",
    put="PutBucketWebsite",
    get="GetBucketWebsite",
    remove="DeleteBucketWebsite",
    absent="NoSuchWebsiteConfiguration",
    body=("WebsiteConfiguration",),
    encode=forms.encode_website,
    decode=forms.decode_website,
    limits=forms.website_failures,
)

_CORS_SETS = ("allowedHeaders", "allowedMethods", "allowedOrigins", "exposeHeaders")

ROWS: tuple[ResourceType, ...] = (
    resource_type(POLICY, same={"policy": same_document}),
    resource_type(
        VERSIONING,
        write_only=frozenset({"mfa", "versioningConfiguration.mfaDelete"}),
        validate_change=rules.versioning_change,
    ),
    resource_type(PUBLIC_ACCESS, local=frozenset({"skipDestroy"})),
    resource_type(OWNERSHIP),
    resource_type(ENCRYPTION, sets=frozenset({"rules", "rules.blockedEncryptionTypes"})),
    resource_type(
        LIFECYCLE,
        sets=frozenset({"rules.transitions", "rules.noncurrentVersionTransitions"}),
        local=frozenset({"timeouts"}),
        filled=frozenset({"transitionDefaultMinimumObjectSize"}),
    ),
    resource_type(CORS, sets=frozenset({"corsRules", *(f"corsRules.{name}" for name in _CORS_SETS)})),
    resource_type(LOGGING, sets=frozenset({"targetGrants"})),
    resource_type(
        NOTIFICATION,
        sets=frozenset(f"{target}.events" for target in ("lambdaFunctions", "queues", "topics")),
        filled=frozenset(f"{target}.id" for target in ("lambdaFunctions", "queues", "topics")),
    ),
    resource_type(ACL, sets=frozenset({"accessControlPolicy.grants"})),
    resource_type(REPLICATION, write_only=frozenset({"token"}), filled=frozenset({"rules.id"})),
    resource_type(INVENTORY, sets=frozenset({"optionalFields"})),
)
