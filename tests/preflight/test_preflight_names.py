"""The public name of a record set."""

from __future__ import annotations

import msgspec
import pytest

from slipway.plan import State
from slipway.preflight.names import RECORD, record_name

URN = "urn:pulumi:production::cdn::aws:route53/record:Record::static"


def raw(properties: dict[str, str]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(properties))


@pytest.mark.parametrize(
    ("inputs", "outputs", "zone", "expected"),
    [
        ({"name": "static"}, {}, "example.org", "static.example.org"),
        ({"name": "Static.example.org."}, {}, "example.org", "static.example.org"),
        ({"name": ""}, {}, "example.org", "example.org"),
        ({"name": "\\052.example.org"}, {}, "example.org", "*.example.org"),
        ({"name": "static"}, {"fqdn": "static.example.org"}, "example.org", "static.example.org"),
        ({"name": "static.example.org"}, {"fqdn": "static.example.org"}, "example.net", "static.example.org"),
        ({}, {}, "example.org", ""),
    ],
    ids=["relative", "full", "apex", "wildcard", "by its fqdn", "its zone is renamed", "unknown"],
)
def test_record_answers_for_its_full_name(
    inputs: dict[str, str], outputs: dict[str, str], zone: str, expected: str
) -> None:
    """Completed from the zone only while nothing says what it is in full."""
    assert record_name(State(URN, RECORD, raw_inputs=raw(inputs), raw_outputs=raw(outputs)), zone) == expected
