from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.engine import Engine, Version, preview, resolve
from slipway.engine.redaction import redact
from slipway.errors import EngineError


@pytest.fixture
def engine(world):
    """An engine whose `pulumi` the tests write."""
    host = world.script(world.bin / "pulumi-language-python", "exit 0")
    return Engine(world.bin / "pulumi", host, Version(3, 259, 0), Version(3, 79, 0), "built")


def test_preview_returns_standard_output_as_it_is(world, engine):
    world.script(engine.pulumi, 'echo "$@"; echo "$PATH"; echo "$EXTRA"; pwd; echo warning: noise >&2')
    arguments, path, extra, cwd = preview("dev", world.root, {"EXTRA": "set"}, engine=engine).splitlines()
    assert arguments == "preview --json --show-sames --show-replacement-steps --stack=dev --non-interactive"
    assert path.split(os.pathsep)[:2] == [str(Path(sys.executable).parent), str(world.bin)]
    assert (extra, cwd) == ("set", str(world.root))


def test_error_before_the_document_is_shown_with_advice(world, engine):
    world.script(engine.pulumi, "echo \"error: no stack named 'dev' found\" >&2; exit 6")
    with pytest.raises(EngineError) as caught:
        preview("dev", world.root, engine=engine)
    assert caught.value.message == "the preview of dev failed (exit status 6): no stack named 'dev' found"
    assert "pulumi stack init" in caught.value.advice


def test_error_in_the_document_is_shown_instead_of_the_summary(world, engine):
    said = [
        {"severity": "warning", "message": "beware"},
        {"severity": "error", "message": "error: an unhandled error occurred: exited 1\n"},
        {"severity": "error", "message": "error: Missing required configuration variable 'p:zz'\n"},
    ]
    (world.root / "document").write_text(json.dumps({"diagnostics": said}))
    world.script(engine.pulumi, f"cat {world.root}/document; exit 1")
    with pytest.raises(EngineError) as caught:
        preview("dev", world.root, engine=engine)
    assert caught.value.message.endswith("(exit status 1): Missing required configuration variable 'p:zz'")


def test_preview_whose_plugin_died_at_the_end_has_failed_in_spite_of_its_exit_status(world, engine):
    said = [{"severity": "error", "message": "error: Detected that pulumi-resource-aws exited prematurely.\n"}]
    (world.root / "document").write_text(json.dumps({"steps": [], "diagnostics": said}))
    world.script(engine.pulumi, f"cat {world.root}/document")
    with pytest.raises(EngineError, match="exited prematurely"):
        preview("dev", world.root, engine=engine)


def test_property_that_looks_like_an_error_is_none(world, engine):
    document = json.dumps({"steps": [{"newState": {"inputs": {"severity": "error"}}}], "diagnostics": []})
    (world.root / "document").write_text(document)
    world.script(engine.pulumi, f"cat {world.root}/document")
    assert preview("dev", world.root, engine=engine) == document


@pytest.mark.parametrize(
    "words",
    ["cannot be replaced\nas it is currently marked for protection.", "cannot be deleted\nbecause it is protected."],
)
def test_preview_that_protection_stopped_is_for_its_reader_to_judge(world, engine, words):
    """A replacement and a delete, in the engine's words."""
    document = json.dumps({"steps": [], "diagnostics": [{"severity": "error", "message": f"error: {words}"}]})
    (world.root / "document").write_text(document)
    world.script(engine.pulumi, f"cat {world.root}/document; exit 1")
    assert preview("dev", world.root, engine=engine) == document


def test_secrets_of_the_environment_are_not_shown(world, engine):
    world.script(engine.pulumi, 'echo "error: bad passphrase $PULUMI_CONFIG_PASSPHRASE" >&2; exit 1')
    with pytest.raises(EngineError) as caught:
        preview("dev", world.root, {"PULUMI_CONFIG_PASSPHRASE": "correct horse"}, engine=engine)
    assert caught.value.message.endswith("bad passphrase [secret]")


def test_killed_engine_is_told_with_its_signal(world, engine):
    world.script(engine.pulumi, "kill -9 $$")
    with pytest.raises(EngineError, match=r"killed by signal 9\): the engine gave no reason"):
        preview("dev", world.root, engine=engine)


def test_directory_that_is_none_is_one_error(world, engine):
    with pytest.raises(EngineError, match="is not a directory"):
        preview("dev", world.root / "absent", engine=engine)


def test_slow_preview_tells_that_it_goes_on(world, engine, capsys):
    world.script(engine.pulumi, "sleep 0.8; echo {}")
    assert preview("dev", world.root, engine=engine) == "{}\n"
    assert "previewing dev" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "env", "shown"),
    [
        ("a test, latest", {"AWS_SECRET_ACCESS_KEY": "test"}, "a [secret], latest"),
        ("id AKIA1234", {"AWS_ACCESS_KEY_ID": "AKIA1234"}, "id AKIA1234"),
        ("xlongsecretx", {"GITHUB_TOKEN": "longsecret"}, "x[secret]x"),
        ("https://me:word@proxy.example/x", {}, "https://proxy.example/x"),
        ("\x1b[31mred\x1b[0m\x07 \x9b1m", {}, "red 1m"),
    ],
)
def test_messages_are_made_fit_to_be_shown(text, env, shown):
    assert redact(text, env) == shown


@pytest.mark.engine
def test_real_engine_previews_a_program_and_names_its_errors(tmp_path):
    """A project on a file backend: no project, no stack, a preview, a wrong passphrase, a program that fails."""
    state = tmp_path / "state"
    state.mkdir()
    env = {"PULUMI_BACKEND_URL": f"file://{state}", "PULUMI_CONFIG_PASSPHRASE": "correct horse"}
    env["PULUMI_HOME"] = str(tmp_path / "home")
    project = tmp_path / "project"
    project.mkdir()
    with pytest.raises(EngineError, match=r"no Pulumi\.yaml"):
        preview("dev", project, env)
    (project / "Pulumi.yaml").write_text("name: tried\nruntime: python\n")
    (project / "__main__.py").write_text("import pulumi\npulumi.export('answer', 42)\n")
    with pytest.raises(EngineError, match="no stack named 'dev' found"):
        preview("dev", project, env)
    init(project, env)
    (step,) = json.loads(preview("dev", project, env))["steps"]
    assert (step["op"], step["newState"]["type"]) == ("create", "pulumi:pulumi:Stack")
    with pytest.raises(EngineError, match="incorrect passphrase"):
        preview("dev", project, {**env, "PULUMI_CONFIG_PASSPHRASE": "wrong horse"})
    (project / "__main__.py").write_text("raise ValueError('boom')\n")
    with pytest.raises(EngineError, match="ValueError: boom"):
        preview("dev", project, env)


def init(project: Path, env: dict[str, str]) -> None:
    engine = resolve()
    for command in (["stack", "init", "dev"], ["config", "set", "--secret", "key", "value", "--stack", "dev"]):
        subprocess.run([engine.pulumi, *command], cwd=project, env={**os.environ, **env}, check=True)
