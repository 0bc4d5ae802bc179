"""What is compared with what, and what is said where nothing can be compared."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pretended import PretendedEngine, unchanged
from site_by_hand import PROGRAM, Repository, settings

from slipway.cli.recording import record
from slipway.config import read_file
from slipway.drift import Report, look
from slipway.errors import BadInput, EngineError
from slipway.ledger import Book, Deed, Kind, open_book

pytestmark = pytest.mark.process
NOW = datetime.now(UTC)


def days_ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def stamps(directory: Path) -> dict[Path, int]:
    """When each file outside git's own directory was written last."""
    found = (path for path in directory.rglob("*") if ".git" not in path.parts)
    return {path: path.stat().st_mtime_ns for path in found}


@dataclass(frozen=True, slots=True)
class Site:
    """A project in a repository, its ledger, and an engine that is pretended."""

    repository: Repository
    engine: PretendedEngine
    book: Book

    @property
    def project(self) -> Path:
        return self.repository.directory

    def applied(self, outcome: str = "done", kind: Kind = "apply") -> str:
        """What is checked out is applied, and written down; its commit."""
        path = self.project / "Pulumi.staging.yaml"
        record(read_file(path), path, Deed(kind=kind, outcome=outcome))  # type: ignore[arg-type]
        return self.repository.git("rev-parse", "HEAD")

    def look(self, *, older_than: int = 7, ledger: bool = True) -> Report:
        book = self.book if ledger else None
        return look("staging", "staging", self.project, book, older_than=older_than, now=NOW)

    def causes(self, **how: int) -> list[str]:
        return [finding.cause for finding in self.look(**how).findings]


@pytest.fixture
def site(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str], str]
) -> Site:
    """One commit, of which nothing differs."""
    engine = PretendedEngine(tmp_path / "engine")
    engine.install()
    engine.prints("refresh", recorded("untouched"))
    engine.prints("preview", unchanged(recorded("refreshed")))
    monkeypatch.setenv("PATH", f"{engine.directory}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    repository.commits(
        "first",
        days_ago(90),
        project="name: site\nruntime: python\n",
        staging=settings(),
        ignored="past/\n",
        program=PROGRAM,
    )
    return Site(repository, engine, open_book(str(repository.directory / "past"), "staging"))


def test_what_agrees_is_no_drift_and_nothing_is_written(site: Site) -> None:
    commit = site.applied()
    before = stamps(site.project)
    found = site.look()
    assert found.findings == ()
    assert found.not_compared == ()
    assert found.deployed is not None
    assert found.deployed.commit == commit
    assert site.engine.asked() == [(commit, "refresh"), (commit, "preview")]
    assert stamps(site.project) == before


def test_state_is_compared_with_the_deployed_commit_and_not_with_what_is_checked_out(
    site: Site, recorded: Callable[[str], str]
) -> None:
    old = site.applied()
    site.engine.prints("preview", recorded("refreshed"), site.repository.commits("second", program="pass"))
    assert site.causes() == []
    assert (old, "preview") in site.engine.asked()
    site.engine.prints("preview", recorded("refreshed"), old)
    assert set(site.causes()) == {"state outside git"}
    assert site.repository.git("worktree", "list").count("\n") == 0


def test_edits_that_nobody_committed_do_not_hide_the_deployed_commit(site: Site) -> None:
    old = site.applied()
    (site.project / "__main__.py").write_text("raise")
    assert site.causes() == []
    assert (old, "preview") in site.engine.asked()


def test_what_an_unfinished_apply_left_is_called_that(site: Site, recorded: Callable[[str], str]) -> None:
    site.applied()
    site.applied("begun")
    site.engine.prints("preview", recorded("refreshed"))
    found = site.look()
    assert {finding.cause for finding in found.findings} == {"unfinished apply"}
    assert found.deployed is not None
    assert [told.partition(" at ")[0] for told in found.deployed.since] == ["apply begun"]


def test_applied_from_a_tree_that_was_never_committed(site: Site) -> None:
    (site.project / "__main__.py").write_text("pass")
    site.applied()
    assert site.causes() == ["state outside git"]


def test_applied_from_a_branch_that_was_never_merged(site: Site) -> None:
    site.repository.git("checkout", "--quiet", "-b", "topic")
    site.repository.commits("second", program="pass")
    site.applied()
    assert [finding.title.partition(" was ")[2] for finding in site.look().findings] == [
        "applied and is not on the main branch"
    ]


