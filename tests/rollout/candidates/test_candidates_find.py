"""The search in a real repository, by a judge who reads the settings instead of running an engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import pytest
from tests.rollout.candidates.verdicts import verdict
from tests.rollout.clones import Clone

from slipway.engine.child import Watch
from slipway.errors import EngineError
from slipway.preflight import Verdict
from slipway.repository import repository_around
from slipway.rollout.candidates import Base, Candidate, Context, Failed, Memory, Previews, find

pytestmark = pytest.mark.process
CONTEXT = Context("production", "state", {"msgspec": "1"}, "3.259.0", "slipway")
SETTINGS = "Pulumi.production.yaml"
Search = Callable[..., tuple[Candidate, ...]]


@dataclass
class Judge:
    """Finds as many changes as the settings have letters; an `x` among them is a program that fails."""

    seen: list[str] = field(default_factory=list)
    places: list[Path] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    slow: float = 0.0

    def __call__(self, project: Path, watch: Watch) -> Verdict:
        text = (project / SETTINGS).read_text().strip()
        self.places.append(project)
        self.seen.append(text)
        ends = time.monotonic() + self.slow
        while time.monotonic() < ends:
            watch(0.0, "")
            time.sleep(0.01)
        self.ended.append(text)
        if "x" in text:
            raise EngineError(f"{project}/infra/__main__.py is broken", f"Mend {project}/infra/__main__.py.")
        return verdict(len(text), *(["one-change"] if len(text) > 1 else []), digest=text)


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def search(clone: Clone, judge: Judge, tmp_path: Path) -> Search:
    """Search from a commit on; the deployed settings have no letter at all."""
    base = clone.committed(SETTINGS, "\n")
    memory = Memory(tmp_path / "memory")

    def run(
        *, context: Context = CONTEXT, surely: bool = True, folder: str = ".", start: str = base, jobs: int = 2
    ) -> tuple[Candidate, ...]:
        repository = repository_around(clone.path)
        previews = Previews(repository, PurePosixPath(folder), partial(nullcontext, judge), memory, jobs)
        commits = repository.between(start, "HEAD")
        return find(previews, context, Base(start, 1, surely), commits, lambda done, of: None)

    return run


def told(candidates: tuple[Candidate, ...]) -> Mapping[str, object]:
    return {
        each.commit.subject: each.outcome.digest if isinstance(each.outcome, Verdict) else "failed"
        for each in candidates
    }


def test_commits_are_listed_with_the_outcome_of_their_own_files(clone: Clone, search: Search, judge: Judge) -> None:
    clone.committed("docs/page.md", "a", "docs")
    clone.committed(SETTINGS, "a\n", "one")
    clone.committed("tests/test.py", "b", "tests")
    clone.committed(SETTINGS, "ab\n", "two")
    clone.committed(SETTINGS, "abx\n", "broken")
    clone.committed(SETTINGS, "b\n", "other")
    assert told(search()) == {"one": "a", "two": "ab", "broken": "failed", "other": "b"}
    assert sorted(judge.seen) == ["a", "ab", "abx", "b"]


def test_nothing_of_the_work_trees_stays(clone: Clone, search: Search, judge: Judge) -> None:
    clone.committed(SETTINGS, "a\n")
    clone.committed(SETTINGS, "x\n")
    search()
    assert len(judge.places) == 2
    assert not any(place.parent.exists() for place in judge.places)
    assert clone.git("worktree", "list", "--porcelain").count("worktree ") == 1


def test_failure_is_told_without_the_directory_it_happened_in(clone: Clone, search: Search) -> None:
    clone.committed(SETTINGS, "x\n")
    (found,) = search()
    assert found.outcome == Failed("infra/__main__.py is broken", "Mend infra/__main__.py.")


def test_verdicts_are_remembered_and_failures_are_tried_again(clone: Clone, search: Search, judge: Judge) -> None:
    clone.committed(SETTINGS, "a\n", "one")
    clone.committed(SETTINGS, "x\n", "broken")
    first = search()
    assert search() == first
    assert sorted(judge.seen) == ["a", "x", "x"]


def test_commit_with_the_same_files_as_an_earlier_one_is_not_previewed_again(
    clone: Clone, search: Search, judge: Judge
) -> None:
    clone.committed(SETTINGS, "a\n", "one")
    clone.committed(SETTINGS, "ab\n", "two")
    clone.committed(SETTINGS, "a\n", "one again")
    assert told(search()) == {"one": "a", "two": "ab", "one again": "a"}
    assert sorted(judge.seen) == ["a", "ab"]


def test_return_to_the_deployed_files_is_previewed_and_listed(clone: Clone, search: Search) -> None:
    clone.committed(SETTINGS, "a\n", "one")
    clone.committed(SETTINGS, "\n", "back")
    assert told(search()) == {"one": "a", "back": ""}


def test_where_something_else_was_begun_the_deployed_files_are_previewed_too(
    clone: Clone, search: Search, judge: Judge
) -> None:
    clone.committed("docs/page.md", "a", "docs")
    assert told(search()) == {}
    assert told(search(surely=False)) == {"docs": ""}
    assert judge.seen == [""]


@pytest.mark.parametrize(
    "other",
    [
        Context("production", "another state", {"msgspec": "1"}, "3.259.0", "slipway"),
        Context("production", "state", {"msgspec": "2"}, "3.259.0", "slipway"),
        Context("production", "state", {"msgspec": "1"}, "3.260.0", "slipway"),
        Context("production", "state", {"msgspec": "1"}, "3.259.0", "newer"),
    ],
)
def test_anything_that_a_preview_meets_makes_it_another_one(
    clone: Clone, search: Search, judge: Judge, other: Context
) -> None:
    clone.committed(SETTINGS, "a\n")
    search()
    search(context=other)
    assert judge.seen == ["a", "a"]


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("Pulumi.yaml", True),
        ("infra/deep/module.py", True),
        ("infra/data.json", True),
        ("requirements.lock", True),
        ("Pulumi.staging.yaml", False),
        ("README.md", False),
        ("docs/infra/page.md", False),
    ],
)
def test_only_files_that_the_program_is_made_of_count(
    clone: Clone, search: Search, judge: Judge, path: str, counts: bool
) -> None:
    clone.committed(path, "name: cdn\nmain: infra/\n# edited\n")
    search()
    assert len(judge.seen) == counts


def test_without_a_directory_for_the_program_all_of_the_project_counts(
    clone: Clone, search: Search, judge: Judge
) -> None:
    start = clone.committed("Pulumi.yaml", "name: cdn\nruntime: python\n")
    clone.committed("helper.py", "a")
    search(start=start)
    assert len(judge.seen) == 1


def test_where_the_program_holds_links_all_of_the_repository_counts(clone: Clone, search: Search, judge: Judge) -> None:
    clone.write("shared/table.json", "1")
    (clone.path / "infra" / "shared").symlink_to("../shared")
    start = clone.commit("a link")
    clone.committed("shared/table.json", "2")
    search(start=start)
    assert len(judge.seen) == 1


def test_project_below_the_top_is_previewed_there(clone: Clone, search: Search, judge: Judge) -> None:
    (clone.path / "cdn").mkdir()
    clone.git("mv", "Pulumi.yaml", SETTINGS, "infra", "cdn")
    start = clone.commit("moved")
    clone.committed(f"cdn/{SETTINGS}", "a\n", "one")
    clone.committed("Pulumi.yaml", "name: other\n", "elsewhere")
    assert told(search(start=start, folder="cdn")) == {"one": "a"}
    assert judge.places[0].name == "cdn"


def test_commit_whose_lock_asks_for_other_packages_is_noted(clone: Clone, search: Search) -> None:
    clone.write("requirements.lock", "msgspec==2\n")
    clone.committed(SETTINGS, "a\n")
    (found,) = search()
    assert found.note == "previewed with other packages than its requirements.lock says: msgspec 1 and not 2"


def test_so_many_previews_run_at_once(clone: Clone, search: Search, judge: Judge) -> None:
    """Each waits for the others: with fewer at once, none would come to an end."""
    together = threading.Barrier(3, timeout=120)
    judged = judge.__call__

    class Meeting(Judge):
        def __call__(self, project: Path, watch: Watch) -> Verdict:
            together.wait()
            return judged(project, watch)

    for letter in "abc":
        clone.committed(SETTINGS, f"{letter}\n", letter)
    repository = repository_around(clone.path)
    previews = Previews(
        repository, PurePosixPath(), partial(nullcontext, Meeting()), Memory(clone.path / ".git" / "memory"), 3
    )
    commits = repository.between("HEAD~3", "HEAD")
    outcomes = previews.outcomes({each.subject: each.hash for each in commits}, lambda done, of: None)
    assert {key: outcome.digest for key, outcome in outcomes.items()} == {"a": "a", "b": "b", "c": "c"}


def test_interruption_ends_every_preview_and_leaves_nothing(clone: Clone, judge: Judge) -> None:
    judge.slow = 60.0
    for letter in "abcd":
        clone.committed(SETTINGS, f"{letter}\n", letter)
    repository = repository_around(clone.path)
    memory = Memory(clone.path / ".git" / "memory")
    commits = {each.subject: each.hash for each in repository.between("HEAD~4", "HEAD")}

    def interrupted(done: int, of: int) -> None:
        if len(judge.seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Previews(repository, PurePosixPath(), partial(nullcontext, judge), memory, 2).outcomes(commits, interrupted)
    assert sorted(judge.seen) == ["a", "b"]
    assert judge.ended == []
    assert not any(place.exists() for place in judge.places)
    assert clone.git("worktree", "list", "--porcelain").count("worktree ") == 1
