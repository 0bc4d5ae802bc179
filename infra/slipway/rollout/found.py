"""Whether AWS has what a killed engine was creating: each kind of resource by what it is known by in AWS.

A create that only sets something is simply done again (`_AGAIN`). Of the others, a search says the id of what is
there. What somebody else has made must not be taken for ours: where there is more than one that it could be, or one
that says something else, nothing is done. Everything here reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from slipway import aws
from slipway.guard import live
from slipway.guard.permission import Refused
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, ZONE
from slipway.preflight.resources import BUCKET
from slipway.rollout.pending import Pending

__all__ = ["UNFINISHED", "found", "full_name"]

Inputs: TypeAlias = Mapping[str, Any]

_FRESH = 2  # record sets in a zone that was just made: NS and SOA
# Without naming them, ACM lists certificates with RSA keys of up to 2048 bits alone (API Reference, ListCertificates).
_KEYS = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
_GONE = frozenset({"404", "NoSuchBucket", "NoSuchEntity", "NoSuchFunctionExists", "NoSuchHostedZone"})
_GONE |= {"ResourceNotFoundException", "EntityNotFoundException"}

# Their create is a put: of a setting, or of something known by its name alone. Or it makes nothing, and only waits.
_AGAIN = (
    "aws:acm/certificateValidation:",
    "aws:cloudfront/monitoringSubscription:",
    "aws:cloudwatch/compositeAlarm:",
    "aws:cloudwatch/dashboard:",
    "aws:cloudwatch/metricAlarm:",
    "aws:iam/rolePolicy:",
    "aws:s3/bucket",  # and what comes after it: policy, versioning, objects ...; the bucket itself has a search
    "aws:sns/topic:",
    "aws:sns/topicPolicy:",
    "aws:sns/topicSubscription:",
    "aws:sqs/queue:",
    "aws:sqs/queuePolicy:",
    "aws:sqs/redriveAllowPolicy:",
)


UNFINISHED = frozenset({"aws:cloudfront/function:Function"})
"""Whose create is several calls, of which a refresh would not see that the last is missing; `found` looks for that."""


def found(pending: Pending, known: Collection[str]) -> str:
    """The id of what a pending create has made; empty if it has made nothing, or will do so again. `known` are the ids
    that the stack has already.

    Raises Refused if that cannot be told, or if what is there is somebody else's; CloudError if AWS cannot be asked.
    """
    search = _SEARCHES.get(pending.type)
    if search is None:
        if pending.type.startswith(_AGAIN):
            return ""
        raise Refused(
            f"{_what(pending)}: whether AWS has made it cannot be told for {pending.type}",
            "Delete it in AWS if it is there. Then `pulumi refresh --clear-pending-creates`, which forgets about every "
            "create that was under way, and apply again.",
        )
    with aws.reported(f"cannot see whether {pending.name} was made"):
        ids = [id_ for id_ in search(pending) if id_ not in known]
    if len(ids) > 1:
        raise _refused(pending, f"it could be any of {', '.join(ids)}")
    return ids[0] if ids else ""


def _refused(pending: Pending, why: str) -> Refused:
    """What to say of something that is left to a person."""
    return Refused(
        f"{_what(pending)}: {why}", "Look at it in AWS, delete there what is of no use, and apply again with --resume."
    )


def _what(pending: Pending) -> str:
    return f"the engine was interrupted while {pending.operation} {pending.name}"


def _record_set(pending: Pending) -> Iterator[str]:
    inputs = {**pending.inputs, "name": full_name(pending.inputs)}
    there = live.record_set(inputs)
    if there is None:
        return
    if live.is_as_written(there, inputs):
        yield "_".join(
            part for key in ("zoneId", "name", "type", "setIdentifier") if (part := str(inputs.get(key) or ""))
        )
    elif not inputs.get("allowOverwrite"):
        raise _refused(pending, f"{inputs['name']} {inputs['type']} is there with other content: somebody else's")


def full_name(inputs: Inputs) -> str:
    """A record set's name, which may be written relative to its zone. ClientError if Route 53 does not answer."""
    name = str(inputs.get("name") or "").rstrip(".")
    try:
        zone = aws.client("route53").get_hosted_zone(Id=inputs["zoneId"])["HostedZone"]["Name"].rstrip(".")
    except aws.ClientError as error:
        _unless_gone(error)
        return name
    return name if name.endswith(zone) else f"{name}.{zone}".lstrip(".")


