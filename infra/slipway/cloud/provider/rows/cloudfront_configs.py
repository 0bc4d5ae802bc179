"""CloudFront's policies and identities: all one pattern, a configuration document under an id and an ETag.

Each is created from its document, read with its ETag, updated as a whole under If-Match, and deleted under If-Match
unless a distribution still refers to it. One line of a table says what differs.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows import kept
from slipway.cloud.provider.rows.shared import absent
from slipway.cloud.provider.rules.distributions import refuse_ttl_order
from slipway.cloud.provider.rules.in_use import refuse_in_use
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape, service_model
from slipway.cloud.provider.values import Properties

__all__ = ["ROWS"]


@dataclass(frozen=True, slots=True)
class _Document:
    """One kind of document: `kind` as in the operations' names, `config` the member that holds it."""

    token: str
    kind: str
    config: str
    arn: str  # the resource part of the ARN, before the id
    referrer: str  # the member of a distribution that holds the id
    renames: Mapping[str, str] = field(default_factory=dict)
    sets: frozenset[str] = frozenset()
    fixed: Mapping[str, str] = field(default_factory=dict)  # required members the program may leave out
    is_kept: bool = False  # MiniStack has no API for it: see `kept`

    @property
    def translation(self) -> Translation:
        return Translation(member_shape("cloudfront", f"Create{self.kind}", self.config), self.renames)

    @property
    def result(self) -> str:
        """The member of the answers that holds the document; its name is not always the operations'."""
        output = service_model("cloudfront").operation_model(f"Get{self.kind}").output_shape
        return str(next(name for name in output.members if name != "ETag"))

    def call(self, cloud: Cloud, verb: str, **arguments: Any) -> dict[str, Any]:
        """One operation on the document, with CloudFront's arguments and CloudFront's answer."""
        if self.is_kept:
            return _kept_call(self, cloud, verb, arguments)
        answer: dict[str, Any] = getattr(cloud.client("cloudfront"), xform_name(f"{verb}{self.kind}"))(**arguments)
        return answer


_NAME_LISTS = frozenset(
    f"{part}.{inner}.items"
    for part, inner in (
        ("headersConfig", "headers"),
        ("cookiesConfig", "cookies"),
        ("queryStringsConfig", "queryStrings"),
    )
)
_KEYED = frozenset(f"parametersInCacheKeyAndForwardedToOrigin.{path}" for path in _NAME_LISTS)
_HEADERS = frozenset(
    f"corsConfig.accessControl{part}.items"
    for part in ("AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders")
) | {"customHeadersConfig.items", "removeHeadersConfig.items"}

_DOCUMENTS = (
    _Document(
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        "OriginAccessControl",
        "OriginAccessControlConfig",
        "origin-access-control",
        "OriginAccessControlId",
        fixed={"Description": "Managed by Pulumi"},
    ),
    _Document(
        "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
        "CloudFrontOriginAccessIdentity",
        "CloudFrontOriginAccessIdentityConfig",
        "origin-access-identity",
        "OriginAccessIdentity",
        fixed={"Comment": ""},
        is_kept=True,
    ),
    _Document(
        "aws:cloudfront/cachePolicy:CachePolicy",
        "CachePolicy",
        "CachePolicyConfig",
        "cache-policy",
        "CachePolicyId",
        sets=_KEYED,
    ),
    _Document(
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
        "OriginRequestPolicy",
        "OriginRequestPolicyConfig",
        "origin-request-policy",
        "OriginRequestPolicyId",
        sets=_NAME_LISTS,
    ),
    _Document(
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        "ResponseHeadersPolicy",
        "ResponseHeadersPolicyConfig",
        "response-headers-policy",
        "ResponseHeadersPolicyId",
        sets=_HEADERS,
    ),
    _Document(
        "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy",
        "ContinuousDeploymentPolicy",
        "ContinuousDeploymentPolicyConfig",
        "continuous-deployment-policy",
        "ContinuousDeploymentPolicyId",
        renames={"stagingDistributionDnsNames.quantity": ""},
        sets=frozenset({"stagingDistributionDnsNames.items"}),
    ),
)


