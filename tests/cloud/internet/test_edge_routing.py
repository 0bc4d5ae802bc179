"""Where requests lead at a location."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from slipway.cloud.internet.answers import Answer, header
from slipway.cloud.internet.chain import behaviour_of
from slipway.cloud.internet.routing import Request, Route, route
from slipway.cloud.internet.world import Behaviour, Distribution, Diversion, World

from .edge_stage import ACCOUNT, OTHER_ACCOUNT, Moment, distribution, world


def asked(host: str, target: str = "/", method: str = "GET", **settings: Any) -> Request:
    return Request(method, host, target, **{"account": ACCOUNT, **settings})


@pytest.mark.parametrize(
    "host",
    ["static.example.org", "STATIC.example.org", "static.example.org:443", "static.example.org.", "d1.cloudfront.net"],
)
def test_alias_and_own_domain_lead_to_the_distribution(host: str) -> None:
    found = route(world(distribution("static.example.org")), asked(host))
    assert isinstance(found, Route)
    assert found.distribution.id == "D1"


@pytest.mark.parametrize("host", ["other.example.org", "d2.cloudfront.net", "", "[::1]:443"])
def test_host_of_no_distribution_is_a_bad_request(host: str) -> None:
    found = route(world(distribution("static.example.org")), asked(host))
    assert isinstance(found, Answer)
    assert found.status == 403
    assert b"Bad request" in found.body


@pytest.mark.parametrize("host", ["static.example.org", "d1.cloudfront.net"])
def test_disabled_distribution_answers_nothing(host: str) -> None:
    found = route(world(distribution("static.example.org", enabled=False)), asked(host))
    assert isinstance(found, Answer)
    assert found.status == 403


def test_host_of_another_distribution_of_the_account_is_served_on_the_same_connection() -> None:
    """CloudFront looks at the account that a connection was made for, not at the distribution."""
    both = world(distribution("a.org", name="d1"), distribution("b.org", name="d2"))
    found = route(both, asked("b.org", account=ACCOUNT))
    assert isinstance(found, Route)
    assert found.distribution.id == "D2"


@pytest.mark.parametrize("account", [OTHER_ACCOUNT, ""])
def test_connection_made_for_another_account_is_misdirected(account: str) -> None:
    found = route(world(distribution("static.example.org")), asked("static.example.org", account=account))
    assert isinstance(found, Answer)
    assert found.status == 421


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("HEAD", 301), ("POST", 307), ("DELETE", 307)])
def test_plain_http_is_redirected(method: str, status: int) -> None:
    moved = world(distribution("static.example.org", behaviours=(Behaviour(viewers="redirect-to-https"),)))
    request = asked("static.example.org:8080", "/a%2Bb?x=1&y=%20", method, secure=False, account="")
    found = route(moved, request)
    assert isinstance(found, Answer)
    assert (found.status, header(found.headers, b"location")) == (status, b"https://static.example.org/a%2Bb?x=1&y=%20")
    assert header(found.headers, b"x-cache") == b"Redirect from cloudfront"


def test_plain_http_is_refused_where_https_is_a_must() -> None:
    strict = world(distribution("static.example.org", behaviours=(Behaviour(viewers="https-only"),)))
    found = route(strict, asked("static.example.org", secure=False, account=""))
    assert isinstance(found, Answer)
    assert found.status == 403


def test_plain_http_is_served_where_all_is_allowed() -> None:
    found = route(world(distribution("static.example.org")), asked("static.example.org", secure=False, account=""))
    assert isinstance(found, Route)


def test_behaviour_of_the_path_says_what_becomes_of_plain_http() -> None:
    """The query does not count, and the path counts decoded."""
    behaviours = (Behaviour("/open/*"), Behaviour(viewers="https-only"))
    mixed = world(distribution("static.example.org", behaviours=behaviours))
    plain = {"secure": False, "account": ""}
    assert isinstance(route(mixed, asked("static.example.org", "/%6Fpen/a?b", **plain)), Route)
    assert isinstance(route(mixed, asked("static.example.org", "/closed?/open/", **plain)), Answer)


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("/crates/*", "/crates/a/b.crate", True),
        ("crates/*", "/crates/a", True),
        ("/crates/*", "/Crates/a", False),
        ("*.json", "/a/config.json", True),
        ("/v?/x", "/v1/x", True),
        ("/v?/x", "/v12/x", False),
        ("/[a]", "/a", False),
        ("/[a]", "/[a]", True),
    ],
)
def test_first_behaviour_whose_pattern_fits_answers(pattern: str, path: str, meant: bool) -> None:
    first, last = Behaviour(pattern), Behaviour()
    found = behaviour_of(distribution(behaviours=(first, Behaviour(pattern, "https-only"), last)), path)
    assert found is (first if meant else last)


# -- continuous deployment -------------------------------------------------------------------------------------------

HEADER = Diversion("d2.cloudfront.net", header="aws-cf-cd-try", value="yes")


def staged(diversion: Diversion | None, **settings: Any) -> Moment:
    """A distribution with a policy, and a staging one."""
    primary = distribution("static.example.org", diversion=diversion)
    return replace(world(primary), staging=(distribution(name="d2", staging=True, **settings),))


def led(held: World, request: Request, draw: float = 0.0) -> Distribution:
    found = route(held, request, lambda: draw)
    assert isinstance(found, Route)
    return found.distribution


@pytest.mark.parametrize(
    ("headers", "id_"),
    [
        (((b"aws-cf-cd-try", b"yes"),), "D2"),
        (((b"aws-cf-cd-try", b"YES"),), "D1"),
        (((b"aws-cf-cd-try", b"no"),), "D1"),
        (((b"aws-cf-cd-other", b"yes"),), "D1"),
        ((), "D1"),
    ],
)
def test_a_header_leads_to_the_staging_distribution_by_its_exact_value(headers: Any, id_: str) -> None:
    assert led(staged(HEADER), asked("static.example.org", headers=headers)).id == id_


@pytest.mark.parametrize("weight", [0.0, 0.05, 0.15])
def test_a_weight_leads_that_share_of_the_requests_there(weight: float) -> None:
    """Twenty thousand requests: four standard deviations are less than 1.1 percent points."""
    held, dice = staged(Diversion("d2.cloudfront.net", weight)), random.Random(4)  # noqa: S311 no secret
    there = sum(led(held, asked("static.example.org"), dice.random()).staging for _ in range(20_000))
    assert there / 20_000 == pytest.approx(weight, abs=0.011)
    assert bool(there) is bool(weight)


def test_the_staging_distribution_answers_under_the_primarys_name_by_its_own_settings() -> None:
    """The redirect is its own; TLS, host and account are the primary's."""
    behaviour = Behaviour(viewers="redirect-to-https")
    held = staged(Diversion("d2.cloudfront.net", 0.15), behaviours=(behaviour,))
    found = route(held, asked("static.example.org", secure=False), lambda: 0.1)
    assert isinstance(found, Answer)
    assert header(found.headers, b"location") == b"https://static.example.org/"


def test_nobody_asks_a_staging_distribution_itself() -> None:
    found = route(staged(HEADER), asked("d2.cloudfront.net"))
    assert isinstance(found, Answer)
    assert found.status == 403


@pytest.mark.parametrize("held", [staged(None), staged(HEADER, enabled=False), replace(staged(HEADER), staging=())])
def test_without_policy_or_staging_distribution_the_primary_answers(held: World) -> None:
    request = asked("static.example.org", headers=((b"aws-cf-cd-try", b"yes"),))
    assert led(held, request).id == "D1"
