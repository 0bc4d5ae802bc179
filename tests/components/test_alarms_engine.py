"""The alarm components on the real engine: what an edit of a limit is, and what is left at the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from slipway.plan import read_plan
from slipway.preflight import check

PROGRAM = """
import pulumi
from slipway.components.alarms import ReplicatedBuckets, ServiceAlarms
from slipway.components.dashboard import Dashboard
from slipway.components.paging import Paging
from slipway.config import AlarmsConfig, OnCallConfig
from pulumi_aws import cloudfront

on_call = OnCallConfig(
    email=("team@example.org",), https=("https://paging.example.com/key-4711",), runbooks="https://example.org/r"
)
site = cloudfront.Distribution(
    "site",
    enabled=True,
    origins=[{"origin_id": "o", "domain_name": "o.example.org", "custom_origin_config": {
        "http_port": 80, "https_port": 443, "origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"],
    }}],
    default_cache_behavior={
        "target_origin_id": "o", "viewer_protocol_policy": "redirect-to-https", "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"], "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
paging = Paging("paging", on_call=on_call, tags={"environment": "dev"})
ServiceAlarms(
    "site", host="static.example.org", distribution_id=site.id,
    certificate_arn="arn:aws:acm:us-east-1:000000000000:certificate/1", thresholds=AlarmsConfig(error_percent=1),
    paging=paging, runbooks=on_call.runbooks, tags={"environment": "dev"},
    replication=ReplicatedBuckets("a", "b", "fallback"), queue="logs",
)
Dashboard("dashboard", services={"site": site.id})
"""


@pytest.mark.engine
def test_alarms_are_made_once_a_limit_is_one_change_and_nothing_is_left(new_project: Callable[..., Any]) -> None:
    """Up, a second up without a change, an edited limit as one update of one alarm, destroy."""
    project = new_project("alarms", PROGRAM)
    project.up()
    assert project.steps() == {}
    (project.directory / "__main__.py").write_text(PROGRAM.replace("error_percent=1", "error_percent=2"))
    assert project.steps() == {"site-errors": "update"}
    verdict = check(read_plan(json.dumps(project.preview())), environment="production", guarded=True)
    assert verdict.approved
    assert [change.kind for change in verdict.changes] == ["alarm"]
    project.up()
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert project.state() == {}
