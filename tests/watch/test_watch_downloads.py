"""A watch by the counted logs of the CDNs: what it reads, and what it makes of logs that come late."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from slipway.errors import BadInput
from slipway.stack_outputs import ServiceOutputs
from slipway.watch import Judgement, Kind, Limits, Outcome, Point, assemble, follow, look
from slipway.watch.downloads import NOTE, watch_of_downloads
from slipway.watch.report import Subject, as_json, finding_lines, row
from slipway.watch.series import LOGS

Make = Callable[..., Any]
BEGIN = 28_163_000  # a minute in 2023
BEFORE = 90


def at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC).replace(tzinfo=None)


@dataclass
class Logs:
    """The counting database as logs fill it: requests by CDN and minute, 0 is BEGIN."""

    path: Path
    rows: dict[tuple[str, int, str, str], int] = field(default_factory=dict)

    def usual(self, cdn: str, requests: int, *, until: int = 30) -> Logs:
        """The same as ever since an hour and a half before; two in three by the newer form, one in a hundred a 404."""
        for minute in range(-BEFORE, until):
            more = requests + requests // 50 * (minute % 3)
            self.rows[cdn, minute, "file", "200"] = more * 2 // 3
            self.rows[cdn, minute, "download", "302"] = more // 3
            self.rows[cdn, minute, "file", "404"] = more // 100
        return self

    def of(self, cdn: str, minutes: Iterable[int], share: float, status: str = "") -> Logs:
        """So much of what there was in these minutes, answered with `status` if it is named."""
        for key in [key for key in self.rows if key[0] == cdn and key[1] in minutes]:
            count = round(self.rows.pop(key) * share)
            answered = (*key[:3], status or key[3])
            self.rows[answered] = self.rows.get(answered, 0) + count
        return self

    def without(self, cdn: str, minutes: Iterable[int]) -> Logs:
        """No log of these minutes has come."""
        self.rows = {key: count for key, count in self.rows.items() if not (key[0] == cdn and key[1] in minutes)}
        return self

    def written(self) -> str:
        self.path.unlink(missing_ok=True)
        with duckdb.connect(self.path) as connection:
            connection.execute(
                "CREATE TABLE requests (minute TIMESTAMP, cdn TEXT, form TEXT, status TEXT, requests BIGINT, "
                "PRIMARY KEY (minute, cdn, form, status))"
            )
            values = [
                v for (cdn, m, form, status), n in self.rows.items() for v in (at(BEGIN + m), cdn, form, status, n)
            ]
            places = ", ".join("(?, ?, ?, ?, ?)" for _ in self.rows)
            if values:
                connection.execute(f"INSERT INTO requests VALUES {places}", values)  # noqa: S608 no texts
        return str(self.path)

    def judged(self, *, now: int, **more: Any) -> Judgement:
        """What `slipway watch --once` says in that minute."""
        watch = watch_of_downloads(self.written(), Limits(), since=BEGIN, until=BEGIN + now, **more)
        return look(watch, (BEGIN + now) * 60.0)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    """Two CDNs as usual."""
    return Logs(tmp_path / "downloads.duckdb").usual("cloudfront", 3000).usual("fastly", 600)


def test_minutes_are_read_by_cdn_with_their_answers(logs: Logs) -> None:
    """Forms together; 2xx and 3xx are served, 000 is neither that nor an answer."""
    logs.rows = {
        ("fastly", 0, "file", "200"): 50, ("fastly", 0, "download", "302"): 20, ("fastly", 0, "file", "404"): 15,
        ("fastly", 0, "file", "503"): 10, ("fastly", 0, "file", "000"): 5, ("cloudfront", 1, "file", "206"): 7,
        ("fastly", 2, "file", "200"): 9,
    }  # fmt: skip
    watch = watch_of_downloads(logs.written(), Limits(), since=BEGIN, until=BEGIN + 5)
    found = watch.read(BEGIN, BEGIN + 2)
    assert found == {
        "cloudfront": {BEGIN + 1: Point(BEGIN + 1, 7.0, 0.0, 0.0, 0.0, 0.0)},
        "fastly": {BEGIN: Point(BEGIN, 100.0, 30.0, 15.0, 10.0, 0.0)},
    }
    assert found["fastly"][BEGIN].successes == 70


def test_usual_downloads_pass(logs: Logs) -> None:
    judgement = logs.judged(now=30)
    assert judgement.outcome is Outcome.PASS
    assert [state.judged for state in judgement.services] == [28, 28]


def test_errors_of_either_cdn_are_found_while_logs_are_still_coming(logs: Logs) -> None:
    """A third of the last minutes' logs has come, with one in three requests failing."""
    logs.of("fastly", range(10, 30), 0.3).of("fastly", range(20, 30), 1, status="503")
    (finding,) = logs.judged(now=30).findings
    assert (finding.kind, finding.service, finding.first) == (Kind.RISE_5XX, "fastly", BEGIN + 20)


def test_refused_downloads_are_found(logs: Logs) -> None:
    logs.of("cloudfront", range(20, 30), 1, status="403")
    (finding,) = logs.judged(now=30).findings
    assert (finding.kind, finding.service) == (Kind.RISE_4XX, "cloudfront")


