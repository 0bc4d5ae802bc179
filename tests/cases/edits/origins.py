"""Origins: which bucket a distribution reads, and by which access."""

from __future__ import annotations

import json
from typing import Any

from casebook import Edit, case
from sites import STATIC, Site, add, admit, behaviour, bucket_policy, change, option, remove

__all__: list[str] = []


def origin(bucket: str = "crates", id_: str = "s3", **access: Any) -> dict[str, Any]:
    """An origin over a bucket; by access control unless another access is given."""
    access = access or {"origin_access_control_id": "${oac.id}"}
    return {"origin_id": id_, "domain_name": f"${{{bucket}.bucket_regional_domain_name}}", **access}


def second_bucket(site: Site) -> None:
    add(site, "bucket", "new-crates", bucket="new-crates-example-org")
    admit(site, "new-read", "cdn", bucket="new-crates")


@case("the origin moves to a bucket that admits the distribution already")
def origin_switched_to_a_ready_bucket(site: Site) -> Edit:
    second_bucket(site)
    yield
    change(site, "cdn", origins=[origin("new-crates")])


@case("the policy of the new bucket names the distribution, so it comes after the switch", rules=("hostname-dark",),
      hostnames={STATIC: "dark"})  # fmt: skip
def origin_switched_to_a_new_bucket(site: Site) -> Edit:
    yield
    second_bucket(site)
    change(site, "cdn", origins=[origin("new-crates")])


@case("a second bucket made ready for the distribution")
def second_bucket_made_ready(site: Site) -> Edit:
    yield
    second_bucket(site)


@case("its objects are gone, whatever the direction", rules=("hostname-dark", "protected-delete"),
      aws=("BucketNotEmpty",), hostnames={STATIC: "dark"})  # fmt: skip
def origin_bucket_replaced(site: Site) -> Edit:
    yield
    change(site, "crates", bucket="crates-2-example-org")


def grouped(site: Site) -> None:
    """The distribution falls back to a second bucket."""
    members = [{"origin_id": "s3"}, {"origin_id": "backup"}]
    change(site, "cdn", origins=[origin(), origin("new-crates", "backup")])
    change(site, "cdn", origin_groups=[
        {"origin_id": "both", "failover_criteria": {"status_codes": [500, 502, 503]}, "members": members}])  # fmt: skip
    change(site, "cdn", default_cache_behavior=behaviour(target_origin_id="both"))


@case("a second origin to fall back to, which admits the distribution already")
def origin_group_formed(site: Site) -> Edit:
    second_bucket(site)
    yield
    grouped(site)


@case("the second origin of a group goes")
def origin_group_dissolved(site: Site) -> Edit:
    second_bucket(site)
    grouped(site)
    yield
    change(site, "cdn", origins=[origin()], origin_groups=None, default_cache_behavior=behaviour())


@case("a distribution with an origin group changes its price class")
def price_class_with_an_origin_group(site: Site) -> Edit:
    second_bucket(site)
    grouped(site)
    yield
    change(site, "cdn", price_class="PriceClass_100")


def by_identity(site: Site) -> None:
    """The distribution reads with an origin access identity, as before access controls."""
    add(site, "identity", "oai", comment="crates")
    path = "${oai.cloudfront_access_identity_path}"
    change(site, "cdn", origins=[origin(s3_origin_config={"origin_access_identity": path})])


IDENTITY_ALONE = bucket_policy("cdn", Principal={"AWS": "${oai.iam_arn}"}, Condition={})


def _both() -> str:
    """A policy with the statement of an identity and the one of the access control."""
    statements = [json.loads(policy)["Statement"][0] for policy in (IDENTITY_ALONE, bucket_policy("cdn"))]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


BOTH = _both()


@case("a site that reads by identity changes its price class")
def price_class_with_an_identity(site: Site) -> Edit:
    by_identity(site)
    change(site, "read", policy=IDENTITY_ALONE)
    yield
    change(site, "cdn", price_class="PriceClass_100")


@case("identity to access control, first step: the bucket admits both")
def access_control_admitted_beside_the_identity(site: Site) -> Edit:
    by_identity(site)
    change(site, "read", policy=IDENTITY_ALONE)
    yield
    change(site, "read", policy=BOTH)


@case("identity to access control, second step: the distribution switches, both are admitted")
def identity_exchanged_for_an_access_control(site: Site) -> Edit:
    by_identity(site)
    change(site, "read", policy=BOTH)
    yield
    change(site, "cdn", origins=[origin()])


@case("identity to access control, last step: identity and its statement go")
def identity_removed(site: Site) -> Edit:
    add(site, "identity", "oai", comment="crates")
    change(site, "read", policy=BOTH)
    yield
    remove(site, "oai")
    admit(site, "read", "cdn")


@case("all three steps in one apply: the policy follows the distribution", changes=3, rules=("hostname-dark",),
      hostnames={STATIC: "dark"})  # fmt: skip
def identity_exchanged_in_one_apply(site: Site) -> Edit:
    by_identity(site)
    change(site, "read", policy=IDENTITY_ALONE)
    yield
    change(site, "cdn", origins=[origin()])
    admit(site, "read", "cdn")
    remove(site, "oai")


@case("the access control goes while the distribution's old setting still names it",
      rules=("hostname-dark",), aws=("OriginAccessControlInUse",), hostnames={STATIC: "dark"})  # fmt: skip
def access_control_deleted_in_use(site: Site) -> Edit:
    yield
    option(site, "cdn", ignore_changes=["origins"])
    change(site, "cdn", origins=[origin(s3_origin_config={"origin_access_identity": ""})])
    remove(site, "oac")


@case("an access control's description", changes=0, cosmetic=1)
def access_control_described(site: Site) -> Edit:
    yield
    change(site, "oac", description="reads the crates")
