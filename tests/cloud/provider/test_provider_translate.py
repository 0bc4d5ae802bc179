"""Pulumi properties to boto3 structures and back."""

from __future__ import annotations

import pytest

from slipway.cloud.provider.paths import written
from slipway.cloud.provider.rows.cloudfront import _DISTRIBUTION, _config
from slipway.cloud.provider.rows.cloudfront_configs import _DOCUMENTS
from slipway.cloud.provider.schema import Shape, input_shape
from slipway.cloud.provider.translate import Failure, Translation, Unmapped, member_shape

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def test_lists_get_their_quantity_and_required_structures_are_filled_in() -> None:
    """What the official provider writes itself."""
    config = _DISTRIBUTION.to_aws({"aliases": ["a.org"], "enabled": True})
    assert config["Aliases"] == {"Quantity": 1, "Items": ["a.org"]}
    assert config["Origins"] == {"Quantity": 0}


def test_unknown_member_is_never_dropped_in_silence() -> None:
    """A property without a place in the API is an error that names it."""
    with pytest.raises(Unmapped, match=r"defaultCacheBehavior\.colour"):
        _DISTRIBUTION.to_aws({"defaultCacheBehavior": {"colour": "red"}})


def test_limits_of_the_api_come_back_with_the_pulumi_path() -> None:
    """Not the API's member name: the program has no such thing."""
    found: list[Failure] = []
    _config({"origins": [{"originId": "o", "domainName": "d", "originShield": {"enabled": "true"}}]}, "r", found)
    _DISTRIBUTION.to_aws({"priceClass": "PriceClass_1"}, found)
    assert [failure.path for failure in found] == ["priceClass"]


def test_path_with_an_odd_key_is_quoted() -> None:
    """Tags may be called anything."""
    assert written(("tags", 'a.b"c', 0)) == 'tags["a.b\\"c"][0]'


@pytest.mark.parametrize(
    ("token", "translation", "local"),
    [
        (DISTRIBUTION, _DISTRIBUTION, set()),
        *((document.token, document.translation, set()) for document in _DOCUMENTS),
        (
            "aws:acm/certificate:Certificate",
            Translation(member_shape("acm", "RequestCertificate")),
            {"certificateBody", "certificateChain", "privateKey", "privateKeyWo", "privateKeyWoVersion", "region"}
            | {"earlyRenewalDuration", "validationOptions"},
        ),
    ],
    ids=lambda value: value.rpartition(":")[2] if isinstance(value, str) else "",
)
def test_every_input_of_the_sdk_has_a_place(token: str, translation: Translation, local: set[str]) -> None:
    """A new SDK release that adds an input fails here, not in a user's program."""
    everything = {name: sample(shape) for name, shape in input_shape(token).properties.items() if name not in local}
    translation.to_aws(everything, [])


def sample(shape: Shape) -> object:
    """A value with every property at every depth."""
    match shape.kind:
        case "object":
            return {name: sample(inner) for name, inner in shape.properties.items()}
        case "list":
            return [sample(shape.element or shape)]
        case "map":
            return {"key": "value"}
        case _:
            return "1"
