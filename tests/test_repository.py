"""What git tells of a repository."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
from tests.rollout.clones import PROGRAM, Clone

from slipway.errors import BadInput
from slipway.repository import Repository, repository_around


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A repository with one commit, without a remote."""
    for name, value in {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
    }.items():
        monkeypatch.setenv(name, value)
    clone = Clone(tmp_path)
    clone.git("init", "--quiet", "--initial-branch=main")
    for path, text in PROGRAM.items():
        clone.write(path, text)
    clone.commit("a program")
    return clone


@pytest.fixture
def repository(clone: Clone) -> Repository:
    return repository_around(clone.path / "infra")


def test_repository_is_found_from_any_directory_in_it(repository: Repository, clone: Clone) -> None:
    assert repository.top == clone.path.resolve()


def test_commits_come_oldest_first_with_author_time_and_subject(
    repository: Repository, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = clone.head
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-20T12:00:00+02:00")
    first = clone.committed("infra/a.py", "a", "wörds; `quoted`\n\nand a body")
    second = clone.committed("infra/b.py", "b", "\x1b[31mred")
    found = repository.between(base, second)
    assert [each.hash for each in found] == [first, second]
    assert [each.subject for each in found] == ["wörds; `quoted`", "\x1b[31mred"]
    assert (found[0].author, found[0].at) == ("Ada", datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    assert repository.between(second, second) == ()


def test_merge_is_one_commit(repository: Repository, clone: Clone) -> None:
    base = clone.head
    clone.git("switch", "--quiet", "--create", "feature")
    clone.committed("infra/a.py", "one")
    clone.committed("infra/a.py", "two")
    clone.git("switch", "--quiet", "main")
    clone.git("merge", "--quiet", "--no-ff", "--message", "merged", "feature")
    assert [each.subject for each in repository.between(base, clone.head)] == ["merged"]


def test_commit_of_an_impossible_date_has_the_last_one(
    repository: Repository, clone: Clone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Git itself writes none, and reads them all the same."""
    base, tree = clone.head, clone.git("rev-parse", "HEAD^{tree}")
    who = "Eve <eve@example.org> 99999999999999 +0000"
    forged = tmp_path_factory.mktemp("forged") / "commit"
    forged.write_text(f"tree {tree}\nparent {base}\nauthor {who}\ncommitter {who}\n\nlate\n")
    late = clone.git("hash-object", "-t", "commit", "-w", "--literally", str(forged))
    assert repository.between(base, late)[0].at.year == 9999


@pytest.mark.parametrize("name", ["nothing", "", "--help", "HEAD:infra", "HEAD^{tree}"])
def test_name_that_is_no_commit_is_none(repository: Repository, name: str) -> None:
    assert repository.resolve(name) == ""


def test_entries_are_what_a_commit_holds(repository: Repository, clone: Clone) -> None:
    settings, program, none = map(PurePosixPath, ("Pulumi.production.yaml", "infra", "nothing"))
    before = repository.entries(clone.head, settings, program, none)
    assert before.keys() == {settings, program}
    after = repository.entries(clone.committed("infra/deep/file.py", "x"), settings, program)
    assert after[settings] == before[settings]
    assert after[program] != before[program]


def test_links_are_found_at_and_below_a_path(repository: Repository, clone: Clone) -> None:
    program, settings = PurePosixPath("infra"), PurePosixPath("Pulumi.yaml")
    assert not repository.links(clone.head, program, settings)
    (clone.path / "infra" / "deep").mkdir()
    (clone.path / "infra" / "deep" / "link").symlink_to("..")
    linked = clone.commit("a link")
    assert repository.links(linked, program)
    assert not repository.links(linked, settings)


def test_text_of_a_file_is_that_of_the_commit(repository: Repository, clone: Clone) -> None:
    old = clone.head
    clone.committed("Pulumi.yaml", "name: other\n")
    assert repository.text(old, PurePosixPath("Pulumi.yaml")) == PROGRAM["Pulumi.yaml"]
    assert repository.text(old, PurePosixPath("nothing")) is None


def test_commit_is_checked_out_without_a_hook_and_without_a_trace(
    repository: Repository, clone: Clone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ran = tmp_path_factory.mktemp("hooks") / "ran"
    hook = clone.path / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    old = clone.head
    clone.committed("infra/__main__.py", "# newer\n")
    with repository.checked_out(old) as tree:
        assert (tree / "infra" / "__main__.py").read_text() == PROGRAM["infra/__main__.py"]
        (tree / "infra" / "left").write_text("behind")
    assert not tree.parent.exists()
    assert not ran.exists()
    assert clone.git("worktree", "list", "--porcelain").count("worktree ") == 1


def test_what_fails_in_a_work_tree_leaves_none_behind(repository: Repository, clone: Clone) -> None:
    with pytest.raises(ZeroDivisionError), repository.checked_out(clone.head) as tree:
        raise ZeroDivisionError
    assert not tree.parent.exists()
    with pytest.raises(BadInput, match="git worktree failed"), repository.checked_out("nothing"):
        pytest.fail("there is no such commit")
    assert clone.git("worktree", "list", "--porcelain").count("worktree ") == 1


def test_work_trees_come_and_go_beside_one_another(repository: Repository, clone: Clone) -> None:
    """Git by itself fails at that, a few times in a hundred."""
    head = clone.head

    def come_and_go(_: int) -> bool:
        with repository.checked_out(head) as tree:
            there = (tree / "Pulumi.yaml").exists()
        return there and not tree.exists()

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(come_and_go, range(40)))
    assert clone.git("worktree", "list", "--porcelain").count("worktree ") == 1


def test_what_git_cannot_do_is_told_in_its_words(repository: Repository) -> None:
    with pytest.raises(BadInput, match="git ls-tree failed: Not a valid object name nothing"):
        repository.entries("nothing", PurePosixPath("infra"))
    with pytest.raises(BadInput, match="git merge-base failed"):
        repository.descends("nothing", "HEAD")
