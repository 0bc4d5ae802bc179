"""`slipway override`, and a preflight in its place: overrides, reviews and the checklist; the engine says what it is
told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from slipway.engine import VERSION

CASES = Path(__file__).parents[1] / "cases"
DARK = "record_replaced_delete_first"  # static.example.org falls, and nothing else is wrong
SETTINGS = {
    "environment": "production",
    "guarded": True,
    "protect": True,
    "zone": "example.org",
    "log_retention_days": 30,
    "ledger": "past",
    "crates": {
        "host": "static.example.org",
        "names": {"static.example.org": "served"},
        "default_ttl": 60,
        "max_ttl": 60,
        "price_class": "PriceClass_All",
    },
}
OVERRIDE = ("--reason", "the old host is down anyway", "--expires", "2h")
WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
SCOPE = "hostname-dark:static.example.org"


@dataclass(frozen=True, slots=True)
class Here:
    """A project in a directory, and an engine that prints one preview of it."""

    root: Path

    @property
    def project(self) -> Path:
        return self.root / "project"

    def has(self, preview: str, **settings: object) -> None:
        """Settings, with what is given otherwise, and what a preview prints."""
        kept = {key: value for key, value in {**SETTINGS, **settings}.items() if value is not None}
        config = {f"slipway:{key}": value for key, value in kept.items()}
        (self.project / "Pulumi.production.yaml").write_text(yaml.safe_dump({"config": config}))
        (self.root / "preview.json").write_text(preview)
        for words in (("add", "-A"), ("commit", "-q", "--allow-empty", "-m", "settings")):
            subprocess.run(["git", *WHO, *words], cwd=self.project, check=True)

    def run(self, *arguments: str, expect: int) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from slipway.cli import main; main()", *arguments],
            cwd=self.project,
            env={
                **os.environ,
                "PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "XDG_STATE_HOME": str(self.root / "state"),
                "GIT_CEILING_DIRECTORIES": str(self.root),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    def preflight(self, *arguments: str, expect: int) -> dict:
        return json.loads(self.run("preflight", "production", "--format", "json", *arguments, expect=expect).stdout)

    def entries(self) -> list[dict]:
        return json.loads(self.run("ledger", "show", "production", "--format", "json", expect=0).stdout)


def preview(case: str = DARK) -> str:
    return (CASES / case / "preview.json").read_text()


@pytest.fixture
def here(tmp_path: Path) -> Here:
    found = Here(tmp_path)
    for folder in ("bin", "project"):
        (tmp_path / folder).mkdir()
    engine = f'case "$1" in version) echo v{VERSION};; preview) cat {tmp_path / "preview.json"};; *) exit 1;; esac'
    for name, body in (("pulumi", engine), ("pulumi-language-python", "exit 0")):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (found.project / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
    (found.project / ".gitignore").write_text("past/\nr.json\n")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=found.project, check=True)
    found.has(preview())
    return found


def test_a_report_carries_the_checklist_and_no_overrides_where_there_are_none(here: Here) -> None:
    document = here.preflight(expect=1)
    assert document["overrides"] == []
    answers = {each["question"]: each for each in document["checklist"]}
    assert answers["no hostname goes dark"] == {
        "question": "no hostname goes dark", "answer": "static.example.org dark", "met": False,
    }  # fmt: skip
    assert answers["passed staging"]["met"] is None
    text = here.run("preflight", "production", expect=1).stdout
    assert "Checklist:" in text
    assert "[ ] no hostname goes dark: static.example.org dark" in text


def test_without_a_ledger_there_is_no_checklist_and_no_override(here: Here) -> None:
    here.has(preview(), ledger=None)
    assert here.preflight(expect=1)["checklist"] == []
    for arguments in (("preflight", "production", "--override", SCOPE), ("override", "production", SCOPE)):
        done = here.run(*arguments, *OVERRIDE, expect=2)
        assert "slipway:ledger" in done.stderr
    assert "--reviews is for a stack with a ledger" in here.run(
        "preflight", "production", "--reviews", "r.json", expect=2
    ).stderr  # fmt: skip


def test_an_override_of_a_preflight_is_written_down_and_shown_until_it_is_revoked(here: Here) -> None:
    document = here.preflight("--override", SCOPE, *OVERRIDE, expect=0)
    (shown,) = document["overrides"]
    assert (shown["rule"], shown["hostname"], shown["entry"]) == ("hostname-dark", "static.example.org", 1)
    assert shown["reason"] == "the old host is down anyway"
    (warning,) = [each for each in document["warnings"] if each["rule"] == "hostname-dark"]
    assert warning["message"].startswith(f"overridden until {shown['until']} by {shown['who']} because the old host is")
    first, second = here.entries()
    assert (first["deed"]["kind"], first["deed"]["outcome"]) == ("override", "approved")
    assert (second["deed"]["outcome"], second["deed"]["results"]["overrides"]) == ("approved", "1")
    # The next one needs no option: the ledger knows.
    text = here.run("preflight", "production", expect=0).stdout
    assert text.startswith("approved with 1 override in force: 1 change")
    assert "hostname-dark:static.example.org is overridden by" in text
    markdown = here.run("preflight", "production", "--format", "markdown", expect=0).stdout
    assert "> **Overridden:** hostname-dark" in markdown
    here.run("override", "production", "--revoke", "1", expect=0)
    assert here.preflight(expect=1)["overrides"] == []


def test_an_override_of_another_name_changes_nothing_and_is_shown(here: Here) -> None:
    here.run("override", "production", "hostname-dark:index.example.org", *OVERRIDE, expect=0)
    document = here.preflight(expect=1)
    assert [each["rule"] for each in document["refusals"]] == ["hostname-dark"]
    assert [each["hostname"] for each in document["overrides"]] == ["index.example.org"]


def test_what_gives_way_to_nothing_is_not_written_down(here: Here) -> None:
    """Another rule refuses; or a step is of a kind that nobody knows, which no override touches."""
    done = here.run("preflight", "production", "--override", "hostname-dim", *OVERRIDE, expect=1)
    assert "the override is not written down" in done.stderr
    here.has(preview("unknown_kind_of_step"))
    done = here.run("preflight", "production", "--override", "one-change", *OVERRIDE, expect=1)
    assert "the override is not written down" in done.stderr
    assert {each["deed"]["kind"] for each in here.entries()} == {"preflight"}
    # Not even one that is in force already.
    here.run("override", "production", "one-change", *OVERRIDE, expect=0)
    here.run("preflight", "production", expect=1)


def test_an_unreadable_plan_is_never_overridden(here: Here) -> None:
    here.has(preview()[:5000])
    here.run("preflight", "production", "--override", "hostname-dark", *OVERRIDE, expect=2)
    assert here.entries() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--override", "one-chance", *OVERRIDE), "'one-chance' is no rule"),
        (("--reason", "it is all on fire"), "--reason and --expires are those of an --override"),
    ],
)
def test_what_cannot_be_overridden_is_told_before_the_engine_is_asked(
    here: Here, arguments: tuple[str, ...], says: str
) -> None:
    (here.root / "preview.json").unlink()
    assert says in here.run("preflight", "production", *arguments, expect=2).stderr


def test_a_preview_from_a_file_has_no_ledger_to_write_to(here: Here) -> None:
    file = str(CASES / DARK / "preview.json")
    done = here.run("preflight", "--preview", file, "--override", SCOPE, *OVERRIDE, expect=2)
    assert "--override is for a stack with a ledger" in done.stderr


def test_overrides_are_listed_for_people_and_machines(here: Here) -> None:
    assert "no override is in force" in here.run("override", "production", "--list", expect=0).stderr
    done = here.run(
        "override", "production", SCOPE, "--reason", "\x1b[31mred \u202e alert now", "--expires", "30m", expect=0
    )
    assert "written down as entry 1" in done.stderr
    assert "slipway preflight production" in done.stderr
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    (found,) = json.loads(here.run("override", "production", "--list", "--format", "json", expect=0).stdout)
    assert (found["entry"], found["hostname"]) == (1, "static.example.org")


@pytest.mark.parametrize("arguments", [("--list", "--revoke", "1"), ("--revoke", "7")])
def test_what_says_two_things_or_means_no_entry_is_bad_input(here: Here, arguments: tuple[str, ...]) -> None:
    here.run("override", "production", *arguments, expect=2)


def test_reviews_are_asked_for_and_counted_from_a_file(here: Here) -> None:
    def git(*words: str) -> str:
        command = ["git", "-c", "user.name=Eve", "-c", "user.email=eve@example.org", *words]
        return subprocess.run(command, cwd=here.project, check=True, capture_output=True, text=True).stdout.strip()

    here.has(preview("record_ttl_changed"), review={"rules": [{"reviews": 1}]})
    (here.project / ".gitignore").write_text("past/\n")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "a stack")
    document = here.preflight(expect=1)
    assert [each["rule"] for each in document["refusals"]] == ["review"]
    assert "review" not in [each["rule"] for each in document["not_evaluated"]]
    file = here.root / "reviews.json"
    word = {
        "user": {"login": "ada"},
        "state": "APPROVED",
        "commit_id": git("rev-parse", "HEAD"),
        "submitted_at": "2026-11-20T12:00:00Z",
    }
    file.write_text(json.dumps([word]))
    document = here.preflight("--reviews", str(file), expect=0)
    assert {"question": "reviews", "answer": "1 of 1 (ada)", "met": True} in document["checklist"]
    file.write_text("{}")
    here.run("preflight", "production", "--reviews", str(file), expect=2)
