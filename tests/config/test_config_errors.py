"""Every message about a wrong value, word for word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.config import CratesConfig, StackConfig, parse
from slipway.errors import ConfigError

FILE = "Pulumi.production.yaml"
NAMES = "1 to 100 host names inside the zone, each with its stage: certificate, alias or served"
TAGS = "up to 40 tags as AWS takes them: keys of 1 to 128, values of up to 256 letters, digits, spaces and _.:/=+-@"
ZONE = "the domain name of the stack's hosted zone"
HOST = "the public host name, one of crates.names, at most 64 characters"
STACK_KEYS = ", ".join(StackConfig.model_fields)
CRATES_KEYS = ", ".join(CratesConfig.model_fields)
LEDGER = "s3://BUCKET/PREFIX or a folder, seen from the settings file; without it, no ledger"
RETIRE = "a list of host names that are meant to go, none of them served"

# (where to put it, the wrong value, the message after the file name)
WRONG: list[tuple[str, object, str]] = [
    (
        "environment",
        "Production",
        'environment: "Production" is not allowed; allowed: 1 to 32 lower-case letters, digits and hyphens',
    ),
    (
        "guarded",
        "yes",
        'guarded: "yes" is not allowed; allowed: true (preflight refuses what it cannot prove safe) or false (it '
        "warns)",
    ),
    (
        "protect",
        False,
        "protect: false leaves a guarded stack unprotected; allowed: true (zone, buckets and distributions outlive any "
        "diff) or false (a disposable stack); true where guarded is true",
    ),
    ("zone", "Example.org", f'zone: "Example.org" has capital letters; write example.org; allowed: {ZONE}'),
    ("zone", "example.org.", f'zone: "example.org." ends with a dot; leave it out; allowed: {ZONE}'),
    ("zone", "*.example.org", f'zone: "*.example.org" is a wildcard; allowed: {ZONE}'),
    (
        "zone",
        "org",
        f'zone: "org" is a single label, not a host name below a zone; allowed: {ZONE}',
    ),
    (
        "zone",
        "b\u00fccher.example",
        f'zone: "b\\u00fccher.example" is not ASCII; write its IDNA form (xn--...); allowed: {ZONE}',
    ),
    (
        "zone",
        "-a.example",
        f'zone: "-a.example" has a label that is not 1 to 63 letters, digits and inner hyphens; allowed: {ZONE}',
    ),
    (
        "zone",
        "a..example",
        f'zone: "a..example" has a label that is not 1 to 63 letters, digits and inner hyphens; allowed: {ZONE}',
    ),
    ("zone", "192.0.2.1", f'zone: "192.0.2.1" is an address, not a host name; allowed: {ZONE}'),
    (
        "zone",
        "a." * 126 + "aa",
        f'zone: "{"a." * 38}... is 254 characters long, above the 253 that DNS allows; allowed: {ZONE}',
    ),
    (
        "log_retention_days",
        "330 days",
        'log_retention_days: "330 days" is not allowed; allowed: whole days, from 1 to 3653 (ten years)',
    ),
    ("log_retention_days", 0, "log_retention_days: 0 is not allowed; allowed: whole days, from 1 to 3653 (ten years)"),
    ("tags", {"aws:x": "y"}, f'tags["aws:x"]: "aws:x" begins with aws:, which AWS keeps for itself; allowed: {TAGS}'),
    ("tags", {"team": "a\x1b[31m"}, f'tags.team: "a\\u001b[31m" is not allowed; allowed: {TAGS}'),
    ("tags", {"n": 1}, f"tags.n: 1 is not allowed; allowed: {TAGS}"),
    (
        "external",
        ["a.example", "a.example"],
        'external: ["a.example", "a.example"] names a.example twice; allowed: a list of host names outside this stack '
        "that preflight takes as serving",
    ),
    (
        "external",
        "a.example",
        'external: "a.example" is not allowed; allowed: a list of host names outside this stack that preflight takes '
        "as serving",
    ),
    (
        "retire",
        ["ok.example", "A.example"],
        f'retire[1]: "A.example" has capital letters; write a.example; allowed: {RETIRE}',
    ),
    ("retire", ["static.example.org"], f'retire: "static.example.org" is still served by crates; allowed: {RETIRE}'),
    ("ledger", "s3://Ledger/cdn", f'ledger: "s3://Ledger/cdn" is not s3://BUCKET/PREFIX; allowed: {LEDGER}'),
    ("ledger", "https://example.org/", f'ledger: "https://example.org/" is not s3://BUCKET/PREFIX; allowed: {LEDGER}'),
    ("ledger", " ", f'ledger: " " is no folder; allowed: {LEDGER}'),
    ("crates", None, "crates: null is not allowed; allowed: the settings of the crates service"),
    ("crates.host", "www.example.org", f'crates.host: "www.example.org" is not in crates.names; allowed: {HOST}'),
    ("crates.host", "*.example.org", f'crates.host: "*.example.org" is a wildcard; allowed: {HOST}'),
    (
        "crates.host",
        f"{'a' * 60}.example.org",
        f'crates.host: "{"a" * 60}.example.org" is 72 characters long, above 64; allowed: {HOST}',
    ),
    (
        "crates.names",
        {"static.example.org": "live"},
        f'crates.names["static.example.org"]: "live" is not allowed; allowed: {NAMES}',
    ),
    (
        "crates.names",
        {"a.*.example.org": "served"},
        f'crates.names["a.*.example.org"]: "a.*.example.org" has a wildcard that is not the whole leftmost label; '
        f"allowed: {NAMES}",
    ),
    (
        "crates.names",
        {"static.example.org": "served", "static.example.com": "served"},
        'crates.names["static.example.com"]: "static.example.com" is not inside the zone example.org; '
        f"allowed: {NAMES}",
    ),
    (
        "crates.names",
        {"static.example.org": "served", "notexample.org": "served"},
        f'crates.names["notexample.org"]: "notexample.org" is not inside the zone example.org; allowed: {NAMES}',
    ),
    ("crates.names", {}, f"crates.names: {{}} is not allowed; allowed: {NAMES}"),
    (
        "crates.default_ttl",
        90_000_000,
        "crates.default_ttl: 90000000 is above max_ttl 31536000; allowed: whole seconds, from 0 to crates.max_ttl",
    ),
    (
        "crates.default_ttl",
        "86400",
        'crates.default_ttl: "86400" is not allowed; allowed: whole seconds, from 0 to crates.max_ttl',
    ),
    (
        "crates.max_ttl",
        31_536_001,
        "crates.max_ttl: 31536001 is not allowed; allowed: whole seconds, from 0 to 31536000 (a year)",
    ),
    (
        "crates.price_class",
        "PriceClass_300",
        'crates.price_class: "PriceClass_300" is not allowed; allowed: PriceClass_100, PriceClass_200 or '
        "PriceClass_All",
    ),
    ("guardd", True, f"guardd: unknown key, did you mean guarded?; allowed: {STACK_KEYS}"),
    ("crates.max_tll", 1, f"crates.max_tll: unknown key, did you mean max_ttl?; allowed: {CRATES_KEYS}"),
]


def spoil(values: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    target = values
    *way, last = key.split(".")
    for part in way:
        target = target[part]
    target[last] = value
    return values


@pytest.mark.parametrize(("key", "value", "message"), WRONG, ids=lambda item: str(item)[:60])
def test_wrong_value_is_named_with_file_key_value_and_what_is_allowed(
    values: dict[str, Any], key: str, value: object, message: str
) -> None:
    """One mistake is one line: file, key, value, what is allowed."""
    with pytest.raises(ConfigError) as caught:
        parse(spoil(values, key, value), FILE)
    assert caught.value.message == f"{FILE}: slipway:{message}"
    assert caught.value.advice == f"Correct {FILE} and try again."


@pytest.mark.parametrize("key", [name for name, field in StackConfig.model_fields.items() if field.is_required()])
def test_missing_key_is_named(values: dict[str, Any], key: str) -> None:
    """A required key that is absent is named, with what it may hold."""
    del values[key]
    with pytest.raises(ConfigError) as caught:
        parse(values, FILE)
    assert (
        caught.value.message
        == f"{FILE}: slipway:{key}: is missing; allowed: {StackConfig.model_fields[key].description}"
    )


@pytest.mark.parametrize("key", [key for key, field in CratesConfig.model_fields.items() if field.is_required()])
def test_missing_key_of_the_service_is_named(values: dict[str, Any], key: str) -> None:
    """A required key of the service that is absent is named, with what it may hold."""
    del values["crates"][key]
    with pytest.raises(ConfigError) as caught:
        parse(values, FILE)
    allowed = CratesConfig.model_fields[key].description
    assert caught.value.message == f"{FILE}: slipway:crates.{key}: is missing; allowed: {allowed}"


def test_every_mistake_is_reported_at_once(values: dict[str, Any]) -> None:
    """Two mistakes are two lines of one error."""
    values["environment"] = ""
    values["crates"]["price_class"] = "all"
    with pytest.raises(ConfigError) as caught:
        parse(values, FILE)
    assert [line.split(": ")[1] for line in caught.value.message.splitlines()] == [
        "slipway:environment",
        "slipway:crates.price_class",
    ]


UNKNOWN = st.text(min_size=1, max_size=40)
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)


@given(key=UNKNOWN.filter(lambda key: key not in StackConfig.model_fields), value=VALUES)
def test_any_unknown_key_is_refused_with_file_and_key(key: str, value: object) -> None:
    """No key is skipped in silence; one line of printable ASCII names the file and the key."""
    refused = _refusal({key: value}, {})
    assert refused.startswith(f"{FILE}: slipway:")
    assert ": unknown key" in refused
    assert refused.isascii()
    assert refused.isprintable()
    if key.isidentifier() and key.isascii():
        assert refused.startswith(f"{FILE}: slipway:{key}: unknown key")


@given(key=UNKNOWN.filter(lambda key: key not in CratesConfig.model_fields), value=VALUES)
def test_any_unknown_key_of_the_service_is_refused_with_file_and_key(key: str, value: object) -> None:
    """The same holds one level down."""
    refused = _refusal({}, {key: value})
    assert refused.startswith(f"{FILE}: slipway:crates")
    assert ": unknown key" in refused
    assert refused.isascii()
    assert refused.isprintable()


def _refusal(stack: dict[str, object], service: dict[str, object]) -> str:
    crates = {
        "host": "a.example.org",
        "names": {"a.example.org": "served"},
        "default_ttl": 1,
        "max_ttl": 1,
        "price_class": "PriceClass_100",
    }
    values = {
        "environment": "staging",
        "guarded": False,
        "protect": False,
        "zone": "example.org",
        "log_retention_days": 1,
        "crates": {**crates, **service},
        **stack,
    }
    with pytest.raises(ConfigError) as caught:
        parse(values, FILE)
    return caught.value.message
