"""The commit and the author of a work tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from slipway import git


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


def test_new_file_counts_even_where_git_is_configured_not_to_show_it(tree: Path) -> None:
    subprocess.run(["git", "config", "status.showUntrackedFiles", "no"], cwd=tree, check=True)
    (tree / "new").touch()
    assert git.commit(tree).endswith("-dirty")


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


def test_linked_work_tree_has_its_counterpart_in_the_main_one(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tree / "below").mkdir()
    (tree / "below" / "file").write_text("two")
    subprocess.run(["git", "add", "."], cwd=tree, check=True)
    subprocess.run(["git", "commit", "--quiet", "--message", "two"], cwd=tree, check=True)
    linked = tmp_path_factory.mktemp("linked") / "tree"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(linked)], cwd=tree, check=True)
    assert git.main_tree(linked / "below").resolve() == (tree / "below").resolve()
    assert git.main_tree(tree / "below").resolve() == (tree / "below").resolve()
    outside = tmp_path_factory.mktemp("outside")
    assert git.main_tree(outside) == outside
