"""The crates router through MiniStack's data plane: the same golden table, answered by a distribution over a bucket."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from slipway.cloud import process
from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.provider import Provider

HERE = Path(__file__).parent
ROUTER = HERE.parents[1] / "infra" / "services" / "routers" / "crates.js"
TABLE: list[dict[str, str]] = json.loads((HERE / "golden" / "crates.json").read_text(encoding="utf-8"))

# Where MiniStack 1.5.33 differs from CloudFront before or after the router; the rows run on Node all the same.
DIFFERS = {
    "a redirect keeps the query string": "MiniStack hands the function decoded values, CloudFront encoded ones",
    "a double slash in front is unchanged": "MiniStack strips every leading slash from the key, S3 only the first",
}


@pytest.fixture(scope="module")
def fetch(aws: Cloud, running_cloud: process.RunningCloud) -> Callable[[str, str], tuple[int, str | None, bytes]]:
    """Ask the distribution for a method and target; its bucket has an object, holding its own key, for every row."""
    provider = Provider(aws)

    def make(token: str, inputs: dict[str, Any]) -> dict[str, Any]:
        checked, failures = provider.check(token, "router", {}, inputs, b"router")
        assert failures == []
        resource_id, state = asyncio.run(provider.create(token, checked, False))
        return {"id": resource_id, **state}

    bucket = make("aws:s3/bucket:Bucket", {"forceDestroy": True})
    function = make(
        "aws:cloudfront/function:Function",
        {"runtime": "cloudfront-js-2.0", "code": ROUTER.read_text(encoding="utf-8")},
    )
    access = make(
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        {"originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4"},
    )
    origin = {"originId": "s3", "domainName": bucket["bucketRegionalDomainName"], "originAccessControlId": access["id"]}
    behaviour = {
        "targetOriginId": "s3",
        "viewerProtocolPolicy": "https-only",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
        "forwardedValues": {"queryString": True, "cookies": {"forward": "none"}},
        "functionAssociations": [{"eventType": "viewer-request", "functionArn": function["arn"]}],
    }
    distribution = make(
        "aws:cloudfront/distribution:Distribution",
        {
            "enabled": True,
            "origins": [origin],
            "defaultCacheBehavior": behaviour,
            "restrictions": {"geoRestriction": {"restrictionType": "none"}},
            "viewerCertificate": {"cloudfrontDefaultCertificate": True},
        },
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{bucket['arn']}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution["arn"]}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    make("aws:s3/bucketPolicy:BucketPolicy", {"bucket": bucket["id"], "policy": policy})
    for row in TABLE:
        if "uri" in row and key_of(row):
            aws.client("s3").put_object(Bucket=bucket["id"], Key=key_of(row), Body=key_of(row).encode())

    def ask(method: str, target: str) -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", running_cloud.port, timeout=20)
        headers = {"Host": distribution["domainName"], "X-Forwarded-Proto": "https"}
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        found = answer.status, answer.headers.get("Location"), answer.read()
        connection.close()
        return found

    return ask


def key_of(row: dict[str, str]) -> str:
    """The S3 key that a rewritten path names: decoded once, without the leading slash."""
    return unquote(row["uri"])[1:]


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row["name"] not in DIFFERS and ("redirect" in row or key_of(row))],
    ids=lambda row: row["name"],
)
def test_distribution_answers_as_the_table_says(row: dict[str, str], fetch: Any) -> None:
    """The object that the rewritten path names, or the redirect."""
    target = quote(row["path"], safe="/%+@:!$&'()*,;=") + (f"?{row['query']}" if "query" in row else "")
    method = row.get("method", "GET")
    status, location, body = fetch(method, target)
    if "redirect" in row:
        assert (status, location) == (301, row["redirect"])
    else:
        assert status == 200
        assert body == (b"" if method == "HEAD" else key_of(row).encode())
