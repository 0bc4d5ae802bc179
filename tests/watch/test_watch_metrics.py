"""What is asked of CloudWatch, and what its answers are taken for."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud
from slipway.errors import BadInput, CloudError
from slipway.watch import Kind, Limits, Outcome, Point, Watch, look, reader

MINUTE = 28_163_000
METRICS = {
    "Requests": ("Sum", 100.0),
    "TotalErrorRate": ("Average", 3.0),
    "4xxErrorRate": ("Average", 2.0),
    "5xxErrorRate": ("Average", 1.0),
    "BytesDownloaded": ("Sum", 5000.0),
}


def at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


@dataclass
class CloudWatch:
    """A CloudWatch that has the same minutes of every distribution, gives `page` of them at a time, and may refuse."""

    minutes: tuple[int, ...] = (MINUTE, MINUTE + 1)
    page: int = 100
    status: str = "Complete"
    region: str = "us-east-1"
    throttled: bool = False
    circle: bool = False
    without: str = ""
    odd: float | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def meta(self) -> SimpleNamespace:
        return SimpleNamespace(region_name=self.region)

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if self.throttled:
            raise ClientError({"Error": {"Code": "Throttling", "Message": "Rate \x1b[2Jexceeded"}}, "GetMetricData")
        first = int(request.get("NextToken", "0"))
        minutes = self.minutes[first : first + self.page]
        more = first + self.page < len(self.minutes)
        results = [self._result(query, minutes) for query in request["MetricDataQueries"]]
        token = {"NextToken": str(0 if self.circle else first + self.page)} if more else {}
        return {"MetricDataResults": results, **token}

    def _result(self, query: dict[str, Any], minutes: tuple[int, ...]) -> dict[str, Any]:
        stat = query["MetricStat"]
        assert stat["Period"] == 60
        name = stat["Metric"]["MetricName"]
        statistic, value = METRICS[name]
        assert (stat["Metric"]["Namespace"], stat["Stat"]) == ("AWS/CloudFront", statistic)
        assert {"Name": "Region", "Value": "Global"} in stat["Metric"]["Dimensions"]
        here = minutes if name != self.without else ()
        value = self.odd if self.odd is not None and name == "Requests" else value
        return {
            "Id": query["Id"],
            "StatusCode": self.status,
            "Timestamps": [at(minute) for minute in here],
            "Values": [value] * len(here),
        }


def test_metrics_of_a_minute_become_a_point() -> None:
    """By service, with the statistics that CloudFront's metrics have."""
    found = reader(CloudWatch(), {"crates": "E1"})(MINUTE, MINUTE + 2)
    assert found == {"crates": {minute: Point(minute, 100, 3, 2, 1, 5000) for minute in (MINUTE, MINUTE + 1)}}


