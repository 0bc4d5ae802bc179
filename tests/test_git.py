"""The commit and the author of a work tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from slipway import git
from slipway.errors import BadInput


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, and no configuration but its own."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "file").write_text("one")
    for arguments in (
        ["init", "--quiet"],
        ["config", "user.name", "Ada"],
        ["config", "user.email", "ada@example.org"],
        ["add", "."],
        ["commit", "--quiet", "--message", "one"],
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    return tmp_path


def test_commit_is_the_one_that_is_checked_out(tree: Path) -> None:
    assert len(git.commit(tree)) == 40


def test_work_tree_that_differs_is_dirty(tree: Path) -> None:
    clean = git.commit(tree)
    (tree / "new").touch()
    assert git.commit(tree) == f"{clean}-dirty"


def test_author_is_gits(tree: Path) -> None:
    assert git.author(tree) == "Ada <ada@example.org>"


def test_without_a_repository_there_is_no_commit_and_the_author_is_the_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git.commit(tmp_path) == ""
    assert "@" in git.author(tmp_path)


def test_without_git_there_is_no_commit(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree))
    assert git.commit(tree) == ""


def git_in(directory: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_main_branch_is_the_remotes_where_there_is_one(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git_in(tree, "branch", "--move", "main")
    own = git.main_branch(tree)
    assert own == git.commit(tree)
    clone = tmp_path_factory.mktemp("clone")
    git_in(clone, "clone", "--quiet", str(tree), ".")
    git_in(clone, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "--message", "two")
    assert git.main_branch(clone) == own != git.commit(clone)


def test_repository_without_a_branch_of_that_name_has_no_main(tree: Path) -> None:
    git_in(tree, "branch", "--move", "trunk")
    assert git.main_branch(tree) == ""


def test_commit_of_another_branch_is_not_within_main(tree: Path) -> None:
    git_in(tree, "branch", "--move", "main")
    first = git.commit(tree)
    git_in(tree, "checkout", "--quiet", "-b", "topic")
    git_in(tree, "commit", "--quiet", "--allow-empty", "--message", "two")
    assert git.is_within(tree, first, "main")
    assert not git.is_within(tree, git.commit(tree), "main")
    assert not git.is_within(tree, "0" * 40, "main")
    assert not git.is_within(tree, first, "")


def test_tree_of_an_older_commit_is_there_and_gone_again(tree: Path) -> None:
    (tree / "inside").mkdir()
    (tree / "inside" / "file").write_text("one")
    git_in(tree, "add", ".")
    git_in(tree, "commit", "--quiet", "--message", "two")
    old = git.commit(tree)
    (tree / "inside" / "file").write_text("two")
    with git.tree(tree / "inside", old) as directory:
        assert (directory / "file").read_text() == "one"
        assert git.commit(directory) == old
    assert not directory.exists()
    assert git_in(tree, "worktree", "list").count("\n") == 0


def test_tree_that_git_cannot_give_is_bad_input(tree: Path) -> None:
    with pytest.raises(BadInput, match="git gives no tree of 000000000000"), git.tree(tree, "0" * 40):
        pass
    (tree / "new").mkdir()
    with pytest.raises(BadInput, match="no such directory"), git.tree(tree / "new", "HEAD"):
        pass
    assert git_in(tree, "worktree", "list").count("\n") == 0


def test_clone_without_history_cannot_know_a_commit(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = git.commit(tree)
    git_in(tree, "commit", "--quiet", "--allow-empty", "--message", "two")
    assert git.is_known(tree, first)
    assert not git.is_known(tree, "0" * 40)
    clone = tmp_path_factory.mktemp("shallow")
    git_in(clone, "clone", "--quiet", "--depth=1", f"file://{tree}", ".")
    with pytest.raises(BadInput, match="shallow") as caught:
        git.is_known(clone, first)
    assert "git fetch --unshallow" in caught.value.advice
