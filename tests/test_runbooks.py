"""The runbooks: one for every alarm, filled in, and written by a command that never overwrites."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from slipway import runbooks
from slipway.cli.runbooks import register
from slipway.config import AlarmsConfig
from slipway.errors import BadInput

DIRECTORY = Path(__file__).parents[1] / "docs" / "runbooks"
ROWS = pytest.mark.parametrize("row", runbooks.ALARMS, ids=lambda row: row.kind)
CONCRETE = r"(slipway|dig|curl|aws|pulumi|git|openssl)"


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


def commands(text: str) -> list[str]:
    """The indented blocks of a runbook, line by line."""
    return [line.strip() for line in text.splitlines() if line.startswith("    ") and line.strip()]


# -- those of this project -------------------------------------------------------------------------------------------


@ROWS
def test_every_alarm_has_a_runbook_that_a_person_has_filled_in(row: runbooks.Alarm) -> None:
    """All sections are there, with words in them, and no line of the skeleton asks for more."""
    path = DIRECTORY / runbooks.file_name(row)
    assert path.is_file()
    assert list(runbooks.faults(row, path.read_text(encoding="utf-8"))) == []


@ROWS
def test_every_runbook_says_how_to_check_with_commands(row: runbooks.Alarm) -> None:
    """Commands to paste, those of the table among them, not advice."""
    text = (DIRECTORY / runbooks.file_name(row)).read_text(encoding="utf-8")
    section = text.split("## How to check")[1].split("\n## ")[0]
    assert [line for line in commands(section) if re.match(rf"({CONCRETE}\b|[A-Z]+=)", line)]
    for check in row.checks:
        assert " ".join(check.split()) in " ".join(section.replace("\\\n", " ").split())


@ROWS
def test_runbooks_use_no_variable_that_they_do_not_set(row: runbooks.Alarm) -> None:
    """A responder pastes from the top."""
    text = "\n".join(commands((DIRECTORY / runbooks.file_name(row)).read_text(encoding="utf-8")))
    set_before = set(re.findall(r"^([A-Z][A-Z0-9_]*)=", text, re.M))
    assert set(re.findall(r"\$([A-Z][A-Z0-9_]*)", text)) <= set_before


def test_links_between_runbooks_lead_somewhere() -> None:
    """To files that are there, and headings that are in them."""
    for path in sorted(DIRECTORY.glob("*.md")):
        for target, heading in re.findall(
            r"\]\((?!https:)([^)#\s]*)(?:#([^)\s]+))?\)", path.read_text(encoding="utf-8")
        ):
            linked = path.parent / target if target else path
            assert linked.is_file(), f"{path.name}: {target}"
            titles = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.M)
            anchors = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert not heading or heading in anchors, f"{path.name}: {target}#{heading}"


def test_no_runbook_is_left_of_an_alarm_that_is_gone() -> None:
    """Besides the alarms' there is one page of common steps."""
    assert {path.name for path in DIRECTORY.glob("*.md")} == {
        "first-line.md",
        *(runbooks.file_name(row) for row in runbooks.ALARMS),
    }


# -- the table -------------------------------------------------------------------------------------------------------


def test_table_has_a_row_for_every_limit_that_can_be_set() -> None:
    """No setting without an alarm, no alarm without a setting but the one that sums up, and one that has no limit."""
    settings = [row.setting for row in runbooks.ALARMS if row.setting]
    assert sorted(settings) == sorted(AlarmsConfig.model_fields)
    assert [row.kind for row in runbooks.ALARMS if not row.setting] == ["service-urgent", "dead-letters"]


def test_kinds_and_titles_are_unique() -> None:
    """A kind is a file's name."""
    assert (
        len({row.kind for row in runbooks.ALARMS})
        == len({row.title for row in runbooks.ALARMS})
        == len(runbooks.ALARMS)
    )
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row.kind) for row in runbooks.ALARMS)


