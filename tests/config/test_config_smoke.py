"""The files that smoke tests may take for granted: what may be written, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slipway.config import SampleCrate, SampleFile, SmokeConfig, parse, read_file
from slipway.errors import ConfigError

SHA256 = "0f" * 32
SMOKE: dict[str, Any] = {
    "crates": [{"name": "demo", "version": "1.0.0+build.1"}, {"name": "demo", "version": "1.0.0", "sha256": SHA256}],
    "release": "2024-03-01",
    "page": "/stable/",
    "largest": {"service": "releases", "path": "/dist/2024-03-01/all.tar.xz", "sha256": SHA256},
}


def test_samples_are_read(values: dict[str, Any]) -> None:
    assert parse({**values, "smoke": SMOKE}, "f").smoke == SmokeConfig(
        crates=(
            SampleCrate(name="demo", version="1.0.0+build.1"),
            SampleCrate(name="demo", version="1.0.0", sha256=SHA256),
        ),
        release="2024-03-01",
        page="/stable/",
        largest=SampleFile(service="releases", path="/dist/2024-03-01/all.tar.xz", sha256=SHA256),
    )


def test_a_stack_without_samples_is_a_stack(values: dict[str, Any]) -> None:
    assert parse(values, "f").smoke == SmokeConfig()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("crates", [{"name": "demo"}], "smoke.crates[0].version: is missing"),
        ("crates", [{"name": "de mo", "version": "1.0.0"}], 'smoke.crates[0].name: "de mo" is not allowed'),
        ("crates", [{"name": "demo", "version": "latest"}], "a version as the index writes it"),
        ("crates", [{"name": "demo", "version": "1.0.0", "sha256": "AB"}], "a SHA-256 in lower-case hexadecimal"),
        ("page", "stable", "from its slash on"),
        ("page", "/a b", "percent-encoded"),
        ("page", "/a#b", "percent-encoded"),
        ("release", "2024-03-01 00:00:00 +0000 UTC", "in quotes"),
        ("largest", {"service": "web", "path": "/", "sha256": SHA256}, "smoke.largest.service"),
        ("other", 1, "unknown key"),
    ],
)
def test_a_wrong_sample_is_named(values: dict[str, Any], key: str, value: object, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse({**values, "smoke": {**SMOKE, key: value}}, "f")
    assert says in error.value.message


def test_a_date_without_quotes_is_refused_in_a_file_as_by_the_engine(tmp_path: Path, values: dict[str, Any]) -> None:
    """YAML makes a date of it, and the engine a time of day."""
    import yaml

    text = yaml.safe_dump({"config": {f"slipway:{key}": value for key, value in {**values, "smoke": SMOKE}.items()}})
    (tmp_path / "quoted.yaml").write_text(text)
    (tmp_path / "plain.yaml").write_text(text.replace("'2024-03-01'", "2024-03-01"))
    assert read_file(tmp_path / "quoted.yaml").smoke.release == "2024-03-01"
    with pytest.raises(ConfigError, match="in quotes"):
        read_file(tmp_path / "plain.yaml")
