"""What a judgement says to a person and to a machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from slipway.stack_outputs import ServiceOutputs
from slipway.watch import Judgement
from slipway.watch.report import HEADINGS, Subject, as_json, clock, finding_lines, headline, row

Make = Callable[..., Any]
RUNBOOKS = "https://example.com/runbooks"
SUBJECT = Subject(
    "production",
    {
        "web": ServiceOutputs("web", "EWEB", "example.org", "", ("example.org", "cloudfront-app.example.org")),
        "crates": ServiceOutputs("crates", "ECRATES", "static.example.org", "crates-1", ("static.example.org",)),
        "tiny": ServiceOutputs("tiny", "ETINY", "www.example.org", "", ()),
    },
    RUNBOOKS,
)


@pytest.fixture
def outage(traffic: Make, change: Make, host: Make) -> Judgement:
    """The outage of 2023-07-20, two minutes of it, beside a host that hardly anybody asks."""
    made = traffic(web=host(20_000, size=900.0), crates=host(19_000), tiny=host(3), minutes=12)
    return made.after("web", change(3), since=10).after("crates", change(0.2), since=10).judged()


def test_finding_names_distribution_hosts_numbers_runbook_and_what_to_do(outage: Judgement, begin: int) -> None:
    """Everything that a person at night needs, both services of the storm included."""
    (storm,) = outage.findings
    heading, what_to_do, runbook = finding_lines(SUBJECT, storm)
    assert heading.startswith("retry-storm: web (EWEB, example.org, cloudfront-app.example.org), ")
    assert f"{clock(begin + 10)} to {clock(begin + 11)} UTC: requests are up and successes are not" in heading
    mine, other = storm.numbers
    assert f"requests {mine.value:,.0f}, usually {mine.usual:,.0f}; successes of crates {other.value:,.0f}" in heading
    assert "roll back" in what_to_do
    assert "weight" in what_to_do
    assert runbook == f"runbook: {RUNBOOKS}/request-surge.md"


@pytest.mark.parametrize(
    ("factor", "rates", "kind", "page"),
    [
        (1, {"rate_5xx": 50}, "5xx-rise", "errors.md"),
        (1, {"rate_4xx": 90}, "4xx-rise", "errors.md"),
        (0.01, {}, "silence", "service-urgent.md"),
    ],
)
def test_every_kind_has_its_runbook_and_says_that_one_may_roll_back(
    traffic: Make, change: Make, factor: float, rates: dict[str, float], kind: str, page: str
) -> None:
    judgement = traffic("crates", minutes=2).after("crates", change(factor, **rates), since=1).judged()
    (finding,) = judgement.findings
    heading, what_to_do, runbook = finding_lines(SUBJECT, finding)
    assert heading.startswith(f"{kind}: crates (ECRATES, static.example.org), ")
    assert "roll back the last apply" in what_to_do
    assert runbook.endswith(f"/{page}")


def test_rows_show_each_service_beside_what_is_usual_and_how_it_stands(outage: Judgement) -> None:
    rows = {cells[0]: cells for cells in (row(outage, state) for state in outage.services)}
    assert {len(cells) for cells in rows.values()} == {len(HEADINGS)}
    assert rows["web"][-1] == rows["crates"][-1] == "retry-storm"
    assert rows["tiny"][-1].startswith("inconclusive: usually ")


def test_headline_says_the_outcome_and_for_how_many(outage: Judgement, begin: int) -> None:
    assert headline(SUBJECT, outage) == (
        f"production: fail (2 fail, 1 inconclusive), 12 minutes since {clock(begin)} UTC"
    )


def test_json_has_everything_and_is_json(outage: Judgement) -> None:
    """Without Infinity or NaN, which are no JSON."""
    found = json.loads(json.dumps(as_json(SUBJECT, outage), allow_nan=False))
    assert (found["schema"], found["outcome"]) == ("slipway.watch/1", "fail")
    assert found["since"] == "2023-07-19T15:20Z"
    by_service = {each["service"]: each for each in found["services"]}
    assert by_service["tiny"]["outcome"] == "inconclusive"
    assert by_service["tiny"]["because"]
    assert by_service["web"]["usual"]["requests"]["middle"] > 1000
    (finding,) = found["findings"]
    assert finding["distribution_id"] == "EWEB"
    assert finding["hostnames"] == ["example.org", "cloudfront-app.example.org"]
    assert {number["service"] for number in finding["numbers"]} == {"web", "crates"}
    assert finding["runbook"] == f"{RUNBOOKS}/request-surge.md"


def test_names_from_outside_cannot_move_the_cursor(outage: Judgement) -> None:
    """A stack's outputs are text that somebody wrote."""
    bad = ServiceOutputs("web", "E\x1b[2J", "ex\u202eample.org", "", ())
    subject = Subject("prod\x07", {**SUBJECT.services, "web": bad}, "https://example.com/\x1b]0;x")
    text = "\n".join((*finding_lines(subject, outage.findings[0]), headline(subject, outage)))
    assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_no_minute_yet_has_no_numbers(traffic: Make) -> None:
    """A row of dashes, and JSON with null."""
    judgement = traffic("crates", minutes=0).judged(late=0)
    assert row(judgement, judgement.services[0])[1:7] == ("-",) * 6
    assert as_json(SUBJECT, judgement)["services"][0]["newest"] is None
