"""The routers through MiniStack's data plane: the same golden tables, answered by a distribution over a bucket each."""

from __future__ import annotations

import asyncio
import functools
import http.client
import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import pytest

from slipway.cloud import process
from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.provider import Provider

# What stands before the path when the origin is asked: the documentation lies in a folder of its bucket.
ORIGIN_PATHS = {"documentation": "/doc"}
Fetch = Callable[[str, str], tuple[int, str | None, bytes]]


@pytest.fixture(scope="module")
def fetch(aws: Cloud, running_cloud: process.RunningCloud, code_of: Any, tables: Any) -> Callable[[str], Fetch]:
    """Ask a router's distribution for a method and target; its bucket has an object for every row, holding its key."""

    @functools.cache
    def distribution(router: str) -> str:
        folder = ORIGIN_PATHS.get(router, "")
        bucket, domain = stand_up(Provider(aws), router, code_of(router), folder)
        put(aws, bucket, {f"{folder}/{golden.key}"[1:] for golden in tables[router] if golden.key})
        return domain

    def asking(router: str) -> Fetch:
        def ask(method: str, target: str) -> tuple[int, str | None, bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", running_cloud.port, timeout=20)
            headers = {"Host": distribution(router), "X-Forwarded-Proto": "https"}
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            found = answer.status, answer.headers.get("Location"), answer.read()
            connection.close()
            return found

        return ask

    return asking


def stand_up(provider: Provider, name: str, code: str, origin_path: str) -> tuple[str, str]:
    """A distribution with this router over a private bucket; the names of both."""

    def make(token: str, inputs: dict[str, Any]) -> dict[str, Any]:
        checked, failures = provider.check(token, name, {}, inputs, name.encode())
        assert failures == []
        resource_id, state = asyncio.run(provider.create(token, checked, False))
        return {"id": resource_id, **state}

    bucket = make("aws:s3/bucket:Bucket", {"forceDestroy": True})
    function = make("aws:cloudfront/function:Function", {"runtime": "cloudfront-js-2.0", "code": code})
    access = make(
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        {"originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4"},
    )
    origin = {
        "originId": "s3",
        "domainName": bucket["bucketRegionalDomainName"],
        "originAccessControlId": access["id"],
        **({"originPath": origin_path} if origin_path else {}),
    }
    distribution = make("aws:cloudfront/distribution:Distribution", settings(origin, function["arn"]))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{bucket['arn']}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution["arn"]}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    make("aws:s3/bucketPolicy:BucketPolicy", {"bucket": bucket["id"], "policy": policy})
    return bucket["id"], distribution["domainName"]


def settings(origin: dict[str, Any], function_arn: str) -> dict[str, Any]:
    return {
        "enabled": True,
        "origins": [origin],
        "defaultCacheBehavior": {
            "targetOriginId": "s3",
            "viewerProtocolPolicy": "https-only",
            "allowedMethods": ["GET", "HEAD"],
            "cachedMethods": ["GET", "HEAD"],
            "forwardedValues": {"queryString": True, "cookies": {"forward": "none"}},
            "functionAssociations": [{"eventType": "viewer-request", "functionArn": function_arn}],
        },
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    }


def put(aws: Cloud, bucket: str, keys: Iterable[str]) -> None:
    for key in keys:
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=key.encode())


def test_distribution_answers_as_the_table_says(live: Any, fetch: Any) -> None:
    """The object that the rewritten path names, or the redirect."""
    row = live.row
    target = quote(row["path"], safe="/%+@:!$&'()*,;=\\") + (f"?{row['query']}" if "query" in row else "")
    method = row.get("method", "GET")
    status, location, body = fetch(live.router)(method, target)
    if "redirect" in row:
        assert (status, location) == (row.get("status", 301), row["redirect"])
    else:
        key = f"{ORIGIN_PATHS.get(live.router, '')}/{live.key}"[1:]
        assert (status, body) == (200, b"" if method == "HEAD" else key.encode())
