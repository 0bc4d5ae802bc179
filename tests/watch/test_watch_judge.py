"""What is found, and when; and what is not told because the evidence is too thin."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.watch import Judgement, Kind, Limits, Outcome, Point, assemble, judge

SEEDS = range(5)
AT = 10  # the minute in which something goes wrong
Make = Callable[..., Any]


def kinds(judgement: Judgement) -> set[tuple[str, str]]:
    return {(finding.service, str(finding.kind)) for finding in judgement.findings}


def outcome(judgement: Judgement, service: str) -> Outcome:
    return next(judgement.outcome_of(state) for state in judgement.services if state.service == service)


def doubt(judgement: Judgement, service: str) -> str:
    return next(state.doubt for state in judgement.services if state.service == service)


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_traffic_of_a_day_passes(traffic: Make, seed: int) -> None:
    """No false alarm in 1440 minutes of each of the busy services, nor any doubt."""
    judgement = traffic("crates", "index", "web", "documentation", seed=seed, minutes=1440).judged()
    assert judgement.findings == ()
    assert judgement.outcome is Outcome.PASS


@pytest.mark.parametrize("seed", range(40))
def test_normal_traffic_of_an_hour_has_no_finding_whatever_the_host(traffic: Make, seed: int) -> None:
    """Tiny hosts, lost minutes and scanners among them; a tiny host may be in doubt."""
    assert traffic(seed=seed, minutes=60).judged().findings == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_outage_of_2023_07_20_is_a_retry_storm_in_its_first_minute(
    traffic: Make, change: Make, host: Make, begin: int, seed: int
) -> None:
    """The web application redirects downloads to a name that does not exist. Clients try three times: its requests
    triple, all answered well. The crates' own distribution loses its downloads; no CDN has an error."""
    made = traffic(web=host(20_000, size=900.0), crates=host(19_000), index=host(30_000), seed=seed, minutes=AT + 1)
    made.after("web", change(3), since=AT).after("crates", change(0.05), since=AT)
    judgement = made.judged()
    assert judgement.outcome is Outcome.FAIL
    assert ("web", "retry-storm") in kinds(judgement)
    (storm,) = [finding for finding in judgement.findings if finding.kind is Kind.RETRY_STORM]
    assert (storm.first, storm.last) == (begin + AT, begin + AT)
    assert storm.services == {"web", "crates"}
    assert all(number.value > 2 * number.usual for number in storm.numbers if number.what == "requests")
    assert outcome(judgement, "index") is Outcome.PASS


@pytest.mark.parametrize("seed", SEEDS)
def test_requests_that_triple_while_bytes_fall_are_a_retry_storm_on_one_distribution(
    traffic: Make, change: Make, seed: int
) -> None:
    """The same outage where one distribution redirects and serves: no errors, more requests, hardly a file."""
    made = traffic("crates", "index", seed=seed, minutes=AT + 1).after("crates", change(3, size=0.1), since=AT)
    assert ("crates", "retry-storm") in kinds(made.judged())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("failing", [0.5, 0.75, 1.0])
def test_clients_that_try_three_times_are_a_retry_storm(traffic: Make, change: Make, seed: int, failing: float) -> None:
    """Requests are answered 403: of those that fail, each comes three times."""
    factor = 1 - failing + 3 * failing
    refused = change(factor, rate_4xx=100 * 3 * failing / factor)
    made = traffic("crates", "index", seed=seed, minutes=AT + 1).after("crates", refused, since=AT)
    assert ("crates", "retry-storm") in kinds(made.judged())


def test_requests_that_double_with_their_successes_are_no_storm(traffic: Make, change: Make) -> None:
    """A release came out today, or a weight step came from the second CDN."""
    assert traffic("crates", "index").after("crates", change(4), since=AT).judged().outcome is Outcome.PASS


def test_flood_that_adds_only_errors_is_a_storm_on_a_busy_host_and_none_on_a_quiet_one(
    traffic: Make, change: Make, host: Make
) -> None:
    """A scanner of a few hundred requests a minute is nothing; below 1,000 the alarm on surges does not look either."""
    flood = change(3, rate_4xx=67)
    assert kinds(traffic("web").after("web", flood, since=AT).judged()) == {("web", "retry-storm")}
    assert traffic(quiet=host(300)).after("quiet", flood, since=AT).judged().findings == ()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "rate"), [("crates", 1.5), ("web", 3), ("documentation", 8)])
def test_rise_of_5xx_is_named_in_its_first_minute(
    traffic: Make, change: Make, begin: int, seed: int, name: str, rate: float
) -> None:
    """The smaller the host, the more it takes to be sure."""
    made = traffic(name, seed=seed, minutes=AT + 1).after(name, change(1, rate_5xx=rate), since=AT)
    (finding,) = made.judged().findings
    assert (finding.kind, finding.first) == (Kind.RISE_5XX, begin + AT)
    assert finding.numbers[0].what == "5xx %"


