"""The part of an account that belongs to one stack: the ARNs of every kind of resource, and what narrows them further.

Buckets, functions, roles, queues and the like are named by Pulumi after the program's logical names, so each ARN begins
with the service it belongs to. Distributions, certificates, zones and CloudFront's policies get their ids from AWS:
there the account is the border (one account an environment), and a condition on tags or names where AWS has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from slipway.access.needs import Need
from slipway.config import read_file
from slipway.errors import BadInput

__all__ = ["Scope", "arns", "condition", "owners", "read_scope"]

Condition = dict[str, dict[str, str | list[str]]]

_GLOBAL = "us-east-1"  # where CloudFront's certificates, firewalls, metrics and alarms are
_STATIC = ("crates", "index", "releases", "documentation")

# Kind -> what the names of its resources begin with: services of the stack, and what all services share.
_OWNERS: dict[str, tuple[str, ...]] = {
    "bucket": (*_STATIC, "logs"),
    "function": (*_STATIC, "web", "redirect"),
    "role": ("crates", "releases"),
    "schedule": ("releases",),
    "alarm": (*_STATIC, "web", "redirect", "logs"),
    "topic": ("paging",),
    "queue": ("logs",),
    "webacl": ("web",),
    "database": ("downloads",),
    "table": ("downloads",),
    "workgroup": ("downloads",),
}
_SHARED = frozenset({"downloads", "logs", "paging", "redirect"})


@dataclass(frozen=True, slots=True)
class Scope:
    """One stack in its account. `services` are the keys of those it has, `zones` their domains; `ledger` is where its
    ledger lies, if it has one: BUCKET/PREFIX in S3, or a folder, for which nobody needs a right of AWS's."""

    account: str
    region: str
    project: str
    stack: str
    environment: str
    zones: tuple[str, ...]
    services: frozenset[str]
    protected: bool
    ledger: str = ""


