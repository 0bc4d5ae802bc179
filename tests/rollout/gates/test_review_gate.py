"""The gate that asks for reviews: real commits, really signed, and a pull request's reviews in a file."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from slipway import git
from slipway.config import parse
from slipway.errors import BadInput
from slipway.ledger import Deed, open_book
from slipway.plan import read_plan
from slipway.rollout.gates import Surroundings, review, through
from slipway.rollout.judge import Judged, judged

CASES = Path(__file__).parents[2] / "cases"
SETTINGS: dict[str, Any] = {
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
    "review": {
        "traffic": {"static.example.org": 99},
        "rules": [{"reviews": 1}, {"reviews": 2, "traffic_above": 50}],
    },
}
# By an OpenPGP key that nobody has, over something else.
STRANGE = "gpgsig " + "\n ".join(
    (
        "-----BEGIN PGP SIGNATURE-----",
        "",
        "iHUEABYIAB0WIQS/NkP5o+Zx9lVZucGNirzHJCnd9QUCawI8WAAKCRCNirzHJCnd",
        "9cuIAP43vyOk608rX9e3ywwIl8KMIBs1xs2VZEw3E+f2UEkaUgEAj90LD1oLZZPp",
        "kq4hGa6XsCMP88vpUyAq10iEOJZxPgU=",
        "=L8xs",
        "-----END PGP SIGNATURE-----",
    )
)
ADA, BOB = "Ada <ada@example.org>", "Bob <bob@example.org>"


@dataclass(frozen=True, slots=True)
class Team:
    """A repository, and the keys that its people sign with; those of `known` are listed as somebody's."""

    directory: Path
    keys: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.directory, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, *reviewers: str, by: str = "eve", signed: str = "eve", file: str = "") -> str:
        """A commit with a change of its own, signed by the key of that name if there is one."""
        name = file or f"file-{len(self.git('rev-list', '--all').split())}"
        (self.directory / name).write_text(name)
        self.git("add", ".")
        return self._made(["commit", "--quiet"], reviewers, by, signed)

    def merge(self, branch: str, *reviewers: str, by: str = "eve", signed: str = "eve") -> str:
        return self._made(["merge", "--quiet", "--no-ff", branch], reviewers, by, signed)

    def _made(self, command: list[str], reviewers: tuple[str, ...], by: str, signed: str) -> str:
        message = "a change\n\n" + "\n".join(f"Reviewed-by: {each}" for each in reviewers)
        key = f"user.signingkey={self.keys / signed}"
        sign = ["--gpg-sign"] if signed else ["--no-gpg-sign"]
        who = ["-c", f"user.name={by}", "-c", f"user.email={by}@example.org"]
        self.git(*who, "-c", key, *command, *sign, "--message", message)
        return git.commit(self.directory)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of eve, whom git knows here, and of mallory, whom it does not."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("eve", "mallory"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    public = (folder / "eve.pub").read_text()
    (folder / "known").write_text(f"eve@example.org {public}")
    return folder