def test_smaller_rise_of_5xx_is_named_when_five_minutes_are_together(traffic: Make, change: Make, begin: int) -> None:
    """3 % of 300 requests: chance could do it once."""
    made = traffic("documentation", minutes=AT + 5).after("documentation", change(1, rate_5xx=3.5), since=AT)
    (finding,) = made.judged().findings
    assert begin + AT < finding.first < begin + AT + 5


def test_5xx_below_the_alarms_limit_are_no_finding(traffic: Make, change: Make) -> None:
    assert traffic("crates").after("crates", change(1, rate_5xx=0.9), since=AT).judged().findings == ()


def test_one_error_among_few_requests_is_no_finding(traffic: Make, host: Make, change: Make) -> None:
    """Two of 30 are 7 %."""
    made = traffic(tiny=host(30, rate_5xx=0)).after("tiny", change(1, rate_5xx=7), since=AT, until=AT + 1)
    assert made.judged().findings == ()


def test_5xx_of_a_new_distribution_are_found_without_a_baseline(traffic: Make, change: Make) -> None:
    """Half of its answers: nothing before is needed to call that wrong."""
    made = traffic("crates", "index").without("crates", until=0, since=-75).after("crates", change(1, rate_5xx=50))
    assert ("crates", "5xx-rise") in kinds(made.judged())


@pytest.mark.parametrize("seed", SEEDS)
def test_bucket_that_admits_nobody_any_more_is_a_rise_of_4xx(traffic: Make, change: Make, seed: int) -> None:
    """403 in place of files, and clients that do not try again."""
    made = traffic("releases", seed=seed, minutes=AT + 1).after("releases", change(1, rate_4xx=60, size=0.4), since=AT)
    assert ("releases", "4xx-rise") in kinds(made.judged())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("left", [0.0, 0.05])
def test_few_requests_or_none_are_silence_in_the_first_minute(
    traffic: Make, change: Make, begin: int, seed: int, left: float
) -> None:
    """The name is dark; some resolvers still remember it."""
    made = traffic("documentation", "index", seed=seed, minutes=AT + 1)
    (finding,) = made.after("documentation", change(left), since=AT).judged().findings
    assert (finding.service, finding.kind, finding.first) == ("documentation", Kind.SILENCE, begin + AT)


def test_no_data_at_all_is_silence_after_three_minutes(traffic: Make, begin: int) -> None:
    """CloudFront sends nothing where there is nothing; the index shows that metrics do arrive."""
    made = traffic("documentation", "index", minutes=AT + 2).without("documentation", since=AT)
    assert made.judged().findings == ()
    made = traffic("documentation", "index", minutes=AT + 3).without("documentation", since=AT)
    (finding,) = made.judged().findings
    assert (finding.kind, finding.first) == (Kind.SILENCE, begin + AT)


def test_no_data_of_any_distribution_is_waited_for_and_then_silence(traffic: Make) -> None:
    """Everything is dark, or CloudWatch is late: after ten minutes it is not late."""
    made = traffic("crates", "index", minutes=AT).without("crates", since=0).without("index", since=0)
    assert made.judged(late=2).outcome is Outcome.INCONCLUSIVE
    assert "no minute has come" in doubt(made.judged(late=2), "crates")
    assert kinds(made.judged(late=10)) == {("crates", "silence"), ("index", "silence")}


def test_files_that_become_empty_are_silence_though_requests_go_on(traffic: Make, change: Make) -> None:
    """A router that answers every request with a redirect: no error, and no more bytes."""
    made = traffic("crates", "index", minutes=AT + 1).after("crates", change(1, size=0.002), since=AT)
    assert kinds(made.judged()) == {("crates", "silence")}


def test_weight_step_to_a_fifth_is_no_silence(traffic: Make, change: Make) -> None:
    """The second CDN has the rest, and nobody's requests rise."""
    assert traffic("crates", "index").after("crates", change(0.2), since=AT).judged().findings == ()


def test_tiny_host_is_in_doubt_and_says_how_tiny(traffic: Make, host: Make) -> None:
    """Three requests a minute prove nothing by staying away."""
    judgement = traffic("crates", tiny=host(3)).judged()
    assert outcome(judgement, "tiny") is Outcome.INCONCLUSIVE
    assert "requests a minute, and 20 are needed" in doubt(judgement, "tiny")
    assert outcome(judgement, "crates") is Outcome.PASS
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert judgement.of(["crates"]).outcome is Outcome.PASS


def test_host_of_bursts_is_in_doubt(traffic: Make, change: Make) -> None:
    """A pause is usual there."""
    made = traffic("documentation", "index")
    for pause in range(-75, 30, 6):
        made.after("documentation", change(0.01), since=pause, until=pause + 3)
    assert "too unevenly" in doubt(made.judged(), "documentation")
    assert made.judged().findings == ()