def test_question_is_for_whole_minutes_of_each_distribution() -> None:
    there = CloudWatch()
    reader(there, {"crates": "E1", "index": "E2"})(MINUTE, MINUTE + 2)
    (asked,) = there.asked
    assert (asked["StartTime"], asked["EndTime"]) == (at(MINUTE), at(MINUTE + 2))
    dimensions = [query["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for query in asked["MetricDataQueries"]]
    assert dimensions == ["E1"] * 5 + ["E2"] * 5


def test_more_than_500_queries_are_several_questions() -> None:
    """150 distributions have 750 metrics."""
    there = CloudWatch()
    found = reader(there, {f"s{number}": f"E{number}" for number in range(150)})(MINUTE, MINUTE + 2)
    assert [len(asked["MetricDataQueries"]) for asked in there.asked] == [500, 250]
    assert {len(points) for points in found.values()} == {2}


def test_pages_are_put_together() -> None:
    """PartialData says that the next page goes on."""
    minutes = tuple(range(MINUTE, MINUTE + 7))
    there = CloudWatch(minutes=minutes, page=3, status="PartialData")
    assert tuple(reader(there, {"crates": "E1"})(MINUTE, MINUTE + 7)["crates"]) == minutes
    assert [asked.get("NextToken") for asked in there.asked] == [None, "3", "6"]


@pytest.mark.parametrize(("page", "questions"), [(1, 2), (2, 1)])
def test_pages_that_lead_in_a_circle_end(page: int, questions: int) -> None:
    there = CloudWatch(page=page, circle=True)
    reader(there, {"crates": "E1"})(MINUTE, MINUTE + 2)
    assert len(there.asked) <= questions + 1


@pytest.mark.parametrize("missing", METRICS)
def test_minute_without_one_of_its_metrics_has_not_come_yet(missing: str) -> None:
    """A rate without its requests, or the other way round, says nothing."""
    assert reader(CloudWatch(without=missing), {"crates": "E1"})(MINUTE, MINUTE + 2) == {"crates": {}}


@pytest.mark.parametrize("odd", [math.nan, math.inf, -1.0])
def test_number_that_is_none_is_no_minute(odd: float) -> None:
    assert reader(CloudWatch(odd=odd), {"crates": "E1"})(MINUTE, MINUTE + 2) == {"crates": {}}


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_metric_that_cannot_be_given_is_an_error_and_no_silence(status: str) -> None:
    with pytest.raises(CloudError, match=f"CloudFront's metrics cannot be read: CloudWatch answers {status}"):
        reader(CloudWatch(status=status), {"crates": "E1"})(MINUTE, MINUTE + 2)


def test_throttling_that_lasts_is_one_error_without_control_characters() -> None:
    """The client has tried again by then."""
    with pytest.raises(CloudError) as caught:
        reader(CloudWatch(throttled=True), {"crates": "E1"})(MINUTE, MINUTE + 2)
    assert "Throttling: Rate" in caught.value.message
    assert "\x1b" not in caught.value.message


def test_another_region_is_refused_since_everything_would_look_silent_there() -> None:
    with pytest.raises(BadInput, match="are in us-east-1, and this client asks eu-west-1") as caught:
        reader(CloudWatch(region="eu-west-1"), {"crates": "E1"})
    assert "AWS_REGION=us-east-1" in caught.value.advice


@pytest.fixture
def published(aws: Cloud) -> dict[str, str]:
    """Two distributions' metrics in the local cloud's CloudWatch, up to the newest whole minute: the index is as usual,
    the crates fail since six minutes."""
    now = int(datetime.now(UTC).timestamp()) // 60
    ids = {"crates": f"E{uuid.uuid4().hex[:12].upper()}", "index": f"E{uuid.uuid4().hex[:12].upper()}"}
    client = aws.client("cloudwatch")
    for service, distribution in ids.items():
        rows = [
            {
                "MetricName": name,
                "Dimensions": [
                    {"Name": "DistributionId", "Value": distribution},
                    {"Name": "Region", "Value": "Global"},
                ],
                "Timestamp": at(minute),
                "Value": value,
            }
            for minute in range(now - 100, now)
            for name, value in _values(minute, failing=service == "crates" and minute >= now - 6).items()
        ]
        for start in range(0, len(rows), 250):
            client.put_metric_data(Namespace="AWS/CloudFront", MetricData=rows[start : start + 250])
    return ids


def _values(minute: int, *, failing: bool) -> dict[str, float]:
    five = 40.0 if failing else 0.0
    requests = 2000.0 + 50 * (minute % 3)
    return {
        "Requests": requests,
        "TotalErrorRate": five + 1,
        "4xxErrorRate": 1.0,
        "5xxErrorRate": five,
        "BytesDownloaded": requests * 100_000,
    }


def test_real_cloudwatch_is_read_and_judged(aws: Cloud, published: dict[str, str]) -> None:
    """What was put there minute by minute comes out as the same points, and the failing service is named."""
    now = datetime.now(UTC).timestamp()
    since = int(now) // 60 - 15
    read = reader(aws.client("cloudwatch"), published)
    point = read(since, since + 1)["crates"][since]
    values = _values(since, failing=False)
    assert (point.requests, point.rate_4xx, point.bytes) == (values["Requests"], 1.0, values["BytesDownloaded"])
    judgement = look(Watch(read, ("crates", "index"), since, since + 15, Limits()), now)
    assert [(finding.service, finding.kind) for finding in judgement.findings] == [("crates", Kind.RISE_5XX)]
    assert judgement.of(["index"]).outcome is Outcome.PASS
