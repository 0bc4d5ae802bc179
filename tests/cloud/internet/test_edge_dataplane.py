"""Edge locations before a real MiniStack: what a viewer gets of buckets, functions and policies."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from slipway.cloud import process
from slipway.cloud.internet.chain import faults
from slipway.cloud.internet.world import CloudWorld
from slipway.cloud.provider.cloud import Cloud

from .edge_stage import Edges, Fetched, Held, edges

TEXT = b"hello\n" * 500
COMPRESSES = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # AWS's Managed-CachingOptimized
_NUMBERS = itertools.count()
Site = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def held(aws: Cloud) -> Held:
    return Held(CloudWorld(aws))


@pytest.fixture(scope="module")
def edge(running_cloud: process.RunningCloud, held: Held, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edges]:
    with edges(held, running_cloud.endpoint, tmp_path_factory.mktemp("edge")) as found:
        yield found


@pytest.fixture(scope="module")
def site(aws: Cloud, held: Held) -> Site:
    """Put up a distribution over a private bucket of its own, with two files; the domain of one, the name of the other.
    `behaviour` and the other settings go over the usual ones."""

    def put_up(behaviour: dict[str, Any] | None = None, **settings: Any) -> tuple[str, str]:
        bucket = f"edge-files-{next(_NUMBERS)}"
        make_bucket(aws, bucket)
        config = configured(aws, bucket, behaviour or {}, settings)
        made = aws.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
        admit(aws, bucket, made["ARN"])
        look(aws, held)
        return str(made["DomainName"]), bucket

    return put_up


def make_bucket(aws: Cloud, bucket: str, text: bytes = TEXT) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="a+b.txt", Body=text, ContentType="text/plain")
    client.put_object(Bucket=bucket, Key="sorry.html", Body=b"sorry", ContentType="text/html")


def admit(aws: Cloud, bucket: str, arn: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def broken(held: Held, domain: str) -> str:
    """What the pure judgement says of the chain behind a distribution."""
    world = held.world(0)
    found = next(each for each in world.distributions if each.domain == domain)
    return "; ".join(faults(world, found, domain))


def look(aws: Cloud, held: Held) -> None:
    """Let every location hold what stands now."""
    world = CloudWorld(aws)
    assert world.distributions
    held.become(world)


def origin(aws: Cloud, bucket: str) -> dict[str, Any]:
    control = {"SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}
    made = aws.client("cloudfront").create_origin_access_control(OriginAccessControlConfig={"Name": bucket, **control})
    return {
        "Id": bucket,
        "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
        "OriginAccessControlId": made["OriginAccessControl"]["Id"],
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def configured(aws: Cloud, bucket: str, behaviour: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "CallerReference": bucket,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin(aws, bucket)]},
        "DefaultCacheBehavior": {
            "TargetOriginId": bucket,
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": COMPRESSES,
            "Compress": True,
            **behaviour,
        },
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
        **settings,
    }


def function(aws: Cloud, name: str, code: str, *, publish: bool = True) -> dict[str, Any]:
    """The association of a viewer-request function."""
    client = aws.client("cloudfront")
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = client.create_function(Name=name, FunctionConfig=config, FunctionCode=code.encode())
    if publish:
        client.publish_function(Name=name, IfMatch=made["ETag"])
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    return {"Quantity": 1, "Items": [{"EventType": "viewer-request", "FunctionARN": arn}]}


@pytest.fixture(scope="module")
def plain(site: Site) -> str:
    """The domain of a distribution with the usual settings."""
    return site()[0]


def test_file_is_served_as_s3_serves_it(edge: Edges, plain: str) -> None:
    for path in ("a+b.txt", "a%2Bb.txt"):
        found = edge.fetch(f"https://{plain}/{path}")
        assert (found.status, found.body) == (200, TEXT)
        assert (found.headers["server"], found.headers["content-type"]) == ("AmazonS3", "text/plain")


def test_part_of_a_file_is_served(edge: Edges, plain: str) -> None:
    found = edge.fetch(f"https://{plain}/a+b.txt", {"Range": "bytes=6-10", "Accept-Encoding": "gzip"})
    assert (found.status, found.body, found.headers["content-range"]) == (206, b"hello", "bytes 6-10/3000")
    assert edge.fetch(f"https://{plain}/a+b.txt", {"Range": "bytes=9999-"}).status == 416


def test_head_tells_the_length(edge: Edges, plain: str) -> None:
    found = edge.fetch(f"https://{plain}/a+b.txt", method="HEAD")
    assert (found.status, found.headers["content-length"], found.body) == (200, "3000", b"")


def test_file_that_is_known_is_not_sent_again(edge: Edges, plain: str) -> None:
    """By the strong ETag, and by the weak one of the compressed file."""
    for encoding in ("identity", "gzip"):
        tag = edge.fetch(f"https://{plain}/a+b.txt", {"Accept-Encoding": encoding}).headers["etag"]
        found = edge.fetch(f"https://{plain}/a+b.txt", {"If-None-Match": tag})
        assert (found.status, found.body) == (304, b"")


def test_text_is_compressed_where_behaviour_and_policy_say_so(edge: Edges, site: Site, plain: str) -> None:
    accepts = {"Accept-Encoding": "gzip"}
    found = edge.fetch(f"https://{plain}/a+b.txt", accepts)
    assert (found.headers["content-encoding"], gzip.decompress(found.body)) == ("gzip", TEXT)
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's Managed-CachingDisabled, which tells no encodings apart
    for behaviour in ({"Compress": False}, {"CachePolicyId": disabled}):
        domain, _ = site(behaviour)
        assert "content-encoding" not in edge.fetch(f"https://{domain}/a+b.txt", accepts).headers


def test_file_that_is_not_there_is_denied(edge: Edges, plain: str) -> None:
    """S3 does not tell those who may not list a bucket what is in it."""
    found = edge.fetch(f"https://{plain}/none")
    assert (found.status, found.headers["x-cache"]) == (403, "Error from cloudfront")
    assert b"<Code>AccessDenied</Code>" in found.body


def test_custom_error_page_is_served(edge: Edges, site: Site) -> None:
    page = {"ErrorCode": 403, "ResponsePagePath": "/sorry.html", "ResponseCode": "404", "ErrorCachingMinTTL": 10}
    domain, _ = site(CustomErrorResponses={"Quantity": 1, "Items": [page]})
    found = edge.fetch(f"https://{domain}/none")
    assert (found.status, found.body, found.headers["content-type"]) == (404, b"sorry", "text/html")


def test_default_root_object_is_served(edge: Edges, site: Site) -> None:
    domain, _ = site(DefaultRootObject="a+b.txt")
    assert edge.fetch(f"https://{domain}/").body == TEXT


def test_plain_http_is_redirected_to_the_viewer_s_host(edge: Edges, plain: str) -> None:
    found = edge.fetch(f"http://{plain}/a+b.txt?x=1")
    assert (found.status, found.headers["location"]) == (301, f"https://{plain}/a+b.txt?x=1")


def test_bucket_s_policy_decides(edge: Edges, site: Site, aws: Cloud, held: Held) -> None:
    domain, bucket = site()
    assert (edge.fetch(f"https://{domain}/a+b.txt").status, broken(held, domain)) == (200, "")
    admit(aws, bucket, "arn:aws:cloudfront::123456789012:distribution/ANOTHER")
    look(aws, held)
    found = edge.fetch(f"https://{domain}/a+b.txt")
    assert (found.status, b"<Code>AccessDenied</Code>" in found.body) == (403, True)
    assert "does not admit" in broken(held, domain)


@pytest.mark.parametrize(
    ("effect", "condition", "status"),
    [
        ("Allow", {"StringEquals": {"AWS:SourceAccount": "ACCOUNT"}}, 200),
        ("Allow", {"StringEquals": {"AWS:SourceAccount": "999999999999"}}, 403),
        ("Allow", {"Bool": {"aws:SecureTransport": "true"}}, 200),
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}}, 200),
        ("Deny", {"StringEquals": {"AWS:SourceAccount": "ACCOUNT"}}, 403),
    ],
)
def test_bucket_s_policy_knows_the_account_and_that_it_is_asked_over_https(
    edge: Edges, site: Site, aws: Cloud, held: Held, effect: str, condition: dict[str, Any], status: int
) -> None:
    """Whatever the viewer came by: MiniStack is asked over plain HTTP here."""
    domain, bucket = site()
    world = held.world(0)
    arn = next(each.arn for each in world.distributions if each.domain == domain)
    said = json.loads(json.dumps(condition).replace("ACCOUNT", arn.split(":")[4]))
    everybody = {"Effect": "Allow", "Condition": {"StringEquals": {"AWS:SourceArn": arn}}}
    statements = [{"Effect": effect, "Condition": said}, *([everybody] if effect == "Deny" else [])]
    service = {"Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject"}
    whole = [{**service, "Resource": f"arn:aws:s3:::{bucket}/*", **each} for each in statements]
    policy = json.dumps({"Version": "2012-10-17", "Statement": whole})
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    look(aws, held)
    assert edge.fetch(f"https://{domain}/a+b.txt").status == status
    assert ("does not admit" in broken(held, domain)) is (status == 403)


def test_bucket_that_is_gone_is_not_found(edge: Edges, site: Site, aws: Cloud, held: Held) -> None:
    domain, bucket = site()
    for key in ("a+b.txt", "sorry.html"):
        aws.client("s3").delete_object(Bucket=bucket, Key=key)
    aws.client("s3").delete_bucket(Bucket=bucket)
    look(aws, held)
    found = edge.fetch(f"https://{domain}/a+b.txt")
    assert (found.status, b"<Code>NoSuchBucket</Code>" in found.body) == (404, True)
    assert "there is no bucket" in broken(held, domain)


def test_response_headers_policy_is_applied(edge: Edges, site: Site, aws: Cloud) -> None:
    policy = {
        "Name": "edge-headers",
        "SecurityHeadersConfig": {"StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 100}},
        "CorsConfig": {
            "AccessControlAllowOrigins": {"Quantity": 1, "Items": ["*"]},
            "AccessControlAllowHeaders": {"Quantity": 1, "Items": ["*"]},
            "AccessControlAllowMethods": {"Quantity": 1, "Items": ["GET"]},
            "AccessControlAllowCredentials": False,
            "OriginOverride": True,
        },
    }
    made = aws.client("cloudfront").create_response_headers_policy(ResponseHeadersPolicyConfig=policy)
    domain, _ = site({"ResponseHeadersPolicyId": made["ResponseHeadersPolicy"]["Id"]})
    found = edge.fetch(f"https://{domain}/a+b.txt", {"Origin": "https://example.org"})
    assert found.headers["strict-transport-security"] == "max-age=100"
    assert found.headers["access-control-allow-origin"] == "*"


def test_function_sees_the_viewer_s_host(edge: Edges, site: Site, aws: Cloud) -> None:
    """And none of the headers that the location adds for MiniStack."""
    code = "function handler(event) { return {statusCode: 200, body: JSON.stringify(event.request.headers)}; }"
    domain, _ = site({"FunctionAssociations": function(aws, "edge-echo", code)})
    found = edge.fetch(f"https://{domain}/", {"Host": f"{domain}:443", "X-Own": "1"})
    seen = json.loads(found.body)
    assert (seen["host"]["value"], seen["x-own"]["value"]) == (f"{domain}:443", "1")
    assert not [name for name in seen if name.startswith("x-slipway-")]


def test_function_that_is_not_published_makes_it_unavailable(edge: Edges, site: Site, aws: Cloud, held: Held) -> None:
    code = "function handler(event) { return event.request; }"
    domain, _ = site({"FunctionAssociations": function(aws, "edge-draft", code, publish=False)})
    found = edge.fetch(f"https://{domain}/a+b.txt")
    assert (found.status, found.headers["x-cache"]) == (503, "Error from cloudfront")
    assert "there is no function" in broken(held, domain)


def test_second_origin_of_a_group_answers_for_the_first(
    edge: Edges, site: Site, aws: Cloud, held: Held, running_cloud: process.RunningCloud
) -> None:
    make_bucket(aws, "edge-first")
    make_bucket(aws, "edge-second", b"from the second")
    group = {
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [503]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "edge-first"}, {"OriginId": "edge-second"}]},
    }
    origins = [origin(aws, bucket) for bucket in ("edge-first", "edge-second")]
    domain, _ = site(
        {"TargetOriginId": "both"},
        Origins={"Quantity": 2, "Items": origins},
        OriginGroups={"Quantity": 1, "Items": [group]},
    )
    found = next(each for each in CloudWorld(aws).distributions if each.domain == domain)
    for bucket in ("edge-first", "edge-second"):
        admit(aws, bucket, found.arn)
    look(aws, held)
    assert edge.fetch(f"https://{domain}/a+b.txt").body == TEXT
    process.fail_origin(running_cloud, "edge-first", 503)
    held.heard += 1
    try:
        assert edge.fetch(f"https://{domain}/a+b.txt").body == b"from the second"
    finally:
        process.fail_origin(running_cloud, "edge-first", 0)


def test_location_that_holds_an_older_version_is_served_by_it(edge: Edges, site: Site, aws: Cloud, held: Held) -> None:
    domain, _ = site()
    client = aws.client("cloudfront")
    before = held.world(0)
    identity = next(each.id for each in before.distributions if each.domain == domain)
    config = client.get_distribution_config(Id=identity)
    changed = {**config["DistributionConfig"], "DefaultRootObject": "sorry.html"}
    client.update_distribution(Id=identity, IfMatch=config["ETag"], DistributionConfig=changed)
    look(aws, held)
    held.become(before, *held.worlds)
    answers: list[Fetched] = [edge.fetch(f"https://{domain}/", place=place) for place in (0, 1)]
    assert [(found.status, found.body == b"sorry") for found in answers] == [(403, False), (200, True)]
    look(aws, held)
