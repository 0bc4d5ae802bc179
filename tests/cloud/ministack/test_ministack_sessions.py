"""Temporary credentials of the local cloud expire when they are told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.ministack.sessions import FILE
from slipway.cloud.provider.cloud import Cloud

from .running import MiniStack

pytestmark = pytest.mark.cloud
KEY = "ASIAOFTHESETESTS"
SAID = "The security token included in the request is expired"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "route53": ("list_hosted_zones", {}),
    "cloudfront": ("list_distributions", {}),
    "s3": ("list_buckets", {}),
    "iam": ("get_role", {"RoleName": "nobody"}),
    "sts": ("get_caller_identity", {}),
    "acm": ("list_certificates", {}),
    "sqs": ("list_queues", {}),
    "scheduler": ("list_schedules", {}),
    "athena": ("list_work_groups", {}),
    "glue": ("get_databases", {}),
}


@pytest.fixture
def expired(ministack: MiniStack) -> Iterator[Cloud]:
    path = ministack.directory / FILE
    path.write_text(json.dumps(["ASIAOFOTHERS", KEY]))
    yield replace(Cloud(ministack.endpoint), key=KEY)
    path.unlink()


@pytest.mark.parametrize("service", CALLS)
def test_call_with_expired_credentials_is_refused_in_the_services_own_words(expired: Cloud, service: str) -> None:
    call, arguments = CALLS[service]
    with pytest.raises(ClientError) as refused:
        getattr(expired.client(service), call)(**arguments)
    assert refused.value.response["Error"]["Code"] in ("ExpiredToken", "ExpiredTokenException")
    assert refused.value.response["Error"]["Message"] == SAID
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_other_credentials_are_not_asked_about(expired: Cloud, ministack: MiniStack) -> None:
    for key in ("test", "ASIAOFTODAY", "AKIAOFSOMEBODY"):
        replace(Cloud(ministack.endpoint), key=key).client("route53").list_hosted_zones()
