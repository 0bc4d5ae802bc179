"""The gate `locked-commit`, asked in real clones of a real remote."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rollout.clones import Clone, cloned

from slipway.ledger import Book, Deed, open_book
from slipway.plan import Plan
from slipway.preflight import NOT_EVALUATED, Verdict
from slipway.rollout import Judged
from slipway.rollout.gates import GATES, Surroundings, locked_commit, through

Ask = Callable[..., str]


def verdict(*, guarded: bool) -> Verdict:
    return Verdict("cdn", "production", "production", guarded, "sha256:0", 1, (), (), (), NOT_EVALUATED)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return open_book(str(tmp_path / "ledger"), "production", {"XDG_STATE_HOME": str(tmp_path / "state")})


@pytest.fixture
def around(clone: Clone, book: Book) -> Surroundings:
    judged = Judged(Plan("cdn", "production", (), (), "sha256:0"), verdict(guarded=True), None)
    return Surroundings(clone.path, "production", judged, book)


@pytest.fixture
def ask(around: Surroundings) -> Ask:
    """What the gate finds, a line a finding."""

    def lines(project: Path = around.project) -> str:
        found = locked_commit.findings(dataclasses.replace(around, project=project))
        assert found is not None
        return "\n".join(f"{finding.message} -> {finding.advice}" for finding in found)

    return lines


def deploy(book: Book, commit: str) -> None:
    book.append(Deed(kind="apply", outcome="done", commit=commit), "Ada")


def test_gate_is_asked_of_every_stack_with_a_ledger() -> None:
    assert locked_commit in GATES


def test_clean_clone_of_the_main_branch_passes_whatever_else_was_deployed_before(
    ask: Ask, clone: Clone, book: Book
) -> None:
    assert ask() == ""
    deploy(book, clone.head)
    assert ask() == ""
    clone.committed("infra/__main__.py", "# more\n")
    clone.push()
    assert ask() == ""


def test_commit_behind_the_newest_of_the_main_branch_passes(ask: Ask, clone: Clone, book: Book) -> None:
    deploy(book, clone.head)
    wanted = clone.committed("infra/__main__.py", "# one\n")
    clone.committed("infra/__main__.py", "# two\n")
    clone.push()
    clone.git("checkout", "--quiet", wanted)
    assert ask() == ""


@pytest.mark.parametrize("path", ["infra/__main__.py", "infra/new.py", "new.txt", "Pulumi.production.yaml"])
def test_edited_and_new_files_are_refused_by_name(ask: Ask, clone: Clone, path: str) -> None:
    clone.write(path, "edited")
    assert ask().startswith(f"the work tree is not commit {clone.head[:12]}: {path} -> ")


def test_staged_edits_are_refused(ask: Ask, clone: Clone) -> None:
    clone.write("infra/__main__.py", "edited")
    clone.git("add", "--all")
    assert "the work tree is not commit" in ask()


def test_ignored_files_do_not_count(ask: Ask, clone: Clone) -> None:
    clone.write("infra/notes.local", "mine")
    assert ask() == ""


def test_many_edits_are_counted(ask: Ask, clone: Clone) -> None:
    for number in range(5):
        clone.write(f"infra/{number}.py", "new")
    assert "infra/0.py, infra/1.py, infra/2.py and 2 more" in ask()


def test_new_files_count_even_where_git_is_configured_not_to_show_them(ask: Ask, clone: Clone) -> None:
    clone.git("config", "status.showUntrackedFiles", "no")
    clone.write("infra/new.py", "new")
    assert "infra/new.py" in ask()


@pytest.mark.parametrize("switch", ["--assume-unchanged", "--skip-worktree"])
def test_edits_that_git_was_told_not_to_look_at_are_refused(ask: Ask, clone: Clone, switch: str) -> None:
    clone.git("update-index", switch, "Pulumi.production.yaml")
    clone.write("Pulumi.production.yaml", "config: {slipway:guarded: false}\n")
    assert clone.git("status", "--porcelain") == ""
    assert "told not to look whether these were edited: Pulumi.production.yaml" in ask()


def test_files_that_a_sparse_checkout_leaves_out_are_nothing_to_look_at(ask: Ask, clone: Clone) -> None:
    clone.committed("docs/page.md", "text")
    clone.push()
    clone.git("sparse-checkout", "set", "--cone", "infra")
    assert not (clone.path / "docs").exists()
    assert ask() == ""


def test_settings_that_git_ignores_are_refused(ask: Ask, clone: Clone) -> None:
    clone.git("rm", "--quiet", "--cached", "Pulumi.production.yaml")
    clone.committed(".gitignore", "Pulumi.production.yaml\n")
    clone.push()
    assert ask().startswith(f"Pulumi.production.yaml is not in commit {clone.head[:12]}")


def test_settings_that_are_a_link_out_of_the_repository_are_refused(ask: Ask, clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("config: {}\n")
    (clone.path / "Pulumi.production.yaml").unlink()
    (clone.path / "Pulumi.production.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    clone.commit("a link")
    clone.push()
    assert ask().startswith(f"Pulumi.production.yaml is a link to {tmp_path / 'elsewhere.yaml'}, outside")


def test_settings_that_are_a_link_within_the_repository_pass(ask: Ask, clone: Clone) -> None:
    clone.git("mv", "Pulumi.production.yaml", "infra/settings.yaml")
    (clone.path / "Pulumi.production.yaml").symlink_to("infra/settings.yaml")
    clone.commit("a link")
    clone.push()
    assert ask() == ""


@pytest.mark.parametrize(
    ("main", "words"),
    [
        ("../elsewhere", "the program lies outside the repository"),
        ("/srv/program", "the program lies outside the repository"),
        ("build.local", "build.local is not in commit"),
    ],
)
def test_program_that_is_in_no_commit_is_refused(ask: Ask, clone: Clone, main: str, words: str) -> None:
    clone.committed("Pulumi.yaml", f"name: cdn\nruntime: python\nmain: {main}\n")
    clone.push()
    clone.write("build.local/__main__.py", "# a program")
    assert words in ask()


def test_commit_that_is_not_pushed_says_push(ask: Ask, clone: Clone) -> None:
    clone.committed("infra/__main__.py", "# mine\n")
    assert f"commit {clone.head[:12]} is not on origin/main -> `git push`" in ask()


def test_commit_beside_the_main_branch_says_rebase(ask: Ask, clone: Clone, remote: Path, tmp_path: Path) -> None:
    other = cloned(remote, tmp_path / "other")
    other.committed("infra/__main__.py", "# theirs\n")
    other.push()
    clone.committed("infra/__main__.py", "# mine\n")
    clone.git("fetch", "--quiet")
    assert "is not on origin/main -> `git rebase origin/main`" in ask()


def test_without_a_remote_the_local_main_branch_counts(ask: Ask, clone: Clone) -> None:
    clone.git("remote", "remove", "origin")
    assert ask() == ""
    clone.git("switch", "--quiet", "--create", "feature")
    clone.committed("infra/__main__.py", "# mine\n")
    assert f"is not on main -> `git switch main && git merge {clone.head[:12]}`" in ask()
    clone.git("branch", "--quiet", "--delete", "--force", "main")
    assert ask().startswith("this clone knows no main branch")


def test_default_branch_of_the_remote_counts_whatever_its_name(ask: Ask, clone: Clone) -> None:
    clone.git("push", "--quiet", "origin", "HEAD:trunk")
    clone.git("fetch", "--quiet")
    clone.committed("infra/__main__.py", "# trunk\n")
    clone.git("push", "--quiet", "origin", "HEAD:trunk")
    clone.git("remote", "set-head", "origin", "trunk")
    assert ask() == ""


def test_commit_before_the_deployed_one_is_refused(ask: Ask, clone: Clone, book: Book) -> None:
    first = clone.head
    deploy(book, clone.committed("infra/__main__.py", "# more\n"))
    clone.push()
    clone.git("checkout", "--quiet", first)
    assert f"commit {first[:12]} is before commit " in ask()
    assert "entry 1 of the ledger" in ask()
    assert "slipway next production" in ask()


def test_commit_that_does_not_hold_what_is_deployed_is_refused(ask: Ask, clone: Clone, book: Book) -> None:
    first = clone.head
    deploy(book, clone.committed("infra/__main__.py", "# a branch that nobody merged\n"))
    clone.git("reset", "--quiet", "--hard", first)
    clone.committed("infra/__main__.py", "# what came after\n")
    clone.push()
    assert "does not descend from" in ask()
    assert "`git merge " in ask()


def test_what_was_applied_from_an_edited_tree_counts_by_its_commit(ask: Ask, clone: Clone, book: Book) -> None:
    deploy(book, f"{clone.head}-dirty")
    assert ask() == ""


def test_deployed_commit_that_this_clone_does_not_know_says_fetch(
    ask: Ask, clone: Clone, book: Book, remote: Path, tmp_path: Path
) -> None:
    other = cloned(remote, tmp_path / "other")
    deploy(book, other.committed("infra/__main__.py", "# theirs\n"))
    assert "this clone does not know commit " in ask()
    assert "`git fetch`" in ask()


def test_shallow_clones_are_told_what_they_cannot_know(
    ask: Ask, clone: Clone, book: Book, remote: Path, tmp_path: Path
) -> None:
    first = clone.head
    clone.committed("infra/__main__.py", "# one\n")
    clone.committed("infra/__main__.py", "# two\n")
    clone.push()
    shallow = cloned(remote, tmp_path / "shallow", "--depth=1")
    assert ask(shallow.path) == ""
    deploy(book, first)
    assert "does not know" in ask(shallow.path)
    assert "`git fetch --unshallow`" in ask(shallow.path)
    shallow.git("fetch", "--quiet", "origin", first)
    assert "this clone is shallow" in ask(shallow.path)
    shallow.git("fetch", "--quiet", "--unshallow")
    assert ask(shallow.path) == ""


def test_directory_outside_any_repository_is_refused(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert "is in no git repository" in ask(tmp_path / "bare")


def test_machine_without_git_is_refused(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git cannot be asked" in ask()


def test_repository_without_a_commit_is_refused(ask: Ask, tmp_path: Path) -> None:
    Clone(tmp_path).git("init", "--quiet", "empty")
    assert ask(tmp_path / "empty").startswith("the repository has no commit yet")


def test_project_below_the_top_of_its_repository_passes(ask: Ask, clone: Clone) -> None:
    (clone.path / "cdn").mkdir()
    clone.git("mv", "Pulumi.yaml", "Pulumi.production.yaml", "infra", "cdn")
    clone.commit("moved")
    clone.push()
    assert ask(clone.path / "cdn") == ""
    clone.git("rm", "--quiet", "cdn/Pulumi.production.yaml")
    clone.commit("removed")
    clone.push()
    assert "cdn/Pulumi.production.yaml is not in commit" in ask(clone.path / "cdn")


def test_environment_of_a_git_hook_does_not_lead_elsewhere(
    ask: Ask, clone: Clone, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.write("infra/__main__.py", "edited")
    monkeypatch.setenv("GIT_DIR", str(remote))
    assert "the work tree is not commit" in ask()


def test_packages_that_are_not_the_locks_are_refused(ask: Ask, clone: Clone) -> None:
    clone.committed("requirements.lock", "msgspec==0.0.1 \\\n    --hash=sha256:00\nnobody-has-this==1\n")
    clone.push()
    assert "other packages are installed here than requirements.lock says: msgspec " in ask()
    assert "and not 0.0.1 -> `pip install --require-hashes" in ask()


def test_findings_refuse_a_guarded_stack_and_warn_elsewhere(around: Surroundings, clone: Clone) -> None:
    clone.write("infra/__main__.py", "edited")
    refused = through(around)
    assert [finding.rule for finding in refused.refusals] == ["locked-commit"]
    assert "locked-commit" not in {each.rule for each in refused.not_evaluated}
    free = dataclasses.replace(around, judged=dataclasses.replace(around.judged, verdict=verdict(guarded=False)))
    warned = through(free)
    assert warned.approved
    assert [finding.rule for finding in warned.warnings] == ["locked-commit"]
