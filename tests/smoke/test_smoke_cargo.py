"""What cargo makes of `dl`, and when it asks again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from little.site import CRATE, SHA256, Site
from little.web import Asked, Reply

from slipway.index import index_key
from slipway.smoke.cargo import download_url, fetch, index_path
from slipway.smoke.network import NotReached
from slipway.urls import crate_url

pytestmark = pytest.mark.process

SUM = "ab" * 32
URL = "https://static.example.org/crates/demo/1.0.0/download"


@pytest.mark.parametrize(
    ("dl", "url"),
    [
        ("https://static.example.org/crates", "https://static.example.org/crates/Serde_x/1.0.0+a/download"),
        ("https://static.example.org/crates/", "https://static.example.org/crates//Serde_x/1.0.0+a/download"),
        ("https://static.example.orgcrates", "https://static.example.orgcrates/Serde_x/1.0.0+a/download"),
        ("https://s.example/{crate}-{version}.crate", "https://s.example/Serde_x-1.0.0+a.crate"),
        ("https://s.example/{prefix}/{lowerprefix}", "https://s.example/Se/rd/se/rd"),
        ("https://s.example/{sha256-checksum}", f"https://s.example/{SUM}"),
        ("https://s.example/{other}", "https://s.example/{other}/Serde_x/1.0.0+a/download"),
    ],
)
def test_the_url_is_what_cargo_builds_to_the_letter(dl: str, url: str) -> None:
    """Markers where there are any, else the path appended; also where that makes a bad URL."""
    assert download_url(dl, "Serde_x", "1.0.0+a", SUM) == url


@pytest.mark.parametrize("dl", ["https://s.example/crates", "https://s.example/{lowerprefix}/{crate}/{version}"])
@pytest.mark.parametrize("name", ["a", "ab", "abc", "Serde_x"])
def test_the_url_is_that_of_set_dl_wherever_that_takes_the_dl(dl: str, name: str) -> None:
    """The two rules are one, but for the `+` that cargo leaves as it is."""
    assert download_url(dl, name, "1.0.0+a", SUM).replace("+", "%2B") == crate_url(dl, name, "1.0.0+a", SUM)


@pytest.mark.parametrize("name", ["a", "ab", "Abc", "Serde_x"])
def test_the_index_is_asked_where_set_dl_looks_in_the_bucket(name: str) -> None:
    assert index_path(name) == f"/{index_key(name)}"


def failing(times: int, site: Site) -> Callable[[Asked], Reply]:
    left = [times]

    def answer(asked: Asked) -> Reply:
        left[0] -= 1
        return Reply(503) if left[0] >= 0 else site.usual(asked)

    return answer


def through_cloudfront(host: str) -> str:
    return f"cloudfront-{host}"


def test_a_5xx_is_asked_for_again_as_cargo_does(site: Site) -> None:
    assert site.network
    site.instead["", "static.example.org", "/crates/demo/1.0.0/download"] = failing(1, site)
    answer, retries = fetch(site.network, URL, through_cloudfront)
    assert (answer.status, answer.sha256, answer.size, retries) == (200, SHA256, len(CRATE), 1)


def test_a_4xx_is_an_answer(site: Site) -> None:
    assert site.network
    site.instead["", "static.example.org", "/crates/demo/1.0.0/download"] = Reply(403)
    answer, retries = fetch(site.network, URL, through_cloudfront)
    assert (answer.status, retries) == (403, 0)


def test_retries_end_with_the_time_limit(site: Site) -> None:
    assert site.network
    site.instead["", "static.example.org", "/crates/demo/1.0.0/download"] = Reply(503)
    started = time.monotonic()
    answer, retries = fetch(replace(site.network, until=started + 2), URL, through_cloudfront)
    assert (answer.status, retries) == (503, 1)
    assert time.monotonic() - started < 2


def test_a_name_that_does_not_exist_is_not_asked_for_again(site: Site) -> None:
    assert site.network
    started = time.monotonic()
    with pytest.raises(NotReached, match=r"absent\.example\.org does not exist"):
        fetch(site.network, "https://absent.example.org/", str)
    assert time.monotonic() - started < 1


def test_redirects_are_followed_to_https_alone_and_not_for_ever(site: Site) -> None:
    assert site.network
    site.instead["", "doc.example.net", "/a"] = Reply(302, headers={"Location": "/b"})
    site.instead["", "doc.example.net", "/b"] = Reply(200, b"there")
    answer, _ = fetch(site.network, "https://doc.example.net/a", str)
    assert (answer.url, answer.body) == ("https://doc.example.net/b", b"there")
    site.instead["", "doc.example.net", "/b"] = Reply(302, headers={"Location": "http://doc.example.net/c"})
    with pytest.raises(NotReached, match=r"redirects to http://doc\.example\.net/c, which is not https"):
        fetch(site.network, "https://doc.example.net/a", str)
    site.instead["", "doc.example.net", "/b"] = Reply(302, headers={"Location": "/a"})
    with pytest.raises(NotReached, match="redirects again"):
        fetch(site.network, "https://doc.example.net/a", str)
