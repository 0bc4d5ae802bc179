"""What EventBridge Scheduler takes: expressions, windows, requests of universal targets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.cloud.provider.rules.schedules import request_fault, schedule_failures

TARGET = "arn:aws:scheduler:::aws-sdk:cloudfront:createInvalidation"
REQUEST: dict[str, Any] = {
    "DistributionId": "E1",
    "InvalidationBatch": {"CallerReference": "<aws.scheduler.execution-id>", "Paths": {"Quantity": 1, "Items": ["/*"]}},
}


@pytest.mark.parametrize(
    "expression",
    ["rate(5 minutes)", "rate(1 day)", "at(2030-01-31T03:00:00)", "cron(0 3 * * ? *)", "cron(15 10 ? * MON-FRI 2030)"],
)
def test_expression_is_taken(expression: str) -> None:
    """The three kinds."""
    assert list(schedule_failures({"scheduleExpression": expression})) == []


@pytest.mark.parametrize(
    "expression", ["0 3 * * *", "cron(0 3 * *)", "cron(0 3 * * * *)", "rate(0 days)", "rate(1 week)", "at(tomorrow)"]
)
def test_expression_that_is_none_is_refused(expression: str) -> None:
    """Five fields are another cron, and one of the two days is left open with a question mark."""
    assert [f.path for f in schedule_failures({"scheduleExpression": expression})] == ["scheduleExpression"]


@pytest.mark.parametrize(
    ("window", "refused"),
    [
        ({"mode": "OFF"}, False),
        ({"mode": "OFF", "maximumWindowInMinutes": 5}, True),
        ({"mode": "FLEXIBLE"}, True),
        ({"mode": "FLEXIBLE", "maximumWindowInMinutes": 5}, False),
    ],
)
def test_window_goes_with_its_mode(window: dict[str, Any], refused: bool) -> None:
    """Minutes belong to FLEXIBLE."""
    assert bool(list(schedule_failures({"flexibleTimeWindow": window}))) == refused


def test_request_that_the_api_takes() -> None:
    """Letter case aside; a target that is no universal one takes any text."""
    assert request_fault(TARGET, json.dumps(REQUEST)) == ""
    assert request_fault("arn:aws:sqs:us-east-1:123456789012:q", "any text") == ""


@pytest.mark.parametrize(
    ("target", "text", "words"),
    [
        (TARGET, "{", "no JSON document"),
        (TARGET, "", "'DistributionId' is required"),
        (TARGET, json.dumps({**REQUEST, "Path": "/*"}), "'Path' is not supported"),
        (TARGET, json.dumps({**REQUEST, "InvalidationBatch": {"CallerReference": "x"}}), "'Paths' is required"),
        (TARGET.replace("createInvalidation", "getInvalidation"), "{}", "only reads"),
        (TARGET.replace("createInvalidation", "invalidate"), "{}", "not a supported service action"),
        (TARGET.replace("cloudfront", "cloudback"), "{}", "not a supported service action"),
    ],
)
def test_request_that_the_api_would_not_take(target: str, text: str, words: str) -> None:
    """Found when the schedule is made, not at three in the morning."""
    assert words in request_fault(target, text)
