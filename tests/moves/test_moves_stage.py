"""A change tried, promoted and taken down: in AWS's order, with a way back, and finished when done again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import SlipwayError
from slipway.ledger import Deed
from slipway.moves.detach import detach
from slipway.moves.logbook import Logbook
from slipway.moves.probe import worse
from slipway.moves.promote import promote
from slipway.moves.refused import Refused
from slipway.moves.stage import Trial, stage, trial_of
from slipway.moves.traffic import Traffic
from slipway.plan import read_plan

from .fake_cloudfront import FakeCloudFront, Viewers, turned_down

OLD = {"enabled": True, "comment": "old", "defaultRootObject": "index.html"}
NEW = {**OLD, "comment": "new", "defaultRootObject": "home.html"}
CONFIG = {
    "CallerReference": "pulumi", "Aliases": {"Quantity": 1, "Items": ["site"]}, "Enabled": True, "Staging": False,
    "HttpVersion": "http2", "Comment": "old", "DefaultRootObject": "index.html",
}  # fmt: skip
SHARE = Traffic(weight=Fraction(1, 20))
HEADER = Traffic(header="aws-cf-cd-try", value="yes")
Deeds = Callable[[], list[Deed]]


@dataclass
class Play:
    """The moves on one distribution; what was adjusted, and when."""

    log: Logbook
    cloud: FakeCloudFront = field(default_factory=lambda: FakeCloudFront(dict(CONFIG)))
    trial: Trial = field(default_factory=lambda: Trial("E1", OLD, NEW))
    said: list[str] = field(default_factory=list)
    soaked: list[dict[str, Any] | None] = field(default_factory=list)
    soak_ends: str | BaseException = ""
    viewers: dict[str, str] = field(default_factory=dict)

    def stage(self, traffic: Traffic = SHARE) -> None:
        def soak(look: Callable[[], str]) -> str:
            self.soaked.append(self.cloud.led_away)
            if isinstance(self.soak_ends, BaseException):
                raise self.soak_ends
            return self.soak_ends or look()

        probe = Viewers(self.cloud, **self.viewers)
        stage(self.trial, traffic, self.cloud, probe, soak, self.adjust, self.log, self.log.last(), self.said.append)

    def promote(self) -> None:
        promote(self.trial, self.cloud, Viewers(self.cloud, **self.viewers), self.adjust, self.log, self.log.last())

    def detach(self) -> bool:
        return detach("E1", self.cloud, self.adjust, self.log, self.log.last(), self.said.append)

    def adjust(self) -> None:
        self.said.append("adjusted")

    @property
    def left(self) -> tuple[Any, ...]:
        """What stands, beside what the distribution had."""
        config = {name: value for name, value in self.cloud.config.items() if value != CONFIG.get(name)}
        return (config, self.cloud.staging, self.cloud.policies)


@pytest.fixture
def play(log: Logbook) -> Play:
    return Play(log)


TRIED = {"Comment": "new", "DefaultRootObject": "home.html", "ContinuousDeploymentPolicyId": ""}


def test_a_share_goes_there_after_a_header_that_nobody_knows_has_been_answered(play: Play, deeds: Deeds) -> None:
    play.stage()
    assert play.cloud.calls == [
        "copy", "put E2", "await E2", "lead SingleHeader", "attach", "await E1", "lead SingleWeight", "await E1",
    ]  # fmt: skip
    assert play.soaked == [SHARE.config]
    assert (play.cloud.config["Comment"], play.cloud.read("E2").config["Comment"]) == ("old", "new")
    assert play.said[-1] == "adjusted"
    assert [deed.outcome for deed in deeds()] == ["begun", "done"]
    assert deeds()[-1].results["traffic"] == "5 %"


def test_what_has_soaked_gets_more_at_once(play: Play) -> None:
    play.stage(HEADER)
    del play.cloud.calls[:]
    play.stage()
    assert play.cloud.calls == ["lead SingleWeight", "await E1"]


def test_a_change_of_what_is_tried_leads_nobody_away_meanwhile(play: Play) -> None:
    play.stage()
    del play.cloud.calls[:]
    play.trial = Trial("E1", OLD, {**NEW, "comment": "newer"})
    play.stage()
    assert play.cloud.calls[:3] == ["disable", "await E1", "put E2"]


def test_what_does_not_answer_by_header_reaches_no_user(play: Play, deeds: Deeds) -> None:
    play.viewers = {"staging": "403"}
    with pytest.raises(Refused, match="go to itself again: the staging distribution does not answer: 403") as refused:
        play.stage()
    assert "must admit arn:E2" in refused.value.advice
    assert "lead SingleWeight" not in play.cloud.calls
    assert play.cloud.led_away is None
    assert deeds()[-1].outcome == "failed"


@pytest.mark.parametrize(
    ("ends", "error"), [("502 for https://site/", Refused), (KeyboardInterrupt(), KeyboardInterrupt)]
)
def test_whatever_ends_the_soak_leads_nobody_away(play: Play, deeds: Deeds, ends: Any, error: Any) -> None:
    play.soak_ends = ends
    with pytest.raises(error):
        play.stage()
    assert play.cloud.led_away is None
    assert "adjusted" not in play.said
    if error is KeyboardInterrupt:
        assert "slipway move detach" in play.said[-1]
    assert deeds()[-1].outcome == "failed"
    with pytest.raises(Refused, match="the staging for E1 has failed"):
        play.promote()


def test_what_is_promoted_is_what_has_soaked(play: Play, deeds: Deeds) -> None:
    play.stage()
    play.promote()
    assert play.cloud.led_away is None
    assert {**play.cloud.config, "ContinuousDeploymentPolicyId": ""} == {**CONFIG, **TRIED}
    assert [deed.results["move"] for deed in deeds()] == ["stage"] * 2 + ["promote"] * 2
    assert play.detach()
    assert play.left == (TRIED, None, {})
    assert play.cloud.calls[-5:] == ["await E1", "take off", "await E1", "delete policy", "delete"]


def test_what_is_taken_down_instead_leaves_nothing(play: Play) -> None:
    play.stage()
    del play.cloud.calls[:]
    assert play.detach()
    assert play.cloud.calls == ["disable", "await E1", "take off", "await E1", "delete policy", "delete"]
    assert play.left == ({"ContinuousDeploymentPolicyId": ""}, None, {})
    assert not play.detach()


def test_what_may_not_be_deleted_is_left_disabled_and_taken_again(play: Play) -> None:
    play.cloud.may_delete = False
    play.stage()
    assert play.detach()
    assert "not deleted" in play.said[-2]
    assert play.cloud.read("E2").config["Enabled"] is False
    play.stage()
    assert play.cloud.read("E2").config["Enabled"] is True
    assert play.cloud.calls.count("copy") == 1


def test_nothing_else_is_promoted(play: Play) -> None:
    with pytest.raises(Refused, match="nothing is staged"):
        play.promote()
    play.stage()
    staged = play.trial
    play.trial = Trial("E1", OLD, {**NEW, "comment": "newer"})
    with pytest.raises(Refused, match="is not what was staged"):
        play.promote()
    play.trial = staged
    play.cloud.staging = copy.deepcopy(play.cloud.read("E2"))
    play.cloud.staging.config["DefaultRootObject"] = "by-hand.html"
    with pytest.raises(Refused, match="changed it by hand"):
        play.promote()
    assert "promote" not in play.cloud.calls


def test_what_serves_users_worse_comes_back(play: Play, deeds: Deeds) -> None:
    play.stage()
    play.viewers = {"promoted": "503"}
    with pytest.raises(Refused, match="E1 is back as it was: 503"):
        play.promote()
    assert play.cloud.config["Comment"] == "old"
    assert deeds()[-1].outcome == "failed"
    with pytest.raises(Refused, match="no request of E1 goes to E2"):
        play.promote()


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"HttpVersion": "http2and3"}, "HTTP/3"),
        ({"Enabled": False}, "not enabled"),
        ({"Staging": True}, "staging distribution itself"),
        ({"Comment": "by hand"}, "Comment of the distribution is not as the stack's state has it"),
    ],
)
def test_a_distribution_that_it_is_not_for_is_left_alone(play: Play, config: dict[str, Any], says: str) -> None:
    play.cloud.config |= config
    with pytest.raises(Refused, match=says):
        play.stage()
    assert not play.cloud.calls


def test_what_others_have_staged_is_left_alone(play: Play) -> None:
    play.cloud.owner = "console"
    play.cloud.copy(play.cloud.read("E1"))
    for move in (play.stage, play.detach):
        with pytest.raises(Refused, match="no move has made"):
            move()
    assert play.cloud.calls == ["copy"]


def test_a_distribution_that_does_not_answer_is_not_staged(play: Play) -> None:
    play.viewers = {"primary": "502"}
    with pytest.raises(Refused, match="does not answer as it is: 502"):
        play.stage()


def test_what_is_not_found_anyway_shows_nothing(play: Play) -> None:
    play.viewers = {"primary": "403", "staging": "403"}
    with pytest.raises(Refused, match="nothing is found at /") as refused:
        play.stage()
    assert "--path" in refused.value.advice


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("200", "200", ""),
        ("200", "304", ""),
        ("403", "404", ""),
        ("404", "200", ""),
        ("200", "403", "403 for https://site/, which answers 200 otherwise"),
        ("403", "500", "500 for https://site/"),
        ("200", "no connection to site", "no connection to site"),
    ],
)
def test_worse_is_what_fails_that_did_not_fail_before(before: str, after: str, wrong: str) -> None:
    assert worse({"https://site/": before}, {"https://site/": after}) == wrong


CASES = Path(__file__).parents[1] / "cases"


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("function_code_and_cache_ttl", ""),
        ("nothing_to_do", None),
        ("origin_switched_to_a_new_bucket", "is not known before the apply"),
        ("name_moved_and_the_old_distribution_deleted", "would delete"),
    ],
)
def test_only_an_update_that_is_known_can_be_tried(case: str, says: str | None) -> None:
    plan = read_plan((CASES / case / "preview.json").read_text())
    of = [step for step in plan.steps if step.state and step.state.type == "aws:cloudfront/distribution:Distribution"]
    urn = next((step.urn for step in reversed(of) if step.op != "same"), of[0].urn)
    if says:
        with pytest.raises(Refused, match=says):
            trial_of(plan, urn, "E1", ["/"])
    else:
        assert (trial_of(plan, urn, "E1", ["/"]) is None) == (says is None)


@pytest.mark.parametrize("error", [turned_down(), KeyboardInterrupt()])
@pytest.mark.parametrize("call", range(1, 15))
def test_wherever_it_is_stopped_doing_it_again_finishes(log: Logbook, call: int, error: BaseException) -> None:
    """Stopped after each call of the whole story; nobody is led away by a staging that was stopped."""
    play = Play(log)
    play.cloud.stops = {call: error}
    stopped = []
    for move in (play.stage, play.promote, play.detach):
        try:
            move()
        except (SlipwayError, KeyboardInterrupt):
            stopped.append(move)
            if move == play.stage:
                assert play.cloud.led_away is None
            move()
    assert len(stopped) == 1
    assert play.left == (TRIED, None, {})
