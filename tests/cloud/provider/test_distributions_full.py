"""A distribution with everything that the services ask of one, against a running MiniStack."""

from __future__ import annotations

import http.client
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud

from .conftest import Maker
from .service_cases import VISIBILITY, admits, rate_limit

TOKEN = "aws:cloudfront/distribution:Distribution"
CACHE = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # Managed-CachingOptimized
EVERY_METHOD = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]


def behaviour(target: str, **more: Any) -> dict[str, Any]:
    return {
        "targetOriginId": target,
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
        "cachePolicyId": CACHE,
        "compress": True,
        **more,
    }


def distribution(**more: Any) -> dict[str, Any]:
    """A group of two S3 origins and a server, three behaviours, two error pages."""
    https = {
        "httpPort": 80,
        "httpsPort": 443,
        "originProtocolPolicy": "https-only",
        "originSslProtocols": ["TLSv1.2"],
        "originKeepaliveTimeout": 60,
        "originReadTimeout": 60,
    }
    return {
        "enabled": True,
        "origins": [
            {"originId": "primary", "domainName": "first.s3.us-east-1.amazonaws.com", "originPath": "/doc"},
            {"originId": "fallback", "domainName": "second.s3.eu-west-1.amazonaws.com"},
            {
                "originId": "server",
                "domainName": "app.example.net",
                "customOriginConfig": https,
                "customHeaders": [{"name": "X-Token", "value": "one"}],
                "connectionAttempts": 2,
                "connectionTimeout": 5,
            },
        ],
        "originGroups": [
            {
                "originId": "both",
                "failoverCriteria": {"statusCodes": [500, 502, 503]},
                "members": [{"originId": "primary"}, {"originId": "fallback"}],
            }
        ],
        "defaultCacheBehavior": behaviour("both"),
        "orderedCacheBehaviors": [
            behaviour(
                "server",
                pathPattern="/api/*",
                viewerProtocolPolicy="https-only",
                allowedMethods=EVERY_METHOD,
                cachePolicyId="4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                originRequestPolicyId="216adef6-5c7f-47e4-b989-5492eafa07d3",
            ),
            behaviour("primary", pathPattern="*.woff2", viewerProtocolPolicy="allow-all"),
        ],
        "customErrorResponses": [
            {"errorCode": 404, "responseCode": 404, "responsePagePath": "/404.html", "errorCachingMinTtl": 10},
            {"errorCode": 500, "errorCachingMinTtl": 0},
        ],
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
        **more,
    }


def test_every_block_lives_through_create_update_and_import(make: Maker) -> None:
    """Origin groups, servers with timeouts, ordered behaviours, error pages, origin paths: no drift, one difference."""
    made = make(TOKEN, **distribution())
    written = made.inputs
    assert made.refresh()
    assert made.inputs == written
    changed = distribution()
    changed["originGroups"][0]["failoverCriteria"]["statusCodes"] = [503, 500, 502]
    assert made.diff(changed) == {}
    changed["originGroups"][0]["failoverCriteria"]["statusCodes"] = [500, 503, 404]
    changed["origins"][2]["customOriginConfig"]["originReadTimeout"] = 30
    changed["orderedCacheBehaviors"].reverse()
    changed["customErrorResponses"].pop()
    assert made.diff(changed)
    made.update(changed)
    written = made.inputs
    assert made.refresh()
    assert made.inputs == written
    found = made.imported(made.id)
    assert found is not None
    assert found.diff(changed) == {}
    made.delete()


def test_behaviour_may_aim_at_an_origin_group(make: Maker) -> None:
    """And at nothing that is neither an origin nor a group."""
    assert make(TOKEN).check(distribution()) == []
    found = make(TOKEN).check(distribution(defaultCacheBehavior=behaviour("nowhere")))
    assert [path for path, _ in found] == ["defaultCacheBehavior.targetOriginId"]


def web_acl(make: Maker, scope: str = "CLOUDFRONT", region: str = "us-east-1") -> Any:
    return make(
        "aws:wafv2/webAcl:WebAcl",
        name=f"acl-{uuid.uuid4().hex[:8]}",
        scope=scope,
        region=region,
        defaultAction={"allow": {}},
        visibilityConfig=VISIBILITY,
        rules=[rate_limit(1000)],
    )


