"""Parameters described once: what is spelled out is read without typer, and as typer reads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from slipway.cli.options import Parameter, plain, signature
from slipway.cli.preflight import PARAMETERS


def by_typer(words: list[str]) -> dict[str, object]:
    """What typer hands to the command's function."""
    found: dict[str, object] = {}
    app = typer.Typer()

    def command(**values: object) -> None:
        found.update(values)

    command.__signature__ = signature(PARAMETERS)
    app.command()(command)
    result = CliRunner().invoke(app, words)
    return found if result.exit_code == 0 else {"mistake": result.exit_code}


def nothing_given() -> dict[str, object]:
    return {each.name: [] if each.many else each.default for each in PARAMETERS}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["production"],
        ["--preview", "-"],
        ["--preview", "p.json", "--format", "json"],
        ["production", "--preview", "p.json"],
        ["--retire", "a.example.org", "--format", "json", "--retire", "b.example.org"],
        ["--external", "", "--output", "report one.md"],
        ["--environment", "a=b", "staging"],
    ],
    ids=" ".join,
)
def test_what_is_spelled_out_means_what_it_means_to_typer(words):
    values = plain(PARAMETERS, words)
    assert values is not None
    assert nothing_given() | values == by_typer(words)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["-h"],
        ["--preview=p.json"],
        ["--preview"],
        ["--preview", "--format", "json"],
        ["--prev", "p.json"],
        ["--format", "json", "--format", "text"],
        ["--", "production"],
        ["production", "staging"],
        ["--stack", "production"],
        ["--unknown", "x"],
    ],
    ids=" ".join,
)
def test_everything_else_is_left_to_typer(words):
    assert plain(PARAMETERS, words) is None


def test_a_parameter_is_named_as_it_is_spelled():
    assert [Parameter("[STACK]", "").name, Parameter("--dry-run", "").name] == ["stack", "dry_run"]


@pytest.mark.parametrize("module", ["typer", "typing_extensions", "subprocess", "rich"])
def test_a_preview_from_a_file_is_judged_without_what_only_other_runs_need(module):
    """Every module that is loaded is waited for in every pull request."""
    script = (
        "import os, sys; from slipway import cli; leave = os._exit\n"
        f"os._exit = lambda status: (print({module!r} in sys.modules, file=sys.stderr), leave(status))\n"
        "cli.main()"
    )
    preview = Path(__file__).parents[1] / "cases" / "certificate_gains_a_name" / "preview.json"
    words = ["preflight", "--preview", str(preview), "--format", "json"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "False\n")
