"""Which calls change what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.cloud.ministack import calls
from slipway.cloud.ministack.calls import Call

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def call(method: str, path: str, *, target: str = "", body: bytes = b"", answer: bytes = b"") -> Call:
    return Call(method, path, {"x-amz-target": target} if target else {}, body, {}, answer)


@pytest.mark.parametrize(
    ("method", "path", "touched"),
    [
        ("POST", "/2013-04-01/hostedzone/Z1/rrset/", ("Z1",)),
        ("POST", "/2013-04-01/hostedzone/Z1/rrset", ("Z1",)),
        ("DELETE", "/2013-04-01/hostedzone/Z1", ("Z1",)),
        ("GET", "/2013-04-01/hostedzone/Z1/rrset", ()),
        ("GET", "/2013-04-01/change/C1", ()),
        ("POST", "/2013-04-01/healthcheck", ()),
        ("POST", "/2013-04-01/tags/hostedzone/Z1", ()),
    ],
)
def test_route53_call_touches_the_zone_of_its_path(method: str, path: str, touched: tuple[str, ...]) -> None:
    assert calls.route53(call(method, path)) == touched


def test_new_zone_is_named_by_the_answer() -> None:
    answer = b"<CreateHostedZoneResponse><HostedZone><Id>/hostedzone/Z9</Id></HostedZone></CreateHostedZoneResponse>"
    assert calls.route53(call("POST", "/2013-04-01/hostedzone", answer=answer)) == ("Z9",)


@pytest.mark.parametrize(
    ("method", "path", "touched"),
    [
        ("PUT", "/2020-05-31/distribution/E1/config", ("E1",)),
        ("POST", "/2020-05-31/distribution/E1/invalidation", ("E1",)),
        ("POST", "/2020-05-31/function/router/publish", ("",)),
        ("DELETE", "/2020-05-31/origin-access-control/A1", ("",)),
        ("GET", "/2020-05-31/distribution/E1", ()),
    ],
)
def test_cloudfront_call_touches_the_distribution_of_its_path(method: str, path: str, touched: tuple[str, ...]) -> None:
    assert calls.cloudfront(call(method, path)) == touched


@pytest.mark.parametrize(
    ("operation", "body", "answer", "touched"),
    [
        ("RequestCertificate", b'{"DomainName": "a.org"}', b'{"CertificateArn": "%s"}' % ARN.encode(), (ARN,)),
        ("DeleteCertificate", b'{"CertificateArn": "%s"}' % ARN.encode(), b"{}", (ARN,)),
        ("DescribeCertificate", b'{"CertificateArn": "%s"}' % ARN.encode(), b"{}", ()),
        ("ListCertificates", b"{}", b"{}", ()),
        ("DeleteCertificate", b"no JSON", b"", ("",)),
    ],
)
def test_acm_call_touches_its_certificate(operation: str, body: bytes, answer: bytes, touched: tuple[str, ...]) -> None:
    made = call("POST", "/", target=f"CertificateManager.{operation}", body=body, answer=answer)
    assert calls.acm(made) == touched


@pytest.mark.parametrize(
    ("method", "key", "touched"),
    [("PUT", "", ("files",)), ("DELETE", "", ("files",)), ("GET", "", ()), ("PUT", "a.crate", ()), ("POST", "", ())],
)
def test_s3_call_touches_a_bucket_and_no_object(method: str, key: str, touched: tuple[str, ...]) -> None:
    assert calls.s3(call(method, f"/files/{key}"), "files", key) == touched


@pytest.mark.parametrize(
    ("method", "key", "query", "touched"),
    [
        ("PUT", "a.crate", {}, ("files",)),
        ("DELETE", "a.crate", {}, ("files",)),
        ("POST", "a.crate", {"uploadId": ["1"]}, ("files",)),
        ("POST", "", {"delete": [""]}, ("files",)),
        ("POST", "", {}, ()),
        ("GET", "a.crate", {}, ()),
        ("PUT", "", {}, ()),
    ],
)
def test_objects_are_told_of_by_their_bucket(method: str, key: str, query: dict, touched: tuple[str, ...]) -> None:
    made = replace(call(method, f"/files/{key}"), query=query)
    assert calls.objects(made, "files", key) == touched