def _zone(pending: Pending) -> Iterator[str]:
    """By name, and with nothing in it: one with record sets is not what this apply has begun to make."""
    name = str(pending.inputs["name"]).rstrip(".").lower()
    for page in aws.client("route53").get_paginator("list_hosted_zones").paginate():
        for zone in page["HostedZones"]:
            if zone["Name"].rstrip(".").lower() == name and zone.get("ResourceRecordSetCount", _FRESH) <= _FRESH:
                yield zone["Id"].rpartition("/")[2]


def _certificate(pending: Pending) -> Iterator[str]:
    """By its names, and in nobody's use yet."""
    client = aws.client("acm", region=_region(pending.inputs))
    wanted = {pending.inputs["domainName"], *(pending.inputs.get("subjectAlternativeNames") or ())}
    for page in client.get_paginator("list_certificates").paginate(Includes={"keyTypes": _KEYS}):
        for each in page["CertificateSummaryList"]:
            if each["DomainName"] == pending.inputs["domainName"]:
                whole = client.describe_certificate(CertificateArn=each["CertificateArn"])["Certificate"]
                names = {whole["DomainName"], *whole.get("SubjectAlternativeNames", ())}
                if names == wanted and not whole.get("InUseBy"):
                    yield each["CertificateArn"]


def _distribution(pending: Pending) -> Iterator[str]:
    wanted = _shown(
        pending.inputs.get("aliases") or (),
        pending.inputs.get("comment"),
        (origin["domainName"] for origin in pending.inputs["origins"]),
    )
    for page in aws.client("cloudfront").get_paginator("list_distributions").paginate():
        for each in page["DistributionList"].get("Items", ()):
            origins = (origin["DomainName"] for origin in each["Origins"]["Items"])
            if _shown(each["Aliases"].get("Items", ()), each.get("Comment"), origins) == wanted:
                yield each["Id"]


def _shown(aliases: Iterable[str], comment: str | None, origins: Iterable[str]) -> tuple[object, ...]:
    return sorted(aliases), comment or "", sorted(origins)


def _bucket(pending: Pending) -> Iterator[str]:
    """A bucket's name is its own in all of AWS."""
    name = str(pending.inputs["bucket"])
    try:
        aws.client("s3", region=_region(pending.inputs)).head_bucket(Bucket=name)
        yield name
    except aws.ClientError as error:
        if aws.code_of(error) in ("403", "AccessDenied", "Forbidden"):
            raise _refused(pending, f"the bucket {name} is somebody else's") from None
        _unless_gone(error)


def _function(pending: Pending) -> Iterator[str]:
    """By name. Creating one is two calls: it is made, and then published; no refresh would do the second."""
    client, name = aws.client("cloudfront"), pending.inputs["name"]
    try:
        client.describe_function(Name=name, Stage="DEVELOPMENT")
    except aws.ClientError as error:
        _unless_gone(error)
        return
    try:
        client.describe_function(Name=name, Stage="LIVE")
    except aws.ClientError as error:
        _unless_gone(error)
        if pending.inputs.get("publish", True):
            raise _refused(pending, f"the function {name} is made, and not published") from None
    yield name


def _access_control(pending: Pending) -> Iterator[str]:
    """OriginAccessControls have names of their own in an account."""
    pages = aws.client("cloudfront").get_paginator("list_origin_access_controls").paginate()
    for page in pages:
        for each in page["OriginAccessControlList"].get("Items", ()):
            if each["Name"] == pending.inputs["name"]:
                yield each["Id"]


