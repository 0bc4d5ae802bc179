"""A preview with a refresh: what the world is found to be is in the steps after the refresh."""

from __future__ import annotations

from pathlib import Path

from slipway.plan import Op, Step, read_plan
from slipway.preflight import check

PREVIEW = (Path(__file__).parent.parent / "drift" / "recorded" / "refreshed.json").read_text()


def test_state_before_a_refresh_is_no_part_of_the_plan() -> None:
    """The engine prints a refresh before it makes it: with the TTL that the state had, and not the one found."""
    plan = read_plan(PREVIEW)
    assert all(step.op != Op.REFRESH for step in plan.steps)
    (www,) = [step for step in plan.steps if step.urn.endswith("::www")]
    assert isinstance(www, Step)
    assert www.old is not None
    assert www.old.inputs["ttl"] == 30


def test_record_that_a_refresh_does_not_find_may_be_created() -> None:
    """It is not in the way of itself."""
    verdict = check(read_plan(PREVIEW), environment="dev", guarded=True)
    assert {finding.rule for finding in verdict.refusals} == {"one-change"}
    assert verdict.aws_refusals == ()