@pytest.mark.parametrize("base", ["https://example.org/runbooks", "https://example.org/runbooks/"])
def test_url_of_a_runbook_has_one_slash_whatever_its_base_ends_with(base: str) -> None:
    """Joined the way that once went wrong."""
    assert runbooks.url(runbooks.alarm("errors"), base) == "https://example.org/runbooks/errors.md"


def test_description_too_long_for_cloudwatch_names_the_setting_to_shorten() -> None:
    """Instead of an apply that fails in the middle."""
    with pytest.raises(BadInput, match="above 1024") as raised:
        runbooks.describe(runbooks.alarm("errors"), "static.example.org", "1 %", f"https://example.org/{'x' * 900}")
    assert "slipway:on_call.runbooks" in raised.value.advice


# -- the skeleton and what is wrong with a runbook ---------------------------------------------------------------------


@ROWS
def test_skeleton_has_every_section_and_asks_to_be_filled_in(row: runbooks.Alarm) -> None:
    """As generated it does not pass: only a person can finish it."""
    found = list(runbooks.faults(row, runbooks.skeleton(row)))
    assert found == [f"has section {heading!r} as it was generated" for heading in runbooks.SECTIONS]


def test_runbook_that_lacks_something_is_told_what() -> None:
    """Each fault is named."""
    row = runbooks.alarm("errors")
    text = "# Another title\n\n## What it means\n\nThis.\n\n## First line may\n\n## How to check\n\nSo.\n"
    assert list(runbooks.faults(row, text)) == [
        "has no title 'Too many server errors'",
        "has nothing in section 'First line may'",
        "has no section 'When to escalate'",
    ]


# -- the command -----------------------------------------------------------------------------------------------------


def test_command_writes_what_is_missing_and_leaves_the_rest(app: typer.Typer, tmp_path: Path) -> None:
    """A filled runbook is somebody's work; nothing else is left in the directory."""
    (tmp_path / "errors.md").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(app, ["runbooks", "--directory", str(tmp_path)])
    assert done.exit_code == 0
    assert (tmp_path / "errors.md").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(runbooks.file_name, runbooks.ALARMS))
    assert done.output.count("fill it in") == len(runbooks.ALARMS) - 1
    assert CliRunner().invoke(app, ["runbooks", "--directory", str(tmp_path)]).output == ""


def test_check_names_what_is_missing_and_writes_nothing(app: typer.Typer, tmp_path: Path) -> None:
    """Exit status 1, one line a fault."""
    done = CliRunner().invoke(app, ["runbooks", "--check", "--directory", str(tmp_path)])
    assert done.exit_code == 1
    assert done.output.splitlines() == [f"{tmp_path / runbooks.file_name(row)}: is missing" for row in runbooks.ALARMS]
    assert list(tmp_path.iterdir()) == []


def test_check_passes_the_runbooks_of_this_project(app: typer.Typer) -> None:
    """As CI runs it."""
    done = CliRunner().invoke(app, ["runbooks", "--check", "--directory", str(DIRECTORY)])
    assert (done.exit_code, done.output) == (0, f"{len(runbooks.ALARMS)} alarms, each with its runbook\n")


def test_command_outside_a_project_writes_nothing(app: typer.Typer, tmp_path: Path) -> None:
    """The directory must be there: it is not made wherever somebody happens to stand."""
    done = CliRunner().invoke(app, ["runbooks", "--directory", str(tmp_path / "docs")])
    assert isinstance(done.exception, BadInput)
    assert not (tmp_path / "docs").exists()


def test_check_of_a_runbook_that_is_no_text_is_bad_input(app: typer.Typer, tmp_path: Path) -> None:
    """One clear error, no traceback."""
    (tmp_path / "errors.md").write_bytes(b"\xff\xfe")
    done = CliRunner().invoke(app, ["runbooks", "--check", "--directory", str(tmp_path)])
    assert isinstance(done.exception, BadInput)