def test_applied_from_a_commit_that_nobody_pushed(site: Site) -> None:
    """Nothing can be compared with it: that is drift, and is said."""
    site.repository.git("checkout", "--quiet", "-b", "topic")
    lost = site.repository.commits("second", program="pass")
    site.applied()
    site.repository.git("checkout", "--quiet", "main")
    site.repository.git("branch", "--quiet", "-D", "topic")
    site.repository.git("reflog", "expire", "--expire=now", "--all")
    site.repository.git("prune", "--expire=now")
    found = site.look()
    assert [finding.cause for finding in found.findings] == ["state outside git"]
    assert lost[:12] in found.findings[0].title
    assert "not in this repository" in found.not_compared[0]
    assert [command for _, command in site.engine.asked()] == ["refresh"]


def test_applied_with_settings_that_the_commit_does_not_have(site: Site) -> None:
    path = site.project / "Pulumi.staging.yaml"
    text = path.read_text()
    path.write_text(text.replace("log_retention_days: 330", "log_retention_days: 30"))
    site.applied()
    path.write_text(text)
    assert site.causes() == ["state outside git", "config outside git"]


def test_settings_that_are_not_in_git_at_all(site: Site) -> None:
    site.repository.git("rm", "--quiet", "--cached", "Pulumi.staging.yaml")
    (site.project / ".gitignore").write_text("past/\nPulumi.staging.yaml\n")
    site.repository.commits("settings are mine")
    site.applied()
    assert site.causes() == ["config outside git"]
    site.repository.commits("something else", docs="1")
    assert site.causes() == ["config outside git"]


def test_merges_that_wait_too_long_are_drift_if_they_change_something(
    site: Site, recorded: Callable[[str], str]
) -> None:
    site.applied()
    site.repository.commits("old", days_ago(20), program="1")
    site.repository.commits("words alone", days_ago(20), docs="1", readme="1")
    head = site.repository.commits("young", days_ago(1), program="2")
    assert site.causes() == []  # the head's preview changes nothing: they may wait for ever
    site.engine.prints("preview", recorded("refreshed"), head)
    found = site.look()
    assert [finding.title.split(" ", 1)[1] for finding in found.findings] == [
        "old (Ada, 20 days ago)",
        "words alone (Ada, 20 days ago)",
    ]
    assert [merge.subject for merge in found.waiting] == ["young"]
    assert len(site.causes(older_than=0)) == 3
    assert site.causes(older_than=30) == []


@pytest.mark.parametrize(("ledger", "said"), [(False, "has no ledger"), (True, "knows of no apply")])
def test_what_nobody_wrote_down_is_not_compared_and_said(
    site: Site, ledger: bool, said: str, recorded: Callable[[str], str]
) -> None:
    site.engine.prints("refresh", recorded("changed"))
    found = site.look(ledger=ledger)
    assert said in found.not_compared[0]
    assert len(found.by_hand) == 4


def test_apply_from_no_repository_names_no_commit(site: Site) -> None:
    site.book.append(Deed(kind="apply", outcome="done"), "Ada")
    assert "names no commit" in site.look().not_compared[0]


def test_repository_without_a_main_branch_is_said(site: Site) -> None:
    site.applied()
    site.repository.git("branch", "--move", "trunk")
    assert "main branch" in site.look().not_compared[0]


def test_clone_without_history_is_told_before_anything_slow(site: Site, tmp_path: Path) -> None:
    site.applied()
    site.repository.commits("second", program="pass")
    site.repository.git("clone", "--quiet", "--depth=1", f"file://{site.project}", str(tmp_path / "shallow"))
    with pytest.raises(BadInput, match="shallow"):
        look("staging", "staging", tmp_path / "shallow", site.book, older_than=7, now=NOW)
    assert site.engine.asked() == []


def test_engine_that_fails_is_its_own_words(site: Site) -> None:
    (site.engine.directory / "refresh.json").unlink()
    with pytest.raises(EngineError, match=r"comparing staging with the live world failed .* refresh was not expected"):
        site.look()


def test_engine_that_was_told_to_compare_outputs_compares_inputs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every ETag would be drift."""
    monkeypatch.setenv("PULUMI_USE_LEGACY_REFRESH_DIFF", "true")
    script = site.engine.directory / "pulumi"
    check = '[ "$PULUMI_USE_LEGACY_REFRESH_DIFF" = false ] || [ "$1" = version ] || exit 9\n'
    script.write_text(script.read_text().replace("here=", check + "here=", 1))
    assert site.look(ledger=False).findings == ()