def test_short_past_is_doubt(traffic: Make) -> None:
    """A distribution of five minutes' age, seen for a few minutes."""
    made = traffic("crates", minutes=3).without("crates", since=-75, until=-20)
    judgement = made.judged()
    assert "are needed" in doubt(judgement, "crates")
    assert judgement.outcome is Outcome.INCONCLUSIVE


def test_what_was_bad_before_is_doubt_and_no_finding(traffic: Make, change: Make) -> None:
    """Nothing has changed, which is no praise."""
    judgement = traffic("crates").after("crates", change(1, rate_5xx=5), since=-75).judged()
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert doubt(judgement, "crates") == "5.0 % of the answers were 5xx before already"


def test_minutes_that_mostly_got_lost_are_doubt(traffic: Make) -> None:
    made = traffic("crates", minutes=12)
    for minute in range(12):
        if minute % 3:
            made.without("crates", since=minute, until=minute + 1)
    assert doubt(made.judged(), "crates").endswith("minutes have come")


def test_no_data_ever_is_doubt(traffic: Make) -> None:
    judgement = traffic("crates", "index").without("crates", since=-75).judged()
    assert outcome(judgement, "crates") is Outcome.INCONCLUSIVE
    assert judge((), 5, Limits()).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("minutes", [60, 300])
def test_outage_never_becomes_usual(traffic: Make, change: Make, begin: int, minutes: int) -> None:
    """After hours it is still the same finding, from its first minute to the newest."""
    made = traffic("crates", "index", minutes=minutes).after("crates", change(1, rate_5xx=30), since=AT)
    (finding,) = made.judged().findings
    assert (finding.first, finding.last) == (begin + AT, begin + minutes - 1)


def test_outage_that_creeps_over_edges_is_found(traffic: Make, change: Make) -> None:
    """A change takes a quarter of an hour to spread; its first minutes do not become usual meanwhile."""
    made = traffic("documentation", "index", minutes=30)
    for minute in range(15):
        made.after("documentation", change(1 - minute / 15), since=minute, until=minute + 1)
    assert ("documentation", "silence") in kinds(made.after("documentation", change(0), since=15).judged())


def test_finding_that_has_ended_is_no_longer_among_the_newest(traffic: Make, change: Make) -> None:
    """What `--until-quiet` asks: not whether it was, but whether it is."""
    made = traffic("crates", "index").after("crates", change(1, rate_5xx=30), since=AT, until=AT + 5)
    judgement = made.judged()
    assert judgement.outcome is Outcome.FAIL
    assert judgement.newest(5).outcome is Outcome.PASS


def test_parts_of_a_judgement_keep_a_finding_about_any_of_their_services(traffic: Make, change: Make) -> None:
    """A storm between two services is about both."""
    made = traffic("web", "crates", "index", minutes=AT + 1)
    judgement = made.after("web", change(6), since=AT).after("crates", change(0.5), since=AT).judged()
    assert judgement.of(["crates"]).outcome is judgement.of(["web"]).outcome is Outcome.FAIL
    assert judgement.of(["index"]).outcome is Outcome.PASS


NUMBERS = st.one_of(st.just(0.0), st.floats(0, 1e9))
POINTS = st.dictionaries(
    st.integers(-75, 40),
    st.tuples(NUMBERS, st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), NUMBERS),
)


@given(st.dictionaries(st.sampled_from("abc"), POINTS), st.floats(-10, 60))
@settings(max_examples=200, deadline=None)
def test_whatever_numbers_come_there_is_a_judgement(
    read: dict[str, dict[int, tuple[float, float, float, float, float]]], now: float
) -> None:
    """Gaps, zeros, rates that do not add up: no error, minutes in order, and a pass only without doubt."""
    points = {name: {minute: Point(minute, *row) for minute, row in rows.items()} for name, rows in read.items()}
    judgement = judge(assemble(points, start=-75, now=now), 0, Limits())
    assert [state.service for state in judgement.services] == list(read)
    assert all(0 <= finding.first <= finding.last < max(0, now) for finding in judgement.findings)
    assert all(math.isfinite(number.value) for finding in judgement.findings for number in finding.numbers)
    doubts = [state.doubt for state in judgement.services]
    passes = bool(doubts) and not judgement.findings and not any(doubts)
    assert (judgement.outcome is Outcome.PASS) == passes


def test_time_is_linear_in_the_minutes(traffic: Make) -> None:
    """Eight times the minutes take about eight times as long; quadratic would be sixty-four."""

    def took(minutes: int) -> float:
        made = traffic("crates", minutes=minutes)
        started = time.process_time()
        made.judged()
        return time.process_time() - started

    assert took(3200) < 25 * max(min(took(400) for _ in range(3)), 1e-4)
