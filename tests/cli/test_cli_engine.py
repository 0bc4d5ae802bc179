from __future__ import annotations

import json
import os

import pytest
import typer
from typer.testing import CliRunner

from slipway.cli import doctor, engine
from slipway.errors import EngineError


@pytest.fixture
def app():
    made = typer.Typer()
    engine.register(made)
    doctor.register(made)
    return made


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with an engine on PATH, and nothing else there."""
    for name, version in {
        "pulumi": "v3.300.0",
        "pulumi-language-python": "",
        "node": "v20.1.0",
        "make": "GNU Make 4",
    }.items():
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\necho {version}\n")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    return tmp_path / "bin"


def run(app, *arguments):
    return CliRunner().invoke(app, arguments)


def test_engine_says_where_it_is_from_and_which_version(app, machine):
    result = run(app, "engine")
    assert result.exit_code == 0
    assert f"3.300.0  {machine / 'pulumi'}" in result.stdout
    assert "found on PATH" in result.stdout


def test_engine_as_json(app, machine):
    answer = json.loads(run(app, "engine", "--format", "json").stdout)
    assert (answer["schema"], answer["origin"], answer["version"]) == ("slipway.engine/1", "path", "3.300.0")
    assert answer["path"][-1] == str(machine)


def test_engine_path_prints_directories_for_path(app, machine):
    directories = run(app, "engine", "path").stdout.strip().split(os.pathsep)
    assert directories[-1] == str(machine)


def test_engine_verify_without_an_engine_is_an_engine_error(app, machine):
    (machine / "pulumi").unlink()
    result = run(app, "engine", "verify")
    assert isinstance(result.exception, EngineError)
    assert "no `pulumi` there" in result.exception.message


def test_doctor_is_content_when_all_that_is_needed_is_there(app, machine):
    result = run(app, "doctor")
    assert result.exit_code == 0, result.stdout
    assert "Ready for `make demo`." in result.stdout
    assert "Only needed to build the engine" in result.stdout


@pytest.mark.parametrize(("gone", "name"), [("node", "Node.js"), ("make", "make"), ("pulumi", "Pulumi engine")])
def test_doctor_says_what_is_missing_and_what_to_do(app, machine, gone, name):
    (machine / gone).unlink()
    result = run(app, "doctor", "--format", "json")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert answer["ready"] is False
    (finding,) = [check for check in answer["checks"] if check["name"] == name]
    assert finding["needed"]
    assert not finding["sound"]
    assert finding["advice"]


def test_doctor_refuses_a_node_that_is_too_old(app, machine):
    (machine / "node").write_text("#!/bin/sh\necho v12.22.9\n")
    result = run(app, "doctor")
    assert result.exit_code == 3
    assert "MISSING  Node.js" in result.stdout
    assert "Node.js 18.0.0 or newer" in result.stdout


def test_doctor_names_the_official_aws_plugin(app, machine):
    (machine.parent / "pulumi" / "plugins" / "resource-aws-v7.51.1").mkdir(parents=True)
    assert "resource-aws-v7.51.1" in run(app, "doctor").stdout