def test_web_acl_that_a_distribution_has_is_not_deleted(make: Maker) -> None:
    """WAFAssociatedItemException until the distribution lets go of it."""
    acl = web_acl(make)
    made = make(TOKEN, **distribution(webAclId=acl.state["arn"]))
    assert made.refresh()
    assert made.diff(distribution(webAclId=acl.state["arn"])) == {}
    with pytest.raises(ClientError, match="WAFAssociatedItemException"):
        acl.delete()
    made.update(distribution())
    acl.delete()
    made.delete()


def test_web_acl_must_be_there_and_for_cloudfront(make: Maker, cloud: Cloud) -> None:
    """InvalidWebACLId for one that is gone or regional; a CLOUDFRONT one lives in us-east-1 alone."""
    regional = web_acl(make, "REGIONAL")
    gone = f"arn:aws:wafv2:us-east-1:{cloud.account}:global/webacl/gone/{uuid.uuid4()}"
    for arn in (regional.state["arn"], gone):
        with pytest.raises(ClientError, match="InvalidWebACLId"):
            make(TOKEN, **distribution(webAclId=arn))
    with pytest.raises(ClientError, match="WAFInvalidParameterException"):
        web_acl(make, region="eu-west-1")
    regional.delete()


def test_web_acl_changed_by_hand_is_seen(make: Maker, cloud: Cloud) -> None:
    """Blocking instead of allowing differs, although both are empty blocks; what MiniStack forgets is not made up."""
    acl = web_acl(make)
    client, key = cloud.client("wafv2"), {"Name": acl.state["name"], "Scope": "CLOUDFRONT", "Id": acl.id}
    token = client.get_web_acl(**key)["LockToken"]
    visibility = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "web"}
    client.update_web_acl(**key, LockToken=token, DefaultAction={"Block": {}}, VisibilityConfig=visibility, Rules=[])
    program = dict(acl.inputs)
    program.pop("__defaults")
    assert acl.refresh()
    assert {path.partition(".")[0].partition("[")[0] for path in acl.diff(program)} == {"defaultAction", "rules"}
    acl.update(program)
    assert acl.refresh()
    assert acl.diff(program) == {}
    acl.delete()


def test_headers_policy_with_hsts_and_cors_reaches_the_client(make: Maker, cloud: Cloud) -> None:
    """Through MiniStack's data plane, from a bucket."""
    bucket = make.bucket()
    cloud.client("s3").put_object(Bucket=bucket, Key="doc/index.html", Body=b"hello", ContentType="text/html")
    reading = admits("cloudfront.amazonaws.com", "s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy=reading)
    access = make(
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        name=f"access-{uuid.uuid4().hex[:8]}",
        originAccessControlOriginType="s3",
        signingBehavior="always",
        signingProtocol="sigv4",
    )
    policy = make(
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        name=f"headers-{uuid.uuid4().hex[:8]}",
        corsConfig={
            "accessControlAllowCredentials": False,
            "accessControlAllowHeaders": {"items": ["*"]},
            "accessControlAllowMethods": {"items": ["GET", "HEAD"]},
            "accessControlAllowOrigins": {"items": ["*"]},
            "originOverride": True,
        },
        securityHeadersConfig={
            "strictTransportSecurity": {
                "accessControlMaxAgeSec": 31536000,
                "includeSubdomains": True,
                "preload": True,
                "override": True,
            },
            "contentTypeOptions": {"override": True},
        },
    )
    assert policy.refresh()
    wanted = distribution(
        origins=[
            {
                "originId": "s3",
                "domainName": f"{bucket}.s3.us-east-1.amazonaws.com",
                "originPath": "/doc",
                "originAccessControlId": access.id,
            }
        ],
        originGroups=[],
        orderedCacheBehaviors=[],
        defaultCacheBehavior=behaviour("s3", responseHeadersPolicyId=policy.id),
    )
    made = make(TOKEN, **wanted)
    assert made.state is not None
    headers = {"Host": made.state["domainName"], "X-Forwarded-Proto": "https", "Origin": "https://example.org"}
    connection = http.client.HTTPConnection(urlsplit(cloud.endpoint).netloc)
    connection.request("GET", "/index.html", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"hello")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    connection.close()
    made.delete()
    policy.delete()
    access.delete()
