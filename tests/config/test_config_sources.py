"""The two ways a configuration is read: from the stack's file, and from the running engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import config as settings

from slipway.config import from_engine, parse, read_file
from slipway.errors import ConfigError

ROOT = Path(__file__).parents[2]


def write(path: Path, values: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump({"config": {f"slipway:{key}": value for key, value in values.items()}}))
    return path


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_committed_stack_is_correct(stack: str) -> None:
    """The settings files of the project parse, and only production is guarded."""
    config = read_file(ROOT / f"Pulumi.{stack}.yaml")
    assert config.environment == stack
    assert config.guarded is config.protect is (stack == "production")


def test_committed_ttls_are_a_day_in_staging_and_a_year_in_production() -> None:
    """Staging forgets a bad object in a day; production may keep a crate file for good."""
    ttls = [read_file(ROOT / f"Pulumi.{stack}.yaml").crates.default_ttl for stack in ("staging", "production")]
    assert ttls == [86_400, 31_536_000]


def test_file_means_what_its_values_mean(tmp_path: Path, values: dict[str, Any]) -> None:
    """Reading the file is parsing its values."""
    assert read_file(write(tmp_path / "Pulumi.x.yaml", values)) == parse(values, "f")


def test_keys_of_other_namespaces_are_left_alone(tmp_path: Path, values: dict[str, Any]) -> None:
    """`aws:region`, and what the engine adds to the file, are not ours to judge."""
    file = write(tmp_path / "Pulumi.x.yaml", values)
    file.write_text("encryptionsalt: v1:x\n" + file.read_text() + "  aws:region: us-east-1\n")
    assert read_file(file).zone == "example.org"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config:\n  slipway:zone: [a\n", "line 3: expected ',' or ']', but got '<stream end>'"),
        ("config:\n\tslipway:zone: a\n", "line 2: found character '\\t' that cannot start any token"),
        ("config:\n  slipway:guarded: true\n  slipway:guarded: false\n", 'line 3: "slipway:guarded" is given twice'),
        ("config:\n  slipway:crates: {names: {a.b: alias, a.b: served}}\n", 'line 2: "a.b" is given twice'),
        ("- 1\n", "has no config: section"),
        ("config: 1\n", "has no config: section"),
        ("", "has no config: section"),
        ("a: \x07", None),
        ("[" * 100_000, None),
    ],
)
def test_yaml_mistake_is_one_line_with_its_place(tmp_path: Path, text: str, message: str | None) -> None:
    """What is no settings file is refused with the file's name, and its line where there is one."""
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_file(file)
    expected = f"{file}: {message}" if message else f"{file}: is not YAML: "
    assert caught.value.message.startswith(expected)
    assert caught.value.message.isprintable()


def test_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are no settings file."""
    file = tmp_path / "Pulumi.x.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is not YAML"):
        read_file(file)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A stack without a settings file is named."""
    with pytest.raises(ConfigError, match=r"Pulumi\.none\.yaml: No such file or directory"):
        read_file(tmp_path / "Pulumi.none.yaml")


def test_yes_is_not_true(tmp_path: Path, values: dict[str, Any]) -> None:
    """The engine reads `yes` as text, so reading the file does too."""
    file = write(tmp_path / "Pulumi.x.yaml", values)
    file.write_text(file.read_text().replace("slipway:guarded: true", "slipway:guarded: yes"))
    with pytest.raises(ConfigError, match='slipway:guarded: "yes" is not allowed'):
        read_file(file)


def test_file_that_the_engine_has_written_back_means_the_same(tmp_path: Path, values: dict[str, Any]) -> None:
    """`pulumi stack init` quotes top-level numbers and booleans, and leaves those inside maps alone."""
    written = {key: json.dumps(v) if isinstance(v, (bool, int)) else v for key, v in values.items()}
    assert written["guarded"] == "true"
    assert read_file(write(tmp_path / "Pulumi.x.yaml", written)) == parse(values, "f")


@pytest.fixture
def engine_config() -> Iterator[Any]:
    """Set the configuration the way the engine's Python host does, and clear it afterwards."""
    yield settings.set_all_config
    settings.set_all_config({}, [])


def flatten(values: dict[str, Any]) -> dict[str, str]:
    """Write values as the engine hands them to a program: text as it is, everything else as JSON."""
    return {f"slipway:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in values.items()}


def test_engine_and_file_give_the_same_configuration(values: dict[str, Any], engine_config: Any) -> None:
    """A program sees what the command line sees."""
    engine_config(flatten(values) | {"aws:region": "us-east-1"})
    assert from_engine() == parse(values, "f")


def test_engine_configuration_is_refused_under_the_stack_file_name(values: dict[str, Any], engine_config: Any) -> None:
    """The error of a running program names the file to correct."""
    engine_config(flatten(values | {"zoen": "x"}))
    with pytest.raises(ConfigError) as caught:
        from_engine()
    file = f"Pulumi.{pulumi.get_stack()}.yaml"
    assert caught.value.message.startswith(f"{file}: slipway:zoen: unknown key, did you mean zone?")


def test_secret_value_is_refused_without_being_shown(values: dict[str, Any], engine_config: Any) -> None:
    """A value somebody encrypted by mistake does not reach the output."""
    engine_config(flatten(values | {"environment": "hunter2"}), ["slipway:environment"])
    with pytest.raises(ConfigError, match="slipway:environment: is a secret") as caught:
        from_engine()
    assert "hunter2" not in caught.value.message
