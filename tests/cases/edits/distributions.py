"""Distributions: settings, aliases that move, renames, a second one."""

from __future__ import annotations

from casebook import Edit, case
from sites import STATIC, Site, add, admit, behaviour, certify, change, cname, option, remove, rename, routed, serve

__all__: list[str] = []

WILD, GREEN = "*.example.org", "green.example.org"


@case("a cheaper price class")
def price_class_changed(site: Site) -> Edit:
    yield
    change(site, "cdn", price_class="PriceClass_100")


@case("HTTP/3 is switched on")
def http_version_changed(site: Site) -> Edit:
    yield
    change(site, "cdn", http_version="http2and3")


@case("how long the cache holds what says nothing")
def cache_ttl_changed(site: Site) -> Edit:
    yield
    change(site, "cdn", default_cache_behavior=behaviour(default_ttl=3600))


@case("a behaviour of its own for one path")
def behaviour_added(site: Site) -> Edit:
    yield
    change(site, "cdn", ordered_cache_behaviors=[behaviour(path_pattern="/config.json", default_ttl=60)])


@case("made twice in real life", aws=("InvalidTTLOrder",))
def default_ttl_above_maximum(site: Site) -> Edit:
    yield
    change(site, "cdn", default_cache_behavior=behaviour(max_ttl=3600))


@case("the distribution is switched off", rules=("hostname-dark",), hostnames={STATIC: "dark"})
def distribution_disabled(site: Site) -> Edit:
    yield
    change(site, "cdn", enabled=False)


def beside(site: Site, name: str, *aliases: str) -> None:
    """Another distribution over the same bucket, admitted already."""
    serve(site, name, list(aliases))
    admit(site, "read", "cdn", name)


@case("the exact alias goes, a wildcard elsewhere takes over")
def wildcard_elsewhere_takes_over(site: Site) -> Edit:
    certify(site, "wide-cert", WILD)
    serve(site, "other", [WILD], issued="wide-issued")
    admit(site, "read", "cdn", "other")
    yield
    change(site, "cdn", aliases=[])


@case("the alias is added before the other distribution lets go", changes=2, rules=("double-claim",),
      aws=("CNAMEAlreadyExists",))  # fmt: skip
def alias_moved_the_adding_first(site: Site) -> Edit:
    beside(site, "green")
    option(site, "cdn", depends_on=["green"])
    yield
    change(site, "green", aliases=[STATIC])
    change(site, "cdn", aliases=[])


@case("the alias is nobody's between the two updates", changes=2, rules=("hostname-dark",), hostnames={STATIC: "dark"})
def alias_moved_the_removing_first(site: Site) -> Edit:
    beside(site, "green")
    option(site, "green", depends_on=["cdn"])
    yield
    change(site, "green", aliases=[STATIC])
    change(site, "cdn", aliases=[])


@case("the old distribution goes only at the end, and with it a domain that resolvers may still hold", changes=2,
      rules=("double-claim", "hostname-stale"), aws=("CNAMEAlreadyExists",), hostnames={STATIC: "stale"})  # fmt: skip
def distribution_renamed(site: Site) -> Edit:
    yield
    rename(site, "cdn", "cdn-renamed")


@case("one URN for one distribution: the engine keeps it", changes=0)
def distribution_renamed_with_an_alias(site: Site) -> Edit:
    yield
    rename(site, "cdn", "cdn-renamed", alias=True)


@case("a distribution without an alias, as a move needs it")
def second_distribution_added(site: Site) -> Edit:
    yield
    serve(site, "green", [])


@case("the second distribution is admitted, once its ARN is known")
def second_distribution_admitted(site: Site) -> Edit:
    serve(site, "green", [])
    yield
    admit(site, "read", "cdn", "green")


@case("the policy's text depends on an ARN that is not known yet: nobody can read it", rules=("hostname-unknown",),
      hostnames={STATIC: "unknown"})  # fmt: skip
def second_distribution_added_and_admitted(site: Site) -> Edit:
    yield
    beside(site, "green")


@case("the spare distribution goes, and its place in the bucket's policy")
def second_distribution_removed(site: Site) -> Edit:
    beside(site, "green")
    yield
    remove(site, "green")
    admit(site, "read", "cdn")


@case("the old distribution goes in the apply that moves the name", changes=2, rules=("hostname-dark",),
      hostnames={STATIC: "dark"})  # fmt: skip
def name_moved_and_the_old_distribution_deleted(site: Site) -> Edit:
    yield
    serve(site, "new-cdn", [])
    change(site, "static", records=["${new-cdn.domain_name}"])
    admit(site, "read", "new-cdn")
    remove(site, "cdn")


@case("a new distribution, and today's name switched to it by another record", changes=2, aws=("InvalidChangeBatch",))
def new_distribution_and_the_name_switched_by_another_record(site: Site) -> Edit:
    yield
    serve(site, "new-cdn", [])
    remove(site, "static")
    cname(site, "static-new", STATIC, "${new-cdn.domain_name}", **routed("new", weighted={"weight": 1}))


@case("the name leads to another distribution's domain, and its alias decides as before")
def record_leads_to_another_distribution(site: Site) -> Edit:
    beside(site, "green")
    yield
    change(site, "static", records=["${green.domain_name}"])


@case("a secret differs where only the engine can see it")
def secret_header_changed(site: Site) -> Edit:
    origin = site["cdn"]["properties"]["origins"][0]
    signed = {**origin, "custom_headers": [{"name": "x-origin-token", "value": {"secret": "first"}}]}
    change(site, "cdn", origins=[signed])
    yield
    again = {**origin, "custom_headers": [{"name": "x-origin-token", "value": {"secret": "second"}}]}
    change(site, "cdn", origins=[again])


def policy(site: Site, **ttls: int) -> None:
    cached = {f"{of}_config": {f"{of[:-1] if of != 'query_strings' else 'query_string'}_behavior": "none"}
              for of in ("cookies", "headers", "query_strings")}  # fmt: skip
    add(site, "cache_policy", "caching", name="caching", **ttls,
        parameters_in_cache_key_and_forwarded_to_origin=cached)  # fmt: skip
    gone = dict.fromkeys(("forwarded_values", "min_ttl", "default_ttl", "max_ttl"))
    kept = {key: value for key, value in behaviour(cache_policy_id="${caching.id}").items() if key not in gone}
    change(site, "cdn", default_cache_behavior=kept)


@case("a cache policy's default TTL")
def cache_policy_tuned(site: Site) -> Edit:
    policy(site, min_ttl=1, default_ttl=3600, max_ttl=86400)
    yield
    change(site, "caching", default_ttl=60)


@case("a cache policy's default TTL above its maximum", aws=("InvalidArgument",))
def cache_policy_ttls_out_of_order(site: Site) -> Edit:
    policy(site, min_ttl=1, default_ttl=3600, max_ttl=86400)
    yield
    change(site, "caching", default_ttl=100000)
