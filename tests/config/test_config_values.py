"""What a correct configuration means."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from slipway.config import parse
from slipway.preflight import Durations


def test_host_comes_first_on_the_certificate(values: dict[str, Any]) -> None:
    """The certificate's own name is the host, whatever name is added."""
    names = parse(values, "f").crates.certificate_names
    assert names == ("static.example.org", "cloudfront-static.example.org")


@pytest.mark.parametrize(
    ("stage", "aliases", "served"),
    [("certificate", 1, 1), ("alias", 2, 1), ("served", 2, 2)],
)
def test_each_stage_includes_those_before_it(values: dict[str, Any], stage: str, aliases: int, served: int) -> None:
    """A name on the certificate becomes an alias before DNS leads to it."""
    values["crates"]["names"]["cloudfront-static.example.org"] = stage
    crates = parse(values, "f").crates
    assert (len(crates.certificate_names), len(crates.aliases), len(crates.served)) == (2, aliases, served)


def test_wildcard_and_apex_are_names_of_the_zone(values: dict[str, Any]) -> None:
    """The zone's own name and a wildcard below it may be served."""
    values["crates"]["names"] |= {"example.org": "alias", "*.example.org": "served"}
    assert parse(values, "f").crates.served == ("*.example.org", "static.example.org")


def test_environment_is_a_tag(values: dict[str, Any]) -> None:
    """Every resource says which environment it belongs to."""
    assert parse(values, "f").all_tags == {"environment": "production", "team": "infrastructure"}


def test_lists_for_preflight_are_empty_unless_given(values: dict[str, Any]) -> None:
    """No external hosts and nothing to retire is the normal case."""
    config = parse(values, "f")
    assert (config.external, config.retire) == ((), ())


def test_configuration_is_frozen(values: dict[str, Any]) -> None:
    """Nobody changes the configuration after it was checked."""
    config = parse(values, "f")
    with pytest.raises(ValidationError):
        config.guarded = False  # type: ignore[misc]


def test_durations_are_those_of_the_proof_unless_given(values: dict[str, Any]) -> None:
    """One of them may be given alone."""
    assert parse(values, "f").durations.model_dump() == msgspec.structs.asdict(Durations())
    values["durations"] = {"issuance": 1200}
    assert parse(values, "f").durations.issuance == 1200
