"""What the alarm components register: who is told of what, at which limit, and what counts as no news."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from slipway import runbooks

Registered = dict[str, Any]

METRIC, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
ADDITIONAL = "aws:cloudfront/monitoringSubscription:MonitoringSubscription"
TOPIC = "arn:aws:test:::paging"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"


@cache
def record(*options: str) -> tuple[Registered, ...]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("record_alarms.py")), *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout))


def of_type(token: str) -> list[Registered]:
    return [item for item in record() if item["type"] == token]


def inputs(token: str, name: str) -> dict[str, Any]:
    (found,) = [item["inputs"] for item in of_type(token) if item["name"] == name]
    return dict(found)


def described() -> list[Registered]:
    return [*of_type(METRIC), *of_type(COMPOSITE)]


def value(alarm: dict[str, Any], **known: float) -> float:
    """What an alarm's expression comes to in one period. Metric math and Python agree on the little that is used."""
    names: dict[str, Any] = {"IF": lambda condition, yes, no: yes if condition else no, **known}
    for query in reversed([query for query in alarm["metricQueries"] if "expression" in query]):
        if query["id"] not in names:
            names[query["id"]] = eval(query["expression"], {"__builtins__": {}}, names)  # noqa: S307 our own text
    (watched,) = [query["id"] for query in alarm["metricQueries"] if query["returnData"]]
    return float(names[watched])


# -- which alarms there are ------------------------------------------------------------------------------------------


def kinds(service: str) -> set[str]:
    return {item["name"].removeprefix(f"{service}-") for item in described() if item["name"].startswith(f"{service}-")}


def test_service_with_everything_has_every_alarm_of_the_table() -> None:
    """The table and the component agree; the pattern is no alarm of its own."""
    assert kinds("crates") - {"request-pattern"} == {row.kind for row in runbooks.ALARMS}


def test_uncached_service_has_no_hit_rate_and_a_redirect_no_origin_either() -> None:
    """An alarm that would always be on, or never, is not there."""
    always = {"service-urgent", "errors", "request-surge", "request-pattern", "certificate-expiry"}
    assert kinds("web") == always | {"origin-latency"}
    assert kinds("www") == always


def test_additional_metrics_are_bought_where_an_alarm_reads_them() -> None:
    """They cost money for each distribution."""
    assert {item["inputs"]["distributionId"] for item in of_type(ADDITIONAL)} == {"E1", "E2"}
    paid = {"OriginLatency", "CacheHitRate"}
    read = {
        query["metric"]["dimensions"]["DistributionId"]
        for item in of_type(METRIC)
        for query in item["inputs"]["metricQueries"]
        if query.get("metric", {}).get("metricName") in paid
    }
    assert read == {"E1", "E2"}


def test_everything_is_where_cloudfront_has_its_metrics() -> None:
    """An alarm elsewhere would see nothing, and could not reach the topic."""
    elsewhere = [
        item["name"]
        for item in record()
        if item["custom"] and item["type"] != ADDITIONAL and item["inputs"].get("region") != "us-east-1"
    ]
    assert elsewhere == []


def test_preview_shows_the_alarms_of_the_run() -> None:
    """Nothing is created inside an `apply`."""
    assert {item["urn"] for item in record("--preview")} == {item["urn"] for item in record()}


# -- who is told -----------------------------------------------------------------------------------------------------


def test_urgent_alarms_speak_through_the_composite_alone() -> None:
    """One incident is one page, and its end is told as well."""
    for row in runbooks.ALARMS:
        if row.pages and row.setting:
            alarm = inputs(METRIC, f"crates-{row.kind}")
            assert (alarm["alarmActions"], alarm["okActions"]) == ([], [])
    page = inputs(COMPOSITE, "crates-service-urgent")
    assert (page["alarmActions"], page["okActions"]) == ([TOPIC], [TOPIC])
    named = set(re.findall(r'ALARM\("arn:aws:test:::crates-([a-z-]+)"\)', page["alarmRule"]))
    assert named == {row.kind for row in runbooks.ALARMS if row.pages and row.setting}


def test_alarms_that_can_wait_tell_on_their_own() -> None:
    """In the composite alarm one that is on for weeks would hide the next outage."""
    for row in runbooks.ALARMS:
        if not row.pages:
            alarm = inputs(METRIC, f"crates-{row.kind}")
            assert (alarm["alarmActions"], alarm["okActions"]) == ([TOPIC], [TOPIC])


def test_paging_service_gets_the_composite_alarms_alone() -> None:
    """Its filter lets their names through and no other; e-mail gets everything."""
    (https,) = [item["inputs"] for item in of_type(SUBSCRIPTION) if item["inputs"]["protocol"] == "https"]
    (email,) = [item["inputs"] for item in of_type(SUBSCRIPTION) if item["inputs"]["protocol"] == "email"]
    assert https["filterPolicyScope"] == "MessageBody"
    ((rule,),) = json.loads(https["filterPolicy"]).values()
    assert all(item["inputs"]["alarmName"].startswith(rule["prefix"]) for item in of_type(COMPOSITE))
    assert not any(item["name"].startswith(rule["prefix"]) for item in of_type(METRIC))
    assert "filterPolicy" not in email


