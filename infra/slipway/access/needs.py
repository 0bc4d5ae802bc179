"""What each resource type, and each command of ours, needs of AWS: the one table that every role is made of.

An action stands as `Name@kind`: `kind` is the kind of resource that it is granted on (`scope.py` has their ARNs). It is
left out where it is the row's own. `@any` marks the actions that AWS knows no resource for, or documents as usable on
`*` alone; the tests hold each of them against the Service Authorization Reference.

Sources: the AWS provider's own calls for a resource (hashicorp/terraform-provider-aws v6, which pulumi_aws 7 is made
of), and for the actions and their resources the AWS Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["LEDGER_KEPT", "PROTECTED", "STATE_READ", "STATE_WRITE", "TASKS", "TYPES", "Need", "Needs"]


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """An action such as `s3:GetObject`, on a kind of resource."""

    action: str
    kind: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What the provider calls to read, write (create and update) and delete resources of one type."""

    read: tuple[Need, ...]
    write: tuple[Need, ...]
    delete: tuple[Need, ...]

    def __iter__(self) -> Iterator[Need]:
        return iter((*self.read, *self.write, *self.delete))


def _parsed(default: str, text: str) -> tuple[Need, ...]:
    """`default` is the row's `service:kind`; `text` its actions, those of another service with that in front."""
    service, _, kind = default.partition(":")
    found = []
    for word in text.split():
        action, _, on = word.partition("@")
        found.append(Need(action if ":" in action else f"{service}:{action}", on or kind))
    return tuple(found)


def _needs(default: str, *, read: str, write: str, delete: str = "") -> Needs:
    return Needs(_parsed(default, read), _parsed(default, write), _parsed(default, delete))


def _setting(read: str, write: str, delete: str = "") -> Needs:
    """A setting of a bucket: taking it away is writing it, unless S3 has an action of its own."""
    return _needs("s3:bucket", read=f"ListBucket {read}", write=write, delete=delete or write)