@pytest.fixture
def team(tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    directory = tmp_path / "project"
    directory.mkdir()
    found = Team(directory, keys)
    found.git("init", "--quiet", "--initial-branch=main")
    found.git("config", "gpg.format", "ssh")
    found.git("config", "gpg.ssh.allowedSignersFile", str(keys / "known"))
    return found


@pytest.fixture
def around(team: Team, tmp_path: Path) -> Surroundings:
    """A change of a TTL on the busiest name, on top of a commit that is deployed."""
    base = team.commit()
    book = open_book(str(tmp_path / "ledger"), "production", {"XDG_STATE_HOME": str(tmp_path)})
    book.append(Deed(kind="apply", outcome="done", commit=base), ADA)
    return Surroundings(team.directory, "production", plan("record_ttl_changed"), book)


def plan(case: str, settings: dict[str, Any] = SETTINGS) -> Judged:
    return judged(read_plan((CASES / case / "preview.json").read_text()), parse(settings, "f"))


def said(around: Surroundings) -> str:
    """The gate's one finding; empty if it has none."""
    found = review.findings(around)
    assert found is not None
    return found[0].message if found else ""


def reviews(around: Surroundings, *words: tuple[str, str, str]) -> Surroundings:
    """With a pull request's reviews in a file: who, state, commit."""
    file = around.project.parent / "reviews.json"
    rows = [
        {"user": {"login": who}, "state": state, "commit_id": commit, "submitted_at": f"2026-11-20T12:{at:02}:00Z"}
        for at, (who, state, commit) in enumerate(words)
    ]
    file.write_text(json.dumps(rows))
    return replace(around, reviews=file)


def test_without_rules_it_is_not_asked(around: Surroundings) -> None:
    settings = {key: value for key, value in SETTINGS.items() if key != "review"}
    silent = replace(around, judged=plan("record_ttl_changed", settings))
    assert review.findings(silent) is None
    assert "review" in {each.rule for each in through(silent, (review,)).not_evaluated}


def test_too_few_reviews_refuse_with_the_rule_the_change_and_the_name(team: Team, around: Surroundings) -> None:
    team.commit()
    verdict = through(around, (review,))
    (finding,) = verdict.refusals
    assert finding.rule == "review"
    assert finding.message.startswith("0 of 2 reviews: rule 2 asks for 2 of every change on more than 50 %")
    assert "static.example.org, 99 % of the requests" in finding.message
    assert "slipway preflight production --reviews reviews.json" in finding.advice
    assert "review" not in {each.rule for each in verdict.not_evaluated}


def test_approvals_of_the_judged_commit_suffice(team: Team, around: Surroundings) -> None:
    head, old = team.commit(), around.book.entries().__next__().entry.deed.commit
    assert said(reviews(around, ("ada", "APPROVED", head), ("bob", "APPROVED", head))) == ""
    half = said(reviews(around, ("ada", "APPROVED", head), ("bob", "APPROVED", old)))
    assert half.startswith("1 of 2 (ada) reviews")
    assert "bob approved of another commit" in half
    assert said(reviews(around, ("ada", "APPROVED", head), ("ada", "APPROVED", head))).startswith("1 of 2")


def test_approvals_of_the_same_files_in_another_commit_suffice(team: Team, around: Surroundings) -> None:
    """A pull request that was squashed, or merged onto what it stood on: another commit, the same files."""
    team.git("checkout", "--quiet", "-b", "feature")
    head = team.commit()
    team.git("checkout", "--quiet", "main")
    team.merge("feature")
    assert git.commit(team.directory) != head
    words = ("ada", "APPROVED", head), ("bob", "APPROVED", head)
    assert said(reviews(around, *words)) == ""
    team.commit()
    assert said(reviews(around, *words)).startswith("0 of 2")


def test_somebody_who_asks_for_changes_is_heard(team: Team, around: Surroundings) -> None:
    head = team.commit()
    words = [(who, "APPROVED", head) for who in ("ada", "bob")]
    assert "cyd asked for changes" in said(reviews(around, *words, ("cyd", "CHANGES_REQUESTED", head)))


def test_nobody_can_have_reviewed_a_work_tree_that_differs(team: Team, around: Surroundings) -> None:
    head = team.commit(ADA, BOB)
    assert said(around) == ""
    (team.directory / "new").touch()
    found = said(reviews(around, ("ada", "APPROVED", head), ("bob", "APPROVED", head)))
    assert found.startswith("0 of 2")
    assert "the work tree differs from its commit" in found


def test_trailers_of_signed_commits_count(team: Team, around: Surroundings) -> None:
    team.commit(ADA, BOB)
    assert said(around) == ""
    team.commit(ADA)
    assert said(around).startswith("1 of 2 (ada@example.org)")


@pytest.mark.parametrize("signed", ["", "mallory"])
def test_trailers_that_nobody_known_has_signed_do_not_count(team: Team, around: Surroundings, signed: str) -> None:
    """A good signature by a key that belongs to nobody says only that somebody has a key."""
    team.commit(ADA, BOB, signed=signed)
    assert said(around).startswith("0 of 2")


def test_a_signature_that_was_moved_to_another_message_does_not_count(team: Team, around: Surroundings) -> None:
    team.commit(ADA)
    forged = team.git("cat-file", "commit", "HEAD").replace(
        f"Reviewed-by: {ADA}", f"Reviewed-by: {ADA}\nReviewed-by: {BOB}"
    )
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=team.directory, input=forged + "\n", capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    team.git("reset", "--quiet", "--hard", made)
    assert said(around).startswith("0 of 2")


def test_a_signature_that_git_cannot_check_takes_nothing_from_those_it_can(team: Team, around: Surroundings) -> None:
    """git 2.39 aborts when it is asked how far it trusts a key that it has not got."""
    base = git.commit(team.directory)
    team.commit(ADA, signed="")
    strange = team.git("cat-file", "commit", "HEAD").replace("\n\n", f"\n{STRANGE}\n\n", 1)
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=team.directory, input=strange + "\n", capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    team.git("reset", "--quiet", "--hard", made)
    team.commit(BOB)
    found = git.commits_since(team.directory, base)
    assert found is not None
    assert [commit.reviewers for commit in found] == [(BOB,), ()]


def test_a_signed_merge_speaks_for_what_it_brings_in(team: Team, around: Surroundings) -> None:
    team.git("checkout", "--quiet", "-b", "feature")
    team.commit(signed="")
    team.commit(signed="")
    team.git("checkout", "--quiet", "main")
    team.merge("feature", ADA, BOB)
    assert said(around) == ""


def test_a_merge_that_slips_something_in_is_looked_at_itself(team: Team, around: Surroundings) -> None:
    team.git("checkout", "--quiet", "-b", "feature")
    team.commit(ADA, BOB)
    team.git("checkout", "--quiet", "main")
    team.merge("feature", signed="")
    assert said(around) == ""
    (team.directory / "slipped-in").touch()
    team.git("add", ".")
    team.git("-c", "user.name=eve", "-c", "user.email=eve@example.org", "commit", "--quiet", "--amend", "--no-edit")
    assert said(around).startswith("0 of 2")


def test_commits_that_git_cannot_place_count_for_nobody(team: Team, around: Surroundings) -> None:
    """A deployed commit of another repository, of a shallow clone, or with changes that nobody committed."""
    team.commit(ADA, BOB)
    for deployed in ("0" * 40, f"{git.commit(team.directory)}-dirty", "--output=/tmp/x", ""):
        around.book.append(Deed(kind="apply", outcome="done", commit=deployed), ADA)
        assert "no deployed commit of this repository" in said(around)


def test_a_file_that_holds_no_reviews_is_bad_input(team: Team, around: Surroundings, tmp_path: Path) -> None:
    team.commit(ADA, BOB)
    for file, text in (("reviews.json", "{}"), ("missing.json", None)):
        if text is not None:
            (tmp_path / file).write_text(text)
        with pytest.raises(BadInput):
            review.findings(replace(around, reviews=tmp_path / file))


def test_a_plan_that_changes_nothing_needs_nobody(around: Surroundings) -> None:
    assert review.findings(replace(around, judged=plan("nothing_to_do"))) == ()