def test_pages_are_tried_again_for_minutes_and_less_than_an_hour() -> None:
    """SNS takes no longer policy."""
    (https,) = [item["inputs"] for item in of_type(SUBSCRIPTION) if item["inputs"]["protocol"] == "https"]
    policy = json.loads(https["deliveryPolicy"])["healthyRetryPolicy"]
    backoff = policy["numRetries"] - sum(policy[f"num{kind}Retries"] for kind in ("NoDelay", "MinDelay", "MaxDelay"))
    ends = (
        policy["numMinDelayRetries"] * policy["minDelayTarget"]
        + policy["numMaxDelayRetries"] * policy["maxDelayTarget"]
    )
    shortest, longest = ends + backoff * policy["minDelayTarget"], ends + backoff * policy["maxDelayTarget"]
    assert backoff >= 0
    assert 300 < shortest <= longest < 3600


def test_paging_url_is_a_secret_and_in_no_name() -> None:
    """It often holds the key of the paging service."""
    (https,) = [item for item in of_type(SUBSCRIPTION) if item["inputs"]["protocol"] == "https"]
    assert SECRET in https["inputs"]["endpoint"].values()
    assert "4711" not in https["urn"]


def test_topic_admits_the_alarms_of_this_account_alone() -> None:
    """One statement, for CloudWatch, and nobody can lend it to another account's alarms."""
    (statement,) = json.loads(inputs("aws:sns/topicPolicy:TopicPolicy", "paging-policy")["policy"])["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Allow", "sns:Publish", TOPIC)
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},
    }


def test_alarms_wait_for_the_topic_to_admit_them_and_for_somebody_to_listen() -> None:
    """An alarm that is on before that has told nobody."""
    needed = {item["urn"] for item in record() if item["type"].startswith("aws:sns/")}
    assert len(needed) == 4
    for item in described():
        assert needed <= set(item["dependencies"]), item["urn"]


# -- names -----------------------------------------------------------------------------------------------------------


def test_only_what_must_have_a_name_has_one_and_it_is_made_of_the_logical_name() -> None:
    """A composite alarm and a dashboard are deleted by name: a rename that kept it would delete the new one."""
    assert [item["urn"] for item in record() if "name" in item["inputs"]] == []
    assert {item["inputs"]["alarmName"] for item in of_type(COMPOSITE)} == {
        f"page-cdn-production-{service}" for service in ("crates", "web", "www")
    }
    (board,) = of_type("aws:cloudwatch/dashboard:Dashboard")
    assert board["inputs"]["dashboardName"] == "cdn-production-dashboard"


def test_composite_alarm_never_says_whether_actions_are_enabled() -> None:
    """That input replaces it under the name it keeps, and the delete that comes last takes the new one."""
    assert not any("actionsEnabled" in item["inputs"] for item in of_type(COMPOSITE))


# -- limits ----------------------------------------------------------------------------------------------------------


def test_limits_are_those_of_the_stack() -> None:
    """A changed limit is one changed value of one alarm; the rest are the defaults."""
    limits = {row.kind: inputs(METRIC, f"crates-{row.kind}")["threshold"] for row in runbooks.ALARMS if row.setting}
    assert limits == {
        "errors": 1.5,
        "origin-latency": 3000,
        "request-surge": 3,
        "hit-rate": 80,
        "certificate-expiry": 21,
        "replication-lag": 3600,
        "queue-age": 3600,
    }


@pytest.mark.parametrize(
    ("requests", "rate", "watched"),
    [(19, 100, 0), (20, 100, 100), (5000, 0.2, 0.2)],
    ids=["one failed request of few", "few but enough", "much traffic"],
)
def test_error_rate_counts_where_there_are_requests_enough(requests: float, rate: float, watched: float) -> None:
    """One failure among a handful of requests is a large share of nothing."""
    assert value(inputs(METRIC, "crates-errors"), requests=requests, rate=rate) == watched


def test_hit_rate_of_a_handful_of_requests_is_no_alarm() -> None:
    """Few requests all miss, and it does not matter."""
    alarm = inputs(METRIC, "crates-hit-rate")
    assert value(alarm, requests=5, hits=0) == 100
    assert value(alarm, requests=5000, hits=40) == 40