def test_clients_that_try_again_are_a_retry_storm_without_a_word_of_bytes(logs: Logs) -> None:
    logs.of("cloudfront", range(20, 30), 3, status="000")
    (finding,) = logs.judged(now=30).findings
    assert finding.kind is Kind.RETRY_STORM
    assert [number.what for number in finding.numbers] == ["requests", "successes"]


def test_minute_without_data_yet_is_no_silence(logs: Logs) -> None:
    """Neither while the other CDN's logs come, nor where a few requests of it have."""
    logs.without("fastly", range(5, 30)).of("cloudfront", range(10, 30), 0.02)
    judgement = logs.judged(now=62)
    assert judgement.findings == ()
    assert judgement.of(["fastly"]).until == BEGIN + 5


def test_hole_in_what_has_come_is_no_silence(logs: Logs) -> None:
    judgement = logs.without("fastly", range(10, 20)).judged(now=30)
    assert judgement.findings == ()
    assert {state.service: state.judged for state in judgement.services} == {"cloudfront": 28, "fastly": 18}


def test_no_data_for_an_hour_is_silence(logs: Logs) -> None:
    """The minutes from 5 on; 9 ended 60 minutes before 70."""
    judgement = logs.without("fastly", range(5, 30)).judged(now=70)
    (finding,) = judgement.findings
    assert (finding.kind, finding.service) == (Kind.SILENCE, "fastly")
    assert (finding.first, finding.last) == (BEGIN + 5, BEGIN + 9)


def test_hardly_a_request_for_an_hour_is_silence(logs: Logs) -> None:
    judgement = logs.of("cloudfront", range(5, 30), 0.02).judged(now=70)
    (finding,) = judgement.findings
    assert (finding.service, finding.last) == ("cloudfront", BEGIN + 9)


def test_weight_that_moves_downloads_to_the_other_cdn_is_no_storm(logs: Logs) -> None:
    """By CloudFront's metrics, one service that loses what another gains tells of retries; two CDNs share one name."""
    logs.of("cloudfront", range(10, 30), 0.5).of("fastly", range(10, 30), 3.5)
    assert logs.judged(now=30).outcome is Outcome.PASS


def test_nothing_since_the_change_is_inconclusive(logs: Logs) -> None:
    logs.without("fastly", range(30)).without("cloudfront", range(30))
    judgement = logs.judged(now=30)
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert {state.doubt for state in judgement.services} == {"no minute has come yet"}


def test_watch_waits_an_hour_for_the_last_minutes(logs: Logs) -> None:
    """The clock is moved by sleeping alone; the logs of the last five minutes never come."""
    here = _Clock(BEGIN * 60.0)
    watch = watch_of_downloads(logs.usual("fastly", 600, until=10).written(), Limits(), since=BEGIN, until=BEGIN + 35)
    judgements = list(follow(watch, here, clock=here.clock, sleep=here.sleep))
    assert BEGIN + 94 <= here.now / 60 <= BEGIN + 97
    assert judgements[-1].findings[0].kind is Kind.SILENCE
    assert judgements[-2].findings == ()


@dataclass
class _Clock:
    now: float

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += 6 * seconds  # fewer readings

    def note(self, text: str) -> None:
        raise AssertionError(text)

    tick = note

    def rest(self) -> None:
        pass


def test_one_cdn_can_be_watched_alone(logs: Logs) -> None:
    assert [state.service for state in logs.judged(now=30, services=["fastly"]).services] == ["fastly"]
    with pytest.raises(BadInput, match="has no CDN 'crates'") as raised:
        logs.judged(now=30, services=["crates"])
    assert raised.value.advice == "It has cloudfront, fastly."


def test_database_without_requests_of_the_day_is_bad_input(logs: Logs) -> None:
    logs.rows = {("fastly", -24 * 60 - 1, "file", "200"): 5}
    with pytest.raises(BadInput, match="no request of the last day"):
        logs.judged(now=30)


def test_report_names_the_cdn_and_says_what_the_numbers_are(logs: Logs) -> None:
    judgement = logs.of("fastly", range(20, 30), 1, status="503").judged(now=30)
    services = {name: ServiceOutputs(name, "", "", "", ()) for name in ("cloudfront", "fastly")}
    subject = Subject("production", services, "docs/runbooks", NOTE)
    heading = next(finding_lines(subject, judgement.findings[0]))
    assert heading.startswith("5xx-rise: fastly, ")
    assert [row(judgement, state)[5:7] for state in judgement.services] == [("-", "-"), ("-", "-")]
    document = as_json(subject, judgement)
    assert "60 minutes" in document["note"]
    assert document["services"][1]["hostnames"] == []


@pytest.mark.parametrize(("now", "silent"), [(30, 0), (72, 0), (73, 3), (80, 10)])
def test_silence_grows_as_minutes_turn_an_hour_old(now: int, silent: int) -> None:
    """Nothing has come since minute 9: zeros are made of minutes that ended an hour ago, if they are three or more."""
    points = {minute: Point(minute, 10.0, 0.0, 0.0, 0.0, 0.0) for minute in range(10)}
    (series,) = assemble({"fastly": points}, start=0, now=now, arrival=LOGS)
    assert [point.minute for point in series.points if not point.requests] == list(range(10, 10 + silent))
    assert (series.until, series.whole) == (10 + silent, now - 60)