def _policy(kind: str) -> Callable[[Pending], Iterator[str]]:
    """The search for one of CloudFront's three kinds of policy, whose answers are alike."""

    def search(pending: Pending) -> Iterator[str]:
        ask = getattr(aws.client("cloudfront"), f"list_{kind}_policies")
        marker: dict[str, str] = {}
        while True:
            (listed,) = (value for key, value in ask(Type="custom", **marker).items() if key.endswith("PolicyList"))
            for each in listed.get("Items", ()):
                (policy,) = (value for key, value in each.items() if key.endswith("Policy"))
                (config,) = (value for key, value in policy.items() if key.endswith("Config"))
                if config["Name"] == pending.inputs["name"]:
                    yield policy["Id"]
            if not listed.get("NextMarker"):
                return
            marker = {"Marker": listed["NextMarker"]}

    return search


def _role(pending: Pending) -> Iterator[str]:
    try:
        yield aws.client("iam").get_role(RoleName=pending.inputs["name"])["Role"]["RoleName"]
    except aws.ClientError as error:
        _unless_gone(error)


def _schedule(pending: Pending) -> Iterator[str]:
    name, group = pending.inputs["name"], pending.inputs.get("groupName") or "default"
    try:
        aws.client("scheduler", region=_region(pending.inputs)).get_schedule(Name=name, GroupName=group)
        yield f"{group}/{name}"
    except aws.ClientError as error:
        _unless_gone(error)


def _database(pending: Pending) -> Iterator[str]:
    name = pending.inputs["name"]
    try:
        found = aws.client("glue", region=_region(pending.inputs)).get_database(Name=name)["Database"]
        yield f"{found['CatalogId']}:{name}"
    except aws.ClientError as error:
        _unless_gone(error)


def _table(pending: Pending) -> Iterator[str]:
    name, database = pending.inputs["name"], pending.inputs["databaseName"]
    try:
        found = aws.client("glue", region=_region(pending.inputs)).get_table(DatabaseName=database, Name=name)["Table"]
        yield f"{found['CatalogId']}:{database}:{name}"
    except aws.ClientError as error:
        _unless_gone(error)


def _workgroup(pending: Pending) -> Iterator[str]:
    """Out of the list: asked for one that is not there, Athena says that the request is invalid, and no more."""
    client, asked = aws.client("athena", region=_region(pending.inputs)), dict[str, str]()
    while True:
        answer = client.list_work_groups(**asked)
        yield from (each["Name"] for each in answer["WorkGroups"] if each["Name"] == pending.inputs["name"])
        if not answer.get("NextToken"):
            return
        asked = {"NextToken": answer["NextToken"]}


def _region(inputs: Inputs) -> str:
    return str(inputs.get("region") or "")


def _unless_gone(error: aws.ClientError) -> None:
    if aws.code_of(error) not in _GONE:
        raise error


_SEARCHES: dict[str, Callable[[Pending], Iterator[str]]] = {
    CERTIFICATE: _certificate,
    DISTRIBUTION: _distribution,
    RECORD: _record_set,
    ZONE: _zone,
    **dict.fromkeys(BUCKET, _bucket),
    "aws:athena/workgroup:Workgroup": _workgroup,
    "aws:cloudfront/cachePolicy:CachePolicy": _policy("cache"),
    "aws:cloudfront/function:Function": _function,
    "aws:cloudfront/originAccessControl:OriginAccessControl": _access_control,
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": _policy("origin_request"),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _policy("response_headers"),
    "aws:glue/catalogDatabase:CatalogDatabase": _database,
    "aws:glue/catalogTable:CatalogTable": _table,
    "aws:iam/role:Role": _role,
    "aws:scheduler/schedule:Schedule": _schedule,
}
