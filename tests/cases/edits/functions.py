"""The router in front of a distribution: its code, its place, its name."""

from __future__ import annotations

from typing import Any

from casebook import Edit, case
from sites import CODE, STATIC, Site, add, behaviour, certify, change, option, remove, rename

__all__: list[str] = []

# AWS stops the apply; what the plan asks for is a distribution without its function.
IN_USE: dict[str, Any] = {"rules": ("hostname-dark",), "aws": ("FunctionInUse",), "hostnames": {STATIC: "dark"}}
AGAIN = "function handler(event) { var request = event.request; return request; }"


def router(site: Site, name: str, **more: Any) -> None:
    add(site, "function", name, name=name, runtime="cloudfront-js-2.0", code=CODE, **more)


@case("the router's code, in place")
def function_code_changed(site: Site) -> Edit:
    yield
    change(site, "router", code=AGAIN)


@case("the router's code and the cache's TTL", changes=2)
def function_code_and_cache_ttl(site: Site) -> Edit:
    yield
    change(site, "router", code=AGAIN)
    change(site, "cdn", default_cache_behavior=behaviour(default_ttl=60))


@case("what a function is for", changes=0, cosmetic=1)
def function_comment_changed(site: Site) -> Edit:
    yield
    change(site, "router", comment="the router")


@case("the function goes, and with it its place in the distribution")
def function_taken_off(site: Site) -> Edit:
    yield
    change(site, "cdn", default_cache_behavior=behaviour(router=""))
    remove(site, "router")


@case("a function comes, and with it its place in the distribution")
def function_put_on(site: Site) -> Edit:
    yield
    router(site, "headers")
    placed = behaviour()["function_associations"]
    placed = [*placed, {"event_type": "viewer-response", "function_arn": "${headers.arn}"}]
    change(site, "cdn", default_cache_behavior=behaviour(function_associations=placed))


@case("another function takes the router's place, and the router goes: an addition and a removal", changes=2)
def function_exchanged(site: Site) -> Edit:
    yield
    router(site, "router-2")
    change(site, "cdn", default_cache_behavior=behaviour(router="${router-2.arn}"))
    remove(site, "router")


@case("the distribution names the function by its ARN alone", **IN_USE)
def function_deleted_while_attached(site: Site) -> Edit:
    yield
    arn = "arn:aws:cloudfront::123456789012:function/router"
    change(site, "cdn", default_cache_behavior=behaviour(router=arn))
    remove(site, "router")


@case("another name replaces the function, which the distribution still uses", **IN_USE)
def function_name_changed(site: Site) -> Edit:
    yield
    change(site, "router", name="router-2")


@case("both lie under one input: only the function's part is explained", changes=2, **IN_USE)
def function_replaced_and_cache_ttl_under_one_input(site: Site) -> Edit:
    yield
    change(site, "router", name="router-2")
    change(site, "cdn", default_cache_behavior=behaviour(default_ttl=60))


@case("they meet in the distribution, which does not make them one", changes=2)
def certificate_and_function_replaced_under_one_distribution(site: Site) -> Edit:
    option(site, "router", delete_before_replace=False)
    yield
    certify(site, "cert", STATIC, "index.example.org")
    change(site, "router", name="router-2")


@case("a function under another URN: its name is taken", changes=2, aws=("FunctionAlreadyExists",),
      hostnames={STATIC: ""})  # fmt: skip
def function_renamed(site: Site) -> Edit:
    yield
    rename(site, "router", "router-renamed")


@case("one URN for one function: the engine keeps it", changes=0)
def function_renamed_with_an_alias(site: Site) -> Edit:
    yield
    rename(site, "router", "router-renamed", alias=True)
