"""`slipway split` on previews that were taken before: exit statuses, commands to copy, JSON, harmless text."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from slipway.cli import split
from slipway.errors import BadInput

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def run():
    app = typer.Typer()
    split.register(app)

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return command


def preview(name: str) -> str:
    return str(CASES / name / "preview.json")


def test_a_cut_prints_the_commands_whole(run):
    done = run("--preview", preview("ttl_of_two_names"))
    assert done.exit_code == 0
    assert done.stdout.startswith("cut into 2 steps, cdn/production for production\n")
    commands = done.stdout.replace(" \\\n", "").splitlines()
    ups = [shlex.split(line) for line in commands if line.strip().startswith("pulumi up")]
    assert [words[:4] for words in ups] == [["pulumi", "up", "--stack", "production"]] * 2
    assert [words[5].rsplit("::", 1)[1] for words in ups] == ["one", "static"]


def test_a_conflict_names_both_requirements_and_the_way_out(run):
    done = run("--preview", preview("weighted_behind_new_certificate"))
    assert done.exit_code == 1
    assert "cannot be cut: two requirements conflict" in done.stdout
    assert "1. aws-refusal: static-cloudfront before static" in done.stdout
    assert "2. hostname-retired: static before static-cloudfront" in done.stdout
    assert "instead: First give static the weighted routing" in done.stdout


def test_what_is_one_step_already_or_none_is_said_to_be(run):
    assert "this is one approved step already" in run("--preview", preview("record_ttl_changed")).stdout
    assert "there is nothing to apply" in run("--preview", preview("nothing_to_do")).stdout


def test_what_is_meant_to_go_and_what_serves_outside_is_taken_from_the_options(run):
    name = preview("name_moved_out_and_the_distribution_deleted")
    assert run("--preview", name).exit_code == 1
    assert run("--preview", name, "--external", "pool.example.net").exit_code == 0


def test_json_holds_the_steps_with_their_waits(run):
    name = preview("chain_shortened_and_its_middle_deleted")
    done = run("--preview", name, "--retire", "lb.example.org", "--format", "json")
    document = json.loads(done.stdout)
    assert document["schema"] == "slipway.split/1"
    assert (document["outcome"], document["conflict"], document["engine"]) == ("cut", None, None)
    assert [(step["number"], step["phase"], step["wait"]["seconds"]) for step in document["steps"]] == [
        (1, "switch", 300),
        (2, "contract", 0),
    ]
    assert [len(step["commands"]) for step in document["steps"]] == [2, 2]


def test_names_from_the_plan_cannot_act_on_the_terminal(run):
    done = run("--preview", preview("other_packages"))
    assert "\u202e" not in done.stdout
    assert "\\u202e" in done.stdout


def test_the_report_can_be_written_to_a_file(run, tmp_path):
    done = run("--preview", preview("ttl_of_two_names"), "--output", str(tmp_path / "cut.txt"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / "cut.txt").read_text().startswith("cut into 2 steps")


@pytest.mark.parametrize("words", [(), ("production", "--preview", "x.json"), ("--preview", "no-such-file.json")])
def test_neither_or_both_of_stack_and_preview_is_bad_input(run, words):
    assert isinstance(run(*words).exception, BadInput)
