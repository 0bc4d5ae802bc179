"""A site on the local cloud, changed by hand: told, put back and taken in, by the real engine.

One site, whose story the tests tell in their order.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from site_by_hand import PROGRAM, Hand, Repository, settings

from slipway.cli.recording import record
from slipway.cloud.provider.cloud import Cloud
from slipway.config import read_file
from slipway.ledger import Deed, Entry, open_book

pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Site:
    """The deployed site, a newer commit on top of the deployed one, and somebody with the console open."""

    repository: Repository
    shell: dict[str, str]
    state: Callable[[], dict]
    files: Path
    hand: Hand

    def drift(self, *arguments: str, expect: int) -> str:
        command = [sys.executable, "-c", "from slipway.cli import main; main()", "drift", "staging", *arguments]
        done = subprocess.run(
            command, cwd=self.repository.directory, env=self.shell, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    def entries(self) -> list[Entry]:
        found = open_book(str(self.repository.directory / "past"), "staging").entries()
        return [link.entry for link in found if link.entry.deed.kind == "drift"]

    def kept(self) -> dict[str, bytes]:
        """Every file of the backend, byte for byte: states, history, backups, locks."""
        return {str(path): path.read_bytes() for path in self.files.rglob("*") if path.is_file()}

    def urn(self, name: str) -> str:
        return next(each["urn"] for urn, each in self.hand.state.items() if urn.endswith(f"::{name}"))


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, shell: dict[str, str], new_project: Callable[..., object], aws: Cloud
) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("drift")
    directory = place / "site"
    directory.mkdir()
    repository = Repository(directory)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.git("config", "user.name", "Ada")
    repository.git("config", "user.email", "ada@example.org")
    repository.commits(
        "first",
        project=f"name: {place.name}\nruntime: python\n",
        staging=settings(),
        ignored="past/\n__pycache__/\n",
        program=PROGRAM,
    )
    with pytest.MonkeyPatch.context() as patch:
        variables = {**shell, "XDG_STATE_HOME": str(place / "state")}
        for name, value in variables.items():
            patch.setenv(name, value)

        def pulumi(*words: str) -> str:
            command = ["pulumi", *words, "--non-interactive"]
            return subprocess.run(
                command, cwd=directory, env=variables, check=True, capture_output=True, text=True
            ).stdout

        def state() -> dict:
            found = json.loads(pulumi("stack", "export", "--stack=staging"))["deployment"]["resources"]
            return {each["urn"]: each for each in found}

        pulumi("stack", "init", "staging")
        pulumi("up", "--yes", "--skip-preview", "--stack=staging")
        path = directory / "Pulumi.staging.yaml"
        record(read_file(path), path, Deed(kind="apply", outcome="done"))
        old = (datetime.now(UTC) - timedelta(days=10)).isoformat()
        repository.commits("Docs change more often", old, program=PROGRAM.replace("DOCS_TTL = 300", "DOCS_TTL = 60"))
        files = Path(variables["PULUMI_BACKEND_URL"].removeprefix("file://"))
        yield Site(repository, variables, state, files, Hand(aws, state()))


def test_what_was_done_by_hand_and_what_waits_are_told_and_nothing_is_written(site: Site) -> None:
    """Also what AWS computes has changed: the distribution's ETag and date, by an edit that was taken back."""
    site.hand.sets_ttl(30)
    site.hand.deletes_note()
    site.hand.tags_bucket(team="infrastructure", why="a test")
    site.hand.compresses(True)
    site.hand.compresses(False)
    before = site.kept()
    found = json.loads(site.drift("--format", "json", expect=1))
    assert site.kept() == before
    assert found["schema"] == "slipway.drift/1"
    told = {(each["cause"], each["title"]): each["differences"] for each in found["findings"]}
    (late,) = [title for cause, title in told if cause == "unapplied merge"]
    assert late.endswith("Docs change more often (Ada, 10 days ago)")
    assert {title: differences for (cause, title), differences in told.items() if cause == "changed by hand"} == {
        "record CNAME www.drift.example": [{"path": "ttl", "recorded": "300", "live": "30"}],
        "record TXT note.drift.example is gone": [],
        "bucket content": [{"path": "tags.why", "recorded": "none", "live": '"a test"'}],
    }
    assert len(told) == 4
    assert [(each.deed.outcome, dict(each.deed.results)) for each in site.entries()] == [
        ("failed", {"by_hand": 3, "unapplied_merge": 1})
    ]


def test_repair_puts_back_what_the_deployed_commit_says_and_no_more(site: Site) -> None:
    """The newer commit that is checked out waits on: neither its TTL nor what else differs is touched."""
    said = site.drift("--older-than", "30", "--repair", "--yes", "--target", site.urn("www"), expect=1)
    assert "approved: 1 change" in said
    assert "ttl 30 -> 300" in said
    assert "Put back: 1. Left that were changed by hand: 2." in said
    assert site.hand.ttls() == {"www": 300, "docs": 300}
    assert [each.deed.outcome for each in site.entries()[-3:]] == ["failed", "begun", "done"]
    assert site.entries()[-1].deed.results == {"by_hand": 2, "repaired": 1}


def test_adopt_takes_the_live_world_into_the_state_and_says_what_to_edit(site: Site) -> None:
    said = site.drift("--older-than", "30", "--adopt", expect=1)
    assert "Left that were changed by hand: 0." in said
    assert 'tags.why: "a test", not none' in said
    assert "record TXT note.drift.example is gone: take it out" in said
    assert "record TXT note.drift.example added" in said  # by the next apply
    assert "slipway preflight staging" in said
    state = site.state()
    assert not any(urn.endswith("::note") for urn in state)
    assert next(each for urn, each in state.items() if urn.endswith("::content"))["inputs"]["tags"]["why"] == "a test"
    assert site.entries()[-1].deed.results == {"by_hand": 0, "adopted": 2}