def read_scope(stack: str, project: Path, account: str) -> Scope:
    """What `Pulumi.yaml` and `Pulumi.<stack>.yaml` say. Raises BadInput; ConfigError for a mistake in a setting."""
    if not re.fullmatch(r"[0-9]{12}", account):
        raise BadInput(f"{account!r} is no AWS account", "An account's id has twelve digits.")
    settings = project / f"Pulumi.{stack}.yaml"
    config = read_file(settings)
    try:
        name = str(yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))["name"])
        region = str(yaml.safe_load(settings.read_text(encoding="utf-8"))["config"]["aws:region"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        raise BadInput(
            f"{project} has no Pulumi.yaml with a name, or {settings.name} no aws:region", "Both are needed for ARNs."
        ) from None
    services = tuple(config.services())
    return Scope(
        account,
        region,
        name,
        stack,
        config.environment,
        tuple(dict.fromkeys((config.zone, *(zone for _, _, zone in services)))),
        frozenset(key for key, _, _ in services),
        config.protect,
        (config.ledger or "").removeprefix("s3://") if (config.ledger or "").startswith("s3://") else "",
    )


def owners(scope: Scope, kind: str) -> tuple[str, ...]:
    """What the names of a kind's resources begin with in this stack; empty for kinds that AWS gives ids."""
    return tuple(name for name in _OWNERS.get(kind, ()) if name in scope.services or name in _SHARED)


def arns(scope: Scope, kind: str) -> tuple[str, ...]:
    """The resources of a kind, as narrow as they can be named before they are made."""
    return ("*",) if kind == "any" else tuple(_arns(scope, kind))


def _arns(scope: Scope, kind: str) -> Iterator[str]:
    account, state = scope.account, f"slipway-state-{scope.account}-{scope.environment}"
    match kind:
        case "bucket":
            yield from (f"arn:aws:s3:::{name}-*" for name in owners(scope, kind))
        case "object":
            yield from (f"arn:aws:s3:::{name}-*/*" for name in owners(scope, "bucket"))
        case "published-bucket":
            yield from (f"arn:aws:s3:::{name}-*" for name in owners(scope, "bucket") if name in _STATIC)
        case "published":
            yield from (f"arn:aws:s3:::{name}-*/*" for name in owners(scope, "bucket") if name in _STATIC)
        case "index-file":
            yield "arn:aws:s3:::index-*/*"
        case "document":
            yield "arn:aws:s3:::index-*/config.json"
        case "every-bucket":
            yield "arn:aws:s3:::*"
        case "every-object":
            yield "arn:aws:s3:::*/*"
        case "log-bucket":
            yield "arn:aws:s3:::logs-*"
        case "log":
            yield from (f"arn:aws:s3:::logs-*/{folder}/*" for folder in ("cloudfront", "fastly-requests"))
        case "query-result":
            yield "arn:aws:s3:::logs-*/athena/*"
        case "state-bucket":
            yield f"arn:aws:s3:::{state}"
        case "state":
            yield f"arn:aws:s3:::{state}/*"
        case "ledger-bucket" if scope.ledger:
            yield f"arn:aws:s3:::{scope.ledger.partition('/')[0]}"
        case "ledger" if scope.ledger:
            # Production reads staging's, which lies beside its own.
            yield f"arn:aws:s3:::{scope.ledger}/*"
        case "entry" if scope.ledger:
            yield f"arn:aws:s3:::{scope.ledger}/{scope.environment}/*"
        case "ledger-bucket" | "ledger" | "entry":
            return
        case "key":
            yield f"arn:aws:kms:{scope.region}:{account}:key/*"
        case "function":
            yield from (f"arn:aws:cloudfront::{account}:function/{name}-*" for name in owners(scope, kind))
        case "certificate":
            yield f"arn:aws:acm:{_GLOBAL}:{account}:certificate/*"
        case "hostedzone" | "change":
            yield f"arn:aws:route53:::{kind}/*"
        case "role":
            yield from (f"arn:aws:iam::{account}:role/{name}-*" for name in owners(scope, kind))
        case "schedule":
            owned = owners(scope, kind)
            yield from (f"arn:aws:scheduler:{scope.region}:{account}:schedule/default/{name}-*" for name in owned)
        case "alarm":
            named = (*owners(scope, kind), f"page-{scope.project}-{scope.stack}")
            yield from (f"arn:aws:cloudwatch:{_GLOBAL}:{account}:alarm:{name}-*" for name in named)
        case "dashboard":
            yield f"arn:aws:cloudwatch::{account}:dashboard/{scope.project}-{scope.stack}-*"
        case "topic":
            yield from (f"arn:aws:sns:{_GLOBAL}:{account}:{name}-*" for name in owners(scope, kind))
        case "queue":
            yield from (f"arn:aws:sqs:{scope.region}:{account}:{name}-*" for name in owners(scope, kind))
        case "catalog":
            yield f"arn:aws:glue:{scope.region}:{account}:catalog"
        case "database":
            yield from (f"arn:aws:glue:{scope.region}:{account}:database/{name}_*" for name in owners(scope, kind))
        case "table" | "catalog-function":
            word = "table" if kind == "table" else "userDefinedFunction"
            owned = owners(scope, "table")
            yield from (f"arn:aws:glue:{scope.region}:{account}:{word}/{name}_*/*" for name in owned)
        case "workgroup":
            yield from (f"arn:aws:athena:{scope.region}:{account}:workgroup/{name}-*" for name in owners(scope, kind))
        case "webacl":
            yield from (f"arn:aws:wafv2:{_GLOBAL}:{account}:global/webacl/{name}-*/*" for name in owners(scope, kind))
        case _:  # CloudFront's own, known by id: distribution, origin-access-control, cache-policy ...
            yield f"arn:aws:cloudfront::{account}:{kind}/*"


def condition(scope: Scope, need: Need) -> Condition:
    """What narrows an action where its ARN cannot; empty where AWS has no condition that would."""
    match need:
        case Need("cloudfront:CreateDistribution"):
            return {"StringEquals": {"aws:RequestTag/environment": scope.environment}}
        case Need("acm:RequestCertificate"):
            return {
                "StringEquals": {"aws:RequestTag/environment": scope.environment},
                "ForAllValues:StringLike": {"acm:DomainNames": _names(scope)},
            }
        case Need("route53:ChangeResourceRecordSets"):
            key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
            return {"ForAllValues:StringLike": {key: _names(scope)}}
        case Need("iam:PassRole"):
            return {"StringEquals": {"iam:PassedToService": ["s3.amazonaws.com", "scheduler.amazonaws.com"]}}
        case Need("cloudwatch:PutMetricData"):
            return {"StringEquals": {"cloudwatch:namespace": "Slipway/Downloads"}}
        case Need(_, "key"):
            return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/slipway-{scope.environment}"}}
        case Need("s3:PutObject", "entry"):
            # A request that would write over an entry says no If-None-Match (Amazon S3 user guide, "Enforce conditional
            # writes"). The bucket may be in an account of its own.
            return {"Null": {"s3:if-none-match": "false"}}
        case Need(_, "ledger" | "ledger-bucket"):
            return {}
        case Need(_, kind) if arns(scope, kind)[:1] and arns(scope, kind)[0].startswith("arn:aws:s3:"):
            return {"StringEquals": {"s3:ResourceAccount": scope.account}}  # a bucket's name belongs to no account
        case _:
            return {}


def _names(scope: Scope) -> list[str]:
    return [name for zone in scope.zones for name in (zone, f"*.{zone}")]
