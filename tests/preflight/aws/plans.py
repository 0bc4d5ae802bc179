"""Edits of the small site (tests/cases/site_previews.py): for each refusal one it predicts and one it lets pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Edit: TypeAlias = Callable[[Any], None]
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
IN_ZONE = {"zoneId": ("Zzone", "zone")}
TO_CDN = {"ttl": 300, "records": (["dcdn.cloudfront.net"], "cdn"), **IN_ZONE}
WEIGHTED = {"setIdentifier": "cloudfront", "weightedRoutingPolicies": [{"weight": 255}]}


def secure(arn: str, *sources: str) -> tuple[Any, ...]:
    return {"acmCertificateArn": arn, "sslSupportMethod": "sni-only"}, *sources


def behaviour(**settings: object) -> dict[str, object]:
    return {"targetOriginId": "s3", "defaultTtl": 86400, **settings}


# -- record sets


def address_beside_a_cname(site: Any) -> None:
    site.create("record", "static-a", name="static.example.org", type="A", ttl=60, records=["192.0.2.1"], **IN_ZONE)


def type_changed_in_place(site: Any) -> None:
    site.update("static", type="A", ttl=None, records=None, aliases=([{"name": "dcdn.cloudfront.net"}], "cdn"))


def weighted_beside_simple(site: Any) -> None:
    site.create("record", "share", name="Static.example.org.", type="CNAME", **TO_CDN, **WEIGHTED)
    site.delete("static")


def member_added_while_the_other_is_converted(site: Any) -> None:
    site.update("static", **WEIGHTED)
    other = {**WEIGHTED, "setIdentifier": "fastly"}
    site.create("record", "fastly", name="static", type="CNAME", ttl=300, records=["f.example.net"], **IN_ZONE, **other)


def member_added_after_the_other_is_converted(site: Any) -> None:
    site.update("static", **WEIGHTED)
    other = {**WEIGHTED, "setIdentifier": "fastly"}
    after = {"ttl": 300, "records": (["f.example.net"], "static"), **IN_ZONE}
    site.create("record", "fastly", name="static", type="CNAME", **after, **other)


def renamed(site: Any, **more: object) -> None:
    site.create("record", "static-renamed", name="static.example.org", type="CNAME", **TO_CDN, **more)
    site.delete("static")


def renamed_overwriting(site: Any) -> None:
    renamed(site, allowOverwrite=True)


def cname_at_apex(site: Any) -> None:
    site.create("record", "apex", name="example.org", type="CNAME", **TO_CDN)


def alias_at_apex(site: Any) -> None:
    site.create("record", "apex", name="", type="A", aliases=([{"name": "dcdn.cloudfront.net"}], "cdn"), **IN_ZONE)


def name_that_only_looks_inside(site: Any) -> None:
    site.create("record", "outside", name="fooexample.org", type="A", ttl=60, records=["192.0.2.1"], **IN_ZONE)


def name_of_another_zone_is_completed(site: Any) -> None:
    site.create("record", "outside", name="www.example.com", type="A", ttl=60, records=["192.0.2.1"], **IN_ZONE)


def weight(number: int) -> Edit:
    def edit(site: Any) -> None:
        share = {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": number}]}
        site.create("record", "share", name="www.example.org", type="CNAME", **TO_CDN, **share)

    return edit


def zone_of_others_deleted(site: Any) -> None:
    site.has("zone", "other", name="example.net")
    site.delete("other")


def zone_deleted_after_its_records(site: Any) -> None:
    site.has("zone", "other", name="example.net")
    site.has(
        "record", "www", name="www.example.net", type="A", ttl=60, records=["192.0.2.1"], zoneId=("Zother", "other")
    )
    site.delete("other")
    site.delete("www")


# -- distributions


def alias_moved(site: Any) -> None:
    site.serve("green", [], "arn:cert", "issued")
    site.update("cdn", aliases=[])
    site.update("green", aliases=["static.example.org"])


def alias_taken_off_first(site: Any) -> None:
    site.serve("green", [], "arn:cert", "issued")
    site.update("cdn", aliases=[])
    site.update("green", aliases=["static.example.org"], comment=("behind blue", "cdn"))


def distribution_renamed(site: Any) -> None:
    site.create("distribution", "cdn-2", aliases=["static.example.org"], viewerCertificate=secure("arn:cert", "issued"))
    site.delete("cdn")


def certificate_dropped(site: Any) -> None:
    site.update("cdn", viewerCertificate={"cloudfrontDefaultCertificate": True})


def certificate_and_aliases_dropped(site: Any) -> None:
    site.update("cdn", viewerCertificate={"cloudfrontDefaultCertificate": True}, aliases=[])


def served_by(site: Any, source: str, waits: bool = True) -> None:
    site.create("certificate", "new", domainName="new.example.org", validationMethod="DNS")
    unproven = (UNKNOWN, "new")
    site.create("record", "proof", name=unproven, type=unproven, ttl=60, records=([UNKNOWN], "new"), **IN_ZONE)
    if waits:
        proofs = ([UNKNOWN], "proof")
        site.create("validation", "waited", certificateArn=(UNKNOWN, "new"), validationRecordFqdns=proofs)
    site.create("distribution", "cdn-2", aliases=["new.example.org"], viewerCertificate=secure(UNKNOWN, source))


def certificate_used_at_once(site: Any) -> None:
    served_by(site, "new")


def certificate_without_validation(site: Any) -> None:
    served_by(site, "new", waits=False)


def certificate_waited_for(site: Any) -> None:
    served_by(site, "waited")


def certificate_imported(site: Any) -> None:
    site.create("certificate", "own", certificateBody="pem", privateKey="[secret]")
    site.create("distribution", "cdn-2", aliases=["own.example.org"], viewerCertificate=secure(UNKNOWN, "own"))


def alias_not_covered(site: Any) -> None:
    site.update("cdn", aliases=["static.example.org", "a.b.example.org"])


def alias_covered_by_a_wildcard(site: Any) -> None:
    site.has("certificate", "cert", domainName="*.example.org", validationMethod="DNS")
    site.update("cdn", aliases=["static.example.org", "b.example.org"])


def certificate_in(region: str) -> Edit:
    def edit(site: Any) -> None:
        arn = f"arn:aws:acm:{region}:123456789012:certificate/1"
        site.create("distribution", "cdn-2", aliases=["new.example.org"], viewerCertificate=secure(arn))

    return edit


def default_ttl_above_maximum(site: Any) -> None:
    site.update("cdn", defaultCacheBehavior=behaviour(defaultTtl=31536000, maxTtl=86400))


def ttls_in_order(site: Any) -> None:
    site.update("cdn", defaultCacheBehavior=behaviour(minTtl=0, maxTtl=86400))


POLICY = "aws:cloudfront/cachePolicy:CachePolicy"


def policy_ttl_above_the_default_maximum(site: Any) -> None:
    site.create(POLICY, "long", name="long", defaultTtl=40_000_000)


def policy_ttl(site: Any) -> None:
    site.create(POLICY, "long", name="long", defaultTtl=86_400, maxTtl=86_400)


# -- deletes of what is in use


def used(kind: str, value: str, by: str = "distribution") -> tuple[Edit, Edit]:
    """A thing that a user names by `value` in its inputs: deleted while that stays, and deleted with the user."""

    def stand(site: Any) -> None:
        site.has(kind, "thing", name="thing")
        site.has(by, "user", aliases=[], settings=[{"uses": (value)}], comment=("", "thing"))

    def refused(site: Any) -> None:
        stand(site)
        site.update("user", comment="")
        site.delete("thing")

    def passes(site: Any) -> None:
        stand(site)
        site.update("user", comment="", settings=[])
        site.delete("thing")

    return refused, passes


def certificate_replaced_delete_first(site: Any) -> None:
    site.replace("cert", delete_first=True, subjectAlternativeNames=["index.example.org"])
    site.update("cdn", viewerCertificate=secure(UNKNOWN, "cert"))


def certificate_replaced(site: Any) -> None:
    site.replace("cert", subjectAlternativeNames=["index.example.org"])
    site.replace("issued", certificateArn=(UNKNOWN, "cert"))
    site.update("cdn", viewerCertificate=secure(UNKNOWN, "issued"))


def ttl(seconds: int) -> Edit:
    return lambda site: site.update("static", ttl=seconds)


# -- names that are taken


def named(kind: str) -> tuple[Edit, Edit]:
    """A thing renamed in the program but not in AWS: under the same name, and under another."""

    def rename(site: Any, name: str) -> None:
        site.has(kind, "thing", name="thing")
        site.create(kind, "other", name=name)
        site.delete("thing")

    return (lambda site: rename(site, "thing")), (lambda site: rename(site, "other"))


def bucket_replaced(region: str, delete_first: bool = False) -> Edit:
    def edit(site: Any) -> None:
        site.has("bucket", "logs", bucket="logs-example-org", region=region, forceDestroy=True)
        site.replace("logs", delete_first=delete_first, objectLockEnabled=True)

    return edit


def policy(document: str) -> Edit:
    return lambda site: site.update("read", policy=document)


def bucket_deleted(site: Any) -> None:
    site.has("bucket", "logs", bucket="logs-example-org")
    site.delete("logs")


def emptied_bucket_deleted(site: Any) -> None:
    site.has("bucket", "logs", bucket="logs-example-org", forceDestroy=True)
    site.delete("logs")


PLANS: dict[str, tuple[Edit, Edit]] = {
    "cname_beside_another": (address_beside_a_cname, type_changed_in_place),
    "mixed_routing": (weighted_beside_simple, member_added_after_the_other_is_converted),
    "duplicate_record_set": (renamed, renamed_overwriting),
    "cname_at_apex": (cname_at_apex, alias_at_apex),
    "record_outside_zone": (name_that_only_looks_inside, name_of_another_zone_is_completed),
    "weight_out_of_range": (weight(256), weight(255)),
    "ttl_out_of_range": (ttl(-1), ttl(2_147_483_647)),
    "hosted_zone_not_empty": (zone_of_others_deleted, zone_deleted_after_its_records),
    "alias_already_held": (alias_moved, alias_taken_off_first),
    "certificate_missing": (certificate_dropped, certificate_and_aliases_dropped),
    "certificate_not_issued": (certificate_used_at_once, certificate_waited_for),
    "certificate_not_covering": (alias_not_covered, alias_covered_by_a_wildcard),
    "certificate_in_another_region": (certificate_in("eu-west-1"), certificate_in("us-east-1")),
    "invalid_ttl_order": (default_ttl_above_maximum, ttls_in_order),
    "cache_policy_ttl_order": (policy_ttl_above_the_default_maximum, policy_ttl),
    "certificate_in_use": (certificate_replaced_delete_first, certificate_replaced),
    "function_in_use": used("function", "arn:thing"),
    "key_value_store_in_use": used("aws:cloudfront/keyValueStore:KeyValueStore", "arn:thing", by="function"),
    "cache_policy_in_use": used(POLICY, "id-thing"),
    "origin_request_policy_in_use": used("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", "id-thing"),
    "response_headers_policy_in_use": used("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "id-thing"),
    "origin_access_control_in_use": used("oac", "id-thing"),
    "origin_access_identity_in_use": used("aws:cloudfront/originAccessIdentity:OriginAccessIdentity", "id-thing"),
    "realtime_log_config_in_use": used("aws:cloudfront/realtimeLogConfig:RealtimeLogConfig", "arn:thing"),
    "continuous_deployment_policy_in_use": used(
        "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy", "id-thing"
    ),
    "function_exists": named("function"),
    "key_value_store_exists": named("aws:cloudfront/keyValueStore:KeyValueStore"),
    "cache_policy_exists": named(POLICY),
    "origin_request_policy_exists": named("aws:cloudfront/originRequestPolicy:OriginRequestPolicy"),
    "response_headers_policy_exists": named("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"),
    "origin_access_control_exists": named("oac"),
    "realtime_log_config_exists": named("aws:cloudfront/realtimeLogConfig:RealtimeLogConfig"),
    "bucket_exists": (bucket_replaced("us-east-1"), bucket_replaced("us-east-1", delete_first=True)),
    "bucket_owned_already": (bucket_replaced("eu-west-1"), bucket_replaced("eu-west-1", delete_first=True)),
    "bucket_not_empty": (bucket_deleted, emptied_bucket_deleted),
    "malformed_policy": (policy("{not json"), policy('{"Statement": []}')),
}
