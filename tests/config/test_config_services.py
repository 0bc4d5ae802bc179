"""The other services' settings: what may be written, and what contradicts itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from slipway.config import expired_weights, parse
from slipway.errors import ConfigError

SERVICES: dict[str, Any] = {
    "releases_zone": "example.net",
    "second_cdn": {"name": "fastly", "pool": "pool.example.com", "ipv4": ["192.0.2.1"], "ipv6": ["2001:db8::1"]},
    "on_call": {"email": ["ops@example.org"], "https": ["https://page.example.com/x"], "runbooks": "https://docs.example.org/r"},
    "index": {
        "host": "index.example.org",
        "names": {"index.example.org": "served", "cloudfront-index.example.org": "served"},
        "default_ttl": 3600,
        "max_ttl": 3600,
        "dl": "https://static.example.org/crates",
        "api": "https://example.org",
    },
    "web": {
        "host": "example.org",
        "names": {"example.org": "served", "cloudfront-app.example.org": "served"},
        "weights": {"example.org": {"cloudfront": 200, "second": 55, "until": "2027-01-31"}},
        "origin": "app.example.com",
        "requests_per_5_minutes": 2000,
        "hsts_max_age": 31536000,
    },
    "releases": {
        "host": "static.example.net",
        "names": {"static.example.net": "served"},
        "default_ttl": 60,
        "max_ttl": 60,
        "installer": "sh.example.org",
        "documentation": "doc.example.net",
        "invalidate_at": "00:30",
    },
    "documentation": {
        "host": "doc.example.net", "names": {"doc.example.net": "served"}, "default_ttl": 60, "max_ttl": 60,
    },
    "redirects": {"www.example.org": {"to": "example.org", "status": 302}},
}  # fmt: skip

# (path, the wrong value, what is said of it)
WRONG: list[tuple[str, object, str]] = [
    ("releases_zone", "example.org", 'releases_zone: "example.org" is the zone itself'),
    ("second_cdn.ipv4", ["192.0.2"], 'second_cdn.ipv4[0]: "192.0.2" is not an IPv4 address'),
    ("second_cdn.name", "Fastly", 'second_cdn.name: "Fastly" is not allowed; allowed: 2 to 21 lower-case letters'),
    ("on_call.email", ["ops"], 'on_call.email[0]: "ops" is not an e-mail address'),
    ("on_call.https", ["http://x"], 'on_call.https[0]: "http://x" is not an https URL'),
    ("index.dl", "static.example.org", 'index.dl: "static.example.org" is not allowed; allowed: the URL that'),
    ("web.weights", {"example.org": {"cloudfront": 256, "second": 0}}, "cloudfront: 256 is not allowed"),
    ("web.weights", {"example.org": {"cloudfront": 0, "second": 0}}, "0 and 0 are equal shares for both"),
    ("web.weights", {"b.example.org": {"cloudfront": 1, "second": 1}}, '"b.example.org" is not served'),
    ("index.weights", {"cloudfront-index.example.org": {"cloudfront": 1, "second": 1}}, "which is not served"),
    ("second_cdn", None, "and there is no second_cdn"),
    ("second_cdn.ipv4", [], "is an apex, which needs second_cdn.ipv4"),
    ("releases.invalidate_at", "24:00", 'releases.invalidate_at: "24:00" is not allowed; allowed: a time of day'),
    ("releases.names", {"static.example.org": "served"}, "is not inside the zone example.net"),
    ("index.names", {"index.example.org": "served", "static.example.org": "alias"}, "belongs to crates already"),
    ("redirects", {"w.example.net": {"to": "example.org"}}, "is not inside the zone example.org"),
    ("redirects", {"www.example.org": {"to": "https://example.org"}}, "is not 1 to 63 letters"),
    ("redirects", {"www.example.org": {"to": "example.org", "status": 307}}, "status: 307 is not allowed"),
    ("alarms", {"error_percent": 101}, "alarms.error_percent: 101 is not allowed; allowed: a percentage"),
    ("alarms", {"errors": 1}, "alarms.errors: unknown key"),
]  # fmt: skip


@pytest.fixture
def whole(values: dict[str, Any]) -> dict[str, Any]:
    """Every service there is."""
    return {**values, **SERVICES}


def test_a_whole_stack_names_its_services_with_their_zones(whole: dict[str, Any]) -> None:
    found = [(key, zone) for key, _, zone in parse(whole, "f").services()]
    assert found == [
        ("crates", "example.org"), ("index", "example.org"), ("web", "example.org"),
        ("releases", "example.net"), ("documentation", "example.net"), ("redirects", "example.org"),
    ]  # fmt: skip


def test_a_service_that_is_not_configured_is_not_there(values: dict[str, Any]) -> None:
    assert [key for key, _, _ in parse(values, "f").services()] == ["crates"]


def test_the_second_cdn_is_taken_as_serving(whole: dict[str, Any]) -> None:
    assert parse(whole, "f").all_external == ("pool.example.com", "192.0.2.1", "2001:db8::1")


@pytest.mark.parametrize(("path", "value", "says"), WRONG, ids=lambda item: item if isinstance(item, str) else None)
def test_what_is_wrong_is_said_where_it_stands(whole: dict[str, Any], path: str, value: object, says: str) -> None:
    *way, last = path.split(".")
    where = whole
    for part in way:
        where[part] = dict(where[part])
        where = where[part]
    where[last] = value
    with pytest.raises(ConfigError) as caught:
        parse(whole, "Pulumi.production.yaml")
    assert says in caught.value.message
    assert all(line.startswith("Pulumi.production.yaml: slipway:") for line in caught.value.message.splitlines())


@pytest.mark.parametrize(("today", "names"), [(date(2027, 1, 31), []), (date(2027, 2, 1), ["example.org"])])
def test_weights_for_the_moment_expire_after_their_day(whole: dict[str, Any], today: date, names: list[str]) -> None:
    assert [found.name for found in expired_weights(parse(whole, "f"), today)] == names


def test_a_day_without_quotes_is_the_same_day(whole: dict[str, Any]) -> None:
    """YAML reads it as a date, and the engine hands programs midnight of it."""
    whole["web"]["weights"]["example.org"] |= {"until": "2027-01-31 00:00:00 +0000 UTC"}
    assert [found.until for found in expired_weights(parse(whole, "f"), date(2027, 2, 1))] == [date(2027, 1, 31)]