def surge(requests: float, low: float, high: float) -> float:
    band = {"FIRST": lambda _: high, "LAST": lambda _: low, "ANOMALY_DETECTION_BAND": lambda *_: None}
    return value(inputs(METRIC, "crates-request-surge"), requests=requests, **band)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("requests", "low", "high", "times"),
    [(120_000, 30_000, 50_000, 3.0), (44_000, 30_000, 50_000, 1.1), (900, 0, 4, 0.9), (5000, 0, 0, 5.0)],
    ids=["every client tries three times", "a good day", "a quiet host", "a flood where nothing was"],
)
def test_surge_is_the_multiple_of_the_usual_or_of_a_busy_minute(
    requests: float, low: float, high: float, times: float
) -> None:
    """A quiet host stays below any limit, and nothing is divided by zero."""
    assert surge(requests, low, high) == pytest.approx(times)


def test_surge_does_not_care_which_edge_of_the_band_comes_first() -> None:
    """Only the middle is used."""
    assert surge(90_000, 30_000, 50_000) == surge(90_000, 50_000, 30_000)


def test_pattern_is_learned_from_the_requests_that_the_surge_is_measured_with() -> None:
    """The same metric and statistic, in the form that makes CloudWatch train a model, and nobody is told."""
    pattern, surged = inputs(METRIC, "crates-request-pattern"), inputs(METRIC, "crates-request-surge")
    (learned,) = [query["metric"] for query in pattern["metricQueries"] if "metric" in query]
    assert learned in [query.get("metric") for query in surged["metricQueries"]]
    assert pattern["thresholdMetricId"] == "usual"
    assert not pattern.get("alarmActions")


def test_missing_data_is_decided_for_each_alarm() -> None:
    """An expired certificate stays on; no requests are no errors; a pattern not learned is not all well."""
    chosen = {
        row.kind: inputs(METRIC, f"crates-{row.kind}")["treatMissingData"] for row in runbooks.ALARMS if row.setting
    }
    assert {kind: missing for kind, missing in chosen.items() if missing != "notBreaching"} == {
        "certificate-expiry": "ignore",
        "request-surge": "missing",
    }


def test_errors_are_told_within_minutes_and_a_cache_that_refills_is_not() -> None:
    """Detection took eleven minutes once; the nightly invalidation empties a cache for less than an hour."""

    def seconds(kind: str) -> float:
        alarm = inputs(METRIC, f"crates-{kind}")
        (period,) = {query["metric"]["period"] for query in alarm["metricQueries"] if "metric" in query}
        return float(period * alarm["datapointsToAlarm"])

    assert seconds("errors") <= 300
    assert seconds("request-surge") <= 300
    assert seconds("hit-rate") >= 3600


def test_alarms_never_look_further_back_than_cloudwatch_lets_them() -> None:
    """A day with periods below an hour, seven days with longer ones; no more points than periods."""
    for item in of_type(METRIC):
        alarm = item["inputs"]
        period = max(query["metric"]["period"] for query in alarm["metricQueries"] if "metric" in query)
        assert period * alarm["evaluationPeriods"] <= (604_800 if period >= 3600 else 86_400)
        assert alarm.get("datapointsToAlarm", 1) <= alarm["evaluationPeriods"]


# -- what is said ----------------------------------------------------------------------------------------------------


def test_every_description_leads_to_a_runbook_that_exists() -> None:
    """The URL ends in the name of a file in docs/runbooks, joined with one slash."""
    for item in described():
        (link,) = re.findall(
            r"^Runbook: https://example\.org/runbooks/([^/]+\.md)$", item["inputs"]["alarmDescription"], re.M
        )
        assert (RUNBOOKS / link).is_file(), item["name"]


def test_descriptions_say_host_limit_first_step_and_escalation() -> None:
    """What a phone shows at night; CloudWatch takes 1024 characters."""
    for item in described():
        text = item["inputs"]["alarmDescription"]
        assert len(text) <= 1024
        if not item["name"].endswith("-request-pattern"):
            assert "\nFirst line: " in text
            assert "\nEscalate: " in text
    assert inputs(METRIC, "crates-errors")["alarmDescription"].startswith(
        "static.example.org: Too many server errors (limit 1.5 %).\n"
    )


def test_dashboard_has_four_graphs_for_every_service() -> None:
    """Requests, errors, latency and hits, side by side and one below the other."""
    (board,) = of_type("aws:cloudwatch/dashboard:Dashboard")
    widgets = json.loads(board["inputs"]["dashboardBody"])["widgets"]
    places = {(widget["x"], widget["y"]) for widget in widgets}
    assert len(places) == len(widgets) == 8
    assert max(widget["x"] + widget["width"] for widget in widgets) <= 24
    shown = {
        (metric[1], metric[3])
        for widget in widgets
        for metric in widget["properties"]["metrics"]
        if metric[0] == "AWS/CloudFront"
    }
    metrics = ("Requests", "5xxErrorRate", "4xxErrorRate", "OriginLatency", "CacheHitRate")
    assert shown == {(metric, distribution) for metric in metrics for distribution in ("E1", "E2")}