def _kept_call(document: _Document, cloud: Cloud, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
    kind, resource_id, config = document.kind, arguments.get("Id", ""), arguments.get(document.config)
    if verb == "Create" and config is not None:
        resource_id = kept.create(cloud, kind, config)
    elif verb == "Update" and config is not None:
        kept.replace(cloud, kind, resource_id, config, arguments["IfMatch"])
    elif verb == "Delete":
        kept.delete(cloud, kind, resource_id)
        return {}
    body, version, changed = kept.get(cloud, kind, resource_id)
    canonical = hashlib.sha256(resource_id.encode()).hexdigest()
    result = {"Id": resource_id, document.config: body, "LastModifiedTime": changed, "S3CanonicalUserId": canonical}
    return {document.result: result, "ETag": version}


def _config(document: _Document, properties: Properties, reference: str) -> dict[str, Any]:
    config = {**document.fixed, **document.translation.to_aws(properties)}
    if "MinTTL" in document.translation.shape.required_members:
        config.setdefault("MinTTL", 0)
        config.setdefault("DefaultTTL", max(86400, config["MinTTL"]))
        config.setdefault("MaxTTL", max(31536000, config["DefaultTTL"]))
    if "CallerReference" in document.translation.shape.members:
        config["CallerReference"] = reference
    return config


def _check_order(document: _Document, config: dict[str, Any], operation: str) -> None:
    if "MaxTTL" in config:
        ttls = (config["MinTTL"], config["DefaultTTL"], config["MaxTTL"])
        refuse_ttl_order(document.kind, *ttls, operation, "InvalidArgument")


def _row(document: _Document) -> ResourceType:
    """The row of one kind of document."""

    def create(op: Operation) -> str:
        config = _config(document, op.new, uuid.uuid4().hex)
        _check_order(document, config, f"Create{document.kind}")
        return str(document.call(op.cloud, "Create", **{document.config: config})[document.result]["Id"])

    def read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
        with absent(f"NoSuch{document.kind}", "NoSuchResource"):
            answer = document.call(cloud, "Get", Id=resource_id)
            return _seen(document, cloud, resource_id, answer)
        return None

    def update(op: Operation) -> None:
        answer = document.call(op.cloud, "Get", Id=op.id)
        before = answer[document.result][document.config]
        config = _config(document, op.new, before.get("CallerReference", ""))
        _check_order(document, config, f"Update{document.kind}")
        document.call(op.cloud, "Update", Id=op.id, IfMatch=answer["ETag"], **{document.config: config})

    def delete(op: Operation) -> None:
        with absent(f"NoSuch{document.kind}", "NoSuchResource"), op.cloud.lock("distributions"):
            answer = document.call(op.cloud, "Get", Id=op.id)
            ids = {op.id, f"origin-access-identity/cloudfront/{op.id}"}
            refuse_in_use(
                op.cloud,
                lambda name, value: name == document.referrer and value in ids,
                f"{document.kind}InUse",
                f"{document.arn} {op.id}",
                f"Delete{document.kind}",
            )
            document.call(op.cloud, "Delete", Id=op.id, IfMatch=answer["ETag"])

    def validate(properties: Properties, failures: list[Failure]) -> None:
        document.translation.to_aws(properties, failures)

    return ResourceType(
        document.token,
        create=create,
        read=read,
        update=update,
        delete=delete,
        validate=validate,
        sets=document.sets,
        volatile=frozenset({"etag", "lastModifiedTime"}),
    )


def _seen(document: _Document, cloud: Cloud, resource_id: str, answer: dict[str, Any]) -> Properties:
    body = answer[document.result]
    properties = document.translation.from_aws(body[document.config], input_shape(document.token))
    names = properties.get("stagingDistributionDnsNames")
    if names is not None:
        names["quantity"] = len(names.get("items", []))
    properties["arn"] = f"arn:aws:cloudfront::{cloud.account}:{document.arn}/{resource_id}"
    properties["etag"] = answer["ETag"]
    if body.get("LastModifiedTime"):
        properties["lastModifiedTime"] = body["LastModifiedTime"].isoformat()
    if document.referrer == "OriginAccessIdentity":
        user = f"CloudFront Origin Access Identity {resource_id}"
        properties |= {
            "callerReference": body[document.config]["CallerReference"],
            "cloudfrontAccessIdentityPath": f"origin-access-identity/cloudfront/{resource_id}",
            "iamArn": f"arn:aws:iam::cloudfront:user/{user}",
            "s3CanonicalUserId": body["S3CanonicalUserId"],
        }
    return properties


ROWS = tuple(_row(document) for document in _DOCUMENTS)
