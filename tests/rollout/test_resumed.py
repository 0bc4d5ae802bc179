"""What a rollout and a way back make of what others have begun, by the ledger alone: the engine is never asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from operators import operator

from slipway.engine import Engine
from slipway.engine.model import Version
from slipway.errors import BadInput, EngineError
from slipway.guard.permission import Refused
from slipway.ledger import Deed, Link, under_way
from slipway.preflight import Verdict
from slipway.rollout.driver import Told
from slipway.rollout.environment import Environment
from slipway.rollout.rollback import way_back
from slipway.rollout.rollout import Wanted, give_up, roll_out

GOOD, BETTER, BAD = "a" * 40, "b" * 40, "c" * 40
NOBODY = Engine(Path("/nowhere/pulumi"), Path("/nowhere/host"), Version(3, 259, 0), Version(3, 79, 0), "path")


class Silent:
    """A teller who tells nothing and approves everything."""

    def say(self, words: str) -> None:
        pass

    def note(self, told: Told) -> None:
        pass

    def verdict(self, verdict: Verdict) -> None:
        pass

    def approves(self, environment: str, preflight: Deed) -> bool | None:
        return True


@pytest.fixture
def ada(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return operator("Ada", tmp_path)


def told(environment: Environment, *words: str, commit: str, of: int = 0) -> Link:
    """Write entries such as `apply done`; the last one."""
    link = None
    for each in words:
        kind, outcome = each.split()
        results = {"leaving": BAD} if kind == "rollback" else {}
        link = environment.append(Deed(kind=kind, outcome=outcome, commit=commit, results=results, of=of))  # type: ignore[arg-type]
    assert link
    return link


def served(environment: Environment) -> None:
    """Two commits were tested there, and a third does not serve."""
    for commit in (GOOD, BETTER):
        told(environment, "apply begun", "apply done", "smoke passed", commit=commit)
    told(environment, "apply begun", "apply done", "smoke failed", commit=BAD)


def rolls_out(environment: Environment, *, resume: bool) -> None:
    roll_out(Wanted((environment,), resume=resume), NOBODY, Silent())


@pytest.mark.parametrize(
    "further",
    [
        ("rollback begun",),
        ("rollback begun", "preflight approved", "approval approved", "apply begun"),
        ("rollback begun", "apply begun", "apply failed"),
    ],
)
def test_way_back_that_was_cut_off_goes_where_it_went(ada: Environment, further: tuple[str, ...]) -> None:
    served(ada)
    told(ada, *further, commit=BETTER)
    way = way_back(ada)
    assert (way.leaving, way.to) == (BAD, BETTER)


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_way_back_that_failed_before_it_got_there_is_tried_again(ada: Environment, outcome: str) -> None:
    """Also to the commit whose apply is the last that was carried through: what came after it was left half done."""
    for commit in (GOOD, BETTER):
        told(ada, "apply begun", "apply done", "smoke passed", commit=commit)
    told(ada, "apply begun", f"apply {outcome}", commit=BAD)
    begun = told(ada, "rollback begun", commit=BETTER)
    told(ada, "apply begun", "apply failed", commit=BETTER)
    told(ada, "rollback failed", commit=BETTER, of=begun.entry.number)
    assert way_back(ada).to == BETTER


def test_way_back_from_where_the_last_one_led_goes_further(ada: Environment) -> None:
    """There is no such commit in this clone, which is how it shows."""
    served(ada)
    begun = told(ada, "rollback begun", commit=BETTER)
    told(ada, "apply begun", "apply done", "smoke failed", commit=BETTER)
    told(ada, "rollback failed", commit=BETTER, of=begun.entry.number)
    with pytest.raises(BadInput, match=GOOD[:12]):
        way_back(ada)


def test_nobody_rolls_out_during_a_way_back(ada: Environment) -> None:
    served(ada)
    told(ada, "rollback begun", commit=BETTER)
    with pytest.raises(Refused) as caught:
        rolls_out(ada, resume=False)
    assert caught.value.message.startswith("Ada <Ada@example.org> is at it since")
    assert caught.value.advice == "If that is over: slipway rollback production --resume"


def test_what_was_taken_back_meanwhile_is_not_applied_again(ada: Environment) -> None:
    ada.append(ada.located(Deed(kind="rollout", outcome="begun")))
    told(ada, "apply begun", "apply done", commit=ada.commit)
    begun = told(ada, "rollback begun", commit=GOOD)
    told(ada, "rollback done", commit=GOOD, of=begun.entry.number)
    with pytest.raises(Refused, match="went back in production"):
        rolls_out(ada, resume=True)
    assert under_way(ada.book.backwards(), "rollout") is None


def test_rollout_of_another_commit_is_gone_on_with_from_there(ada: Environment) -> None:
    told(ada, "rollout begun", commit=GOOD)
    with pytest.raises(Refused) as caught:
        rolls_out(ada, resume=True)
    assert caught.value.advice == (
        f"To go on with it: git checkout {GOOD[:12]} && slipway rollout --resume. "
        "To leave it: slipway rollout --give-up --reason TEXT"
    )


def test_rollout_that_is_given_up_is_in_nobody_s_way(ada: Environment) -> None:
    begun = told(ada, "rollout begun", commit=GOOD)
    ended = give_up(ada, "it was reverted").entry.deed
    assert (ended.outcome, ended.commit, ended.of, ended.reason) == (
        "failed",
        GOOD,
        begun.entry.number,
        "it was reverted",
    )
    assert under_way(ada.book.backwards(), "rollout") is None
    with pytest.raises(BadInput, match="no rollout to production is under way"):
        give_up(ada, "once more")


def test_rollout_that_runs_is_not_given_up(ada: Environment) -> None:
    told(ada, "rollout begun", commit=GOOD)
    with ada.alone("rollout"), pytest.raises(Refused, match="is at it since"):
        give_up(ada, "impatient")
    assert under_way(ada.book.backwards(), "rollout") is not None


def test_rollout_that_cannot_be_judged_has_ended(ada: Environment) -> None:
    """Else nobody could roll out the commit that mends it."""
    with pytest.raises(EngineError, match="cannot be started"):
        rolls_out(ada, resume=False)
    last = ada.book.last()
    assert last is not None
    assert (last.entry.deed.kind, last.entry.deed.outcome) == ("rollout", "failed")