TYPES: dict[str, Needs] = {
    "aws:s3/bucket:Bucket": _needs(
        "s3:bucket",
        # One read of a bucket asks for every older setting of it, whether the program has it or not.
        read="ListBucket ListTagsForResource GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation "
        "GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging "
        "GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration "
        "GetReplicationConfiguration",
        write="CreateBucket PutBucketTagging TagResource UntagResource",
        # forceDestroy empties the bucket first.
        delete="DeleteBucket ListBucketVersions DeleteObject@object DeleteObjectVersion@object",
    ),
    "aws:s3/bucketAcl:BucketAcl": _setting("GetBucketAcl", "PutBucketAcl"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _setting(
        "GetLifecycleConfiguration", "PutLifecycleConfiguration"
    ),
    "aws:s3/bucketLogging:BucketLogging": _setting("GetBucketLogging", "PutBucketLogging"),
    "aws:s3/bucketNotification:BucketNotification": _setting("GetBucketNotification", "PutBucketNotification"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _setting(
        "GetBucketOwnershipControls", "PutBucketOwnershipControls"
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _setting("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _setting(
        "GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _setting(
        "GetReplicationConfiguration", "PutReplicationConfiguration iam:PassRole@role"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _setting(
        "GetEncryptionConfiguration", "PutEncryptionConfiguration"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _setting("GetBucketVersioning", "PutBucketVersioning"),
    "aws:s3/bucketObjectv2:BucketObjectv2": _needs(
        "s3:document",
        read="GetObject GetObjectTagging ListBucket@bucket",
        write="PutObject PutObjectTagging",
        delete="DeleteObject DeleteObjectVersion ListBucketVersions@bucket",
    ),
    "aws:cloudfront/distribution:Distribution": _needs(
        "cloudfront:distribution",
        read="GetDistribution ListTagsForResource",
        # Standard logging makes CloudFront look at the log bucket's ACL, and write it, with the caller's rights.
        write="CreateDistribution@any UpdateDistribution TagResource UntagResource s3:GetBucketAcl@bucket "
        "s3:PutBucketAcl@bucket wafv2:GetWebACL@webacl",
        delete="UpdateDistribution DeleteDistribution",
    ),
    "aws:cloudfront/originAccessControl:OriginAccessControl": _needs(
        "cloudfront:origin-access-control",
        read="GetOriginAccessControl",
        write="CreateOriginAccessControl@any UpdateOriginAccessControl",
        delete="DeleteOriginAccessControl",
    ),
    "aws:cloudfront/function:Function": _needs(
        "cloudfront:function",
        read="DescribeFunction GetFunction ListTagsForResource",
        write="CreateFunction@any UpdateFunction PublishFunction TagResource UntagResource",
        delete="DeleteFunction",
    ),
    "aws:cloudfront/cachePolicy:CachePolicy": _needs(
        "cloudfront:cache-policy",
        read="GetCachePolicy",
        write="CreateCachePolicy@any UpdateCachePolicy",
        delete="DeleteCachePolicy",
    ),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": _needs(
        "cloudfront:origin-request-policy",
        read="GetOriginRequestPolicy",
        write="CreateOriginRequestPolicy@any UpdateOriginRequestPolicy",
        delete="DeleteOriginRequestPolicy",
    ),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _needs(
        "cloudfront:response-headers-policy",
        read="GetResponseHeadersPolicy",
        write="CreateResponseHeadersPolicy@any UpdateResponseHeadersPolicy",
        delete="DeleteResponseHeadersPolicy",
    ),
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": _needs(
        "cloudfront:any",
        read="GetMonitoringSubscription",
        write="CreateMonitoringSubscription",
        delete="DeleteMonitoringSubscription",
    ),
    "aws:acm/certificate:Certificate": _needs(
        "acm:certificate",
        read="DescribeCertificate ListTagsForCertificate",
        write="RequestCertificate@any UpdateCertificateOptions AddTagsToCertificate RemoveTagsFromCertificate",
        delete="DeleteCertificate",
    ),
    "aws:acm/certificateValidation:CertificateValidation": _needs(
        "acm:certificate", read="DescribeCertificate", write="DescribeCertificate"
    ),
    "aws:route53/zone:Zone": _needs(
        "route53:hostedzone",
        read="GetHostedZone ListTagsForResource",
        write="CreateHostedZone@any UpdateHostedZoneComment ChangeTagsForResource GetChange@change",
        # forceDestroy removes the records first, and DNSSEC if it is on.
        delete="DeleteHostedZone ListResourceRecordSets ChangeResourceRecordSets GetDNSSEC GetChange@change",
    ),
    "aws:route53/record:Record": _needs(
        "route53:hostedzone",
        read="GetHostedZone ListResourceRecordSets",
        write="ChangeResourceRecordSets GetChange@change",
        delete="ChangeResourceRecordSets GetChange@change",
    ),
    "aws:iam/role:Role": _needs(
        "iam:role",
        read="GetRole ListRolePolicies ListAttachedRolePolicies",
        write="CreateRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole",
        delete="DeleteRole ListInstanceProfilesForRole",
    ),
    "aws:iam/rolePolicy:RolePolicy": _needs(
        "iam:role", read="GetRolePolicy", write="PutRolePolicy", delete="DeleteRolePolicy"
    ),
    "aws:scheduler/schedule:Schedule": _needs(
        "scheduler:schedule",
        read="GetSchedule",
        write="CreateSchedule UpdateSchedule iam:PassRole@role",
        delete="DeleteSchedule",
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _needs(
        "cloudwatch:alarm",
        read="DescribeAlarms@any ListTagsForResource",
        write="PutMetricAlarm TagResource UntagResource",
        delete="DeleteAlarms",
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _needs(
        "cloudwatch:alarm",
        read="DescribeAlarms@any ListTagsForResource",
        write="PutCompositeAlarm@any TagResource UntagResource",
        delete="DeleteAlarms",
    ),
    "aws:cloudwatch/dashboard:Dashboard": _needs(
        "cloudwatch:dashboard", read="GetDashboard", write="PutDashboard", delete="DeleteDashboards"
    ),
    "aws:sns/topic:Topic": _needs(
        "sns:topic",
        read="GetTopicAttributes ListTagsForResource",
        write="CreateTopic SetTopicAttributes TagResource UntagResource",
        delete="DeleteTopic",
    ),
    "aws:sns/topicPolicy:TopicPolicy": _needs(
        "sns:topic", read="GetTopicAttributes", write="SetTopicAttributes", delete="SetTopicAttributes"
    ),
    "aws:sns/topicSubscription:TopicSubscription": _needs(
        "sns:topic",
        read="GetSubscriptionAttributes@any",
        write="Subscribe SetSubscriptionAttributes@any",
        delete="Unsubscribe@any",
    ),
    "aws:sqs/queue:Queue": _needs(
        "sqs:queue",
        read="GetQueueAttributes GetQueueUrl ListQueueTags",
        write="CreateQueue SetQueueAttributes TagQueue UntagQueue",
        delete="DeleteQueue",
    ),
    "aws:sqs/queuePolicy:QueuePolicy": _needs(
        "sqs:queue", read="GetQueueAttributes", write="SetQueueAttributes", delete="SetQueueAttributes"
    ),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _needs(
        "sqs:queue", read="GetQueueAttributes", write="SetQueueAttributes", delete="SetQueueAttributes"
    ),
    # What is done in the catalog is asked for on the catalog, and on all that is above or in what is named.
    "aws:glue/catalogDatabase:CatalogDatabase": _needs(
        "glue:database",
        read="GetDatabase GetDatabase@catalog GetTags",
        write="CreateDatabase CreateDatabase@catalog UpdateDatabase UpdateDatabase@catalog TagResource UntagResource",
        delete="DeleteDatabase DeleteDatabase@catalog DeleteDatabase@table DeleteDatabase@catalog-function",
    ),
    "aws:glue/catalogTable:CatalogTable": _needs(
        "glue:table",
        read="GetTable GetTable@database GetTable@catalog GetPartitionIndexes GetPartitionIndexes@database "
        "GetPartitionIndexes@catalog",
        write="CreateTable CreateTable@database CreateTable@catalog UpdateTable UpdateTable@database "
        "UpdateTable@catalog",
        delete="DeleteTable DeleteTable@database DeleteTable@catalog",
    ),
    "aws:athena/workgroup:Workgroup": _needs(
        "athena:workgroup",
        read="GetWorkGroup ListTagsForResource",
        write="CreateWorkGroup UpdateWorkGroup TagResource UntagResource",
        delete="DeleteWorkGroup",
    ),
    "aws:wafv2/webAcl:WebAcl": _needs(
        "wafv2:webacl",
        read="GetWebACL ListTagsForResource",
        write="CreateWebACL UpdateWebACL TagResource UntagResource",
        delete="DeleteWebACL",
    ),
}
"""Resource type -> what the provider needs for it."""

PROTECTED: tuple[Need, ...] = (
    Need("cloudfront:DeleteDistribution", "distribution"),
    Need("route53:DeleteHostedZone", "hostedzone"),
    Need("s3:DeleteBucket", "every-bucket"),
    Need("s3:DeleteObject", "object"),
    # The state's old versions, too: they are what a lost state is brought back from.
    Need("s3:DeleteObjectVersion", "every-object"),
)
"""What nobody may do to a stack that is protected: its zones, buckets and distributions outlive any diff."""

TASKS: dict[str, tuple[Need, ...]] = {
    # It asks which account this is, and for the canonical user that its log bucket's ACL names.
    "the program": _parsed("s3:any", "ListAllMyBuckets sts:GetCallerIdentity"),
    # Whoever judges or approves writes that down as well.
    "the ledger": _parsed("s3:ledger", "GetObject ListBucket@ledger-bucket PutObject@entry"),
    # What still leads to a distribution, or uses a bucket, before it is deleted.
    "the guard": _parsed("cloudfront:any", "ListDistributions route53:ListHostedZones"),
    # What a killed engine has made is found by what it is called.
    "slipway apply": _parsed(
        "cloudfront:any",
        "ListDistributions ListOriginAccessControls ListCachePolicies ListOriginRequestPolicies "
        "ListResponseHeadersPolicies acm:ListCertificates route53:ListHostedZones athena:ListWorkGroups",
    ),
    "slipway watch": _parsed("cloudwatch:any", "GetMetricData"),
    "slipway invalidate": _parsed("cloudfront:distribution", "CreateInvalidation GetInvalidation"),
    # Giving an alias away is an update of the distribution that has it.
    # Promoting needs no action of its own (API reference, UpdateDistributionWithStagingConfig).
    "slipway move": _parsed(
        "cloudfront:distribution",
        "AssociateAlias UpdateDistribution GetDistribution CreateDistribution@any TagResource ListTagsForResource "
        "ListDistributions@any CreateContinuousDeploymentPolicy@any ListContinuousDeploymentPolicies@any "
        "GetContinuousDeploymentPolicy@continuous-deployment-policy "
        "UpdateContinuousDeploymentPolicy@continuous-deployment-policy "
        "DeleteContinuousDeploymentPolicy@continuous-deployment-policy",
    ),
    # A write that is conditional on an ETag needs the right to read (Amazon S3 user guide, conditional writes).
    "slipway index set-dl": _parsed("s3:document", "GetObject GetObjectVersion PutObject GetObject@index-file"),
    "slipway releases index": _parsed("s3:published", "GetObject PutObject ListBucket@published-bucket"),
    # Dead letters go back by receiving, sending and deleting them. A metric has no ARN.
    "slipway downloads": _parsed(
        "sqs:queue",
        "ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes GetQueueUrl SendMessage "
        "s3:GetObject@log s3:ListBucket@log-bucket cloudwatch:PutMetricData@any",
    ),
    # Athena reads the table and the logs, and writes results, with the caller's rights.
    "slipway downloads on Athena": _parsed(
        "athena:workgroup",
        "GetWorkGroup StartQueryExecution GetQueryExecution GetQueryResults StopQueryExecution "
        "glue:GetDatabase@catalog glue:GetDatabase@database "
        "glue:GetTable@catalog glue:GetTable@database glue:GetTable@table "
        "s3:GetBucketLocation@log-bucket s3:ListBucketMultipartUploads@log-bucket "
        "s3:GetObject@query-result s3:PutObject@query-result s3:AbortMultipartUpload@query-result "
        "s3:ListMultipartUploadParts@query-result",
    ),
    "publishing": _parsed("s3:published", "GetObject PutObject ListBucket@published-bucket"),
}
"""What our own commands and the publisher need beyond the types."""

LEDGER_KEPT: tuple[Need, ...] = (Need("s3:DeleteObject", "ledger"), Need("s3:DeleteObjectVersion", "ledger"))
"""What nobody may do to a ledger: it is appended to, and nothing else."""

STATE_READ: tuple[Need, ...] = _parsed("s3:state", "GetObject ListBucket@state-bucket kms:Decrypt@key")
"""A preview reads the state and takes no lock (pulumi 3.259, backend/diy)."""

STATE_WRITE: tuple[Need, ...] = (
    *STATE_READ,
    # A lock is an object that the engine writes and deletes.
    *_parsed("s3:state", "PutObject DeleteObject kms:Encrypt@key"),
)
