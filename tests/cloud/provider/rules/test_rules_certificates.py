"""Which certificate CloudFront takes for which names."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.rules.certificates import (
    ISSUED,
    PENDING,
    covers,
    refuse_viewer_certificate,
)

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def certificate(*names: str) -> dict[str, Any]:
    return {"SubjectAlternativeNames": list(names)}


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("a.org", "A.org.", True),
        ("*.a.org", "x.a.org", True),
        ("*.a.org", "a.org", False),
        ("*.a.org", "x.y.a.org", False),
        ("a.org", "x.a.org", False),
    ],
)
def test_wildcard_stands_for_exactly_one_label(pattern: str, name: str, covered: bool) -> None:
    """As TLS and CloudFront have it."""
    assert covers(pattern, name) is covered


@pytest.mark.parametrize(
    ("aliases", "arn", "found", "status", "words"),
    [
        (["x.a.org"], "", None, "", "must attach a trusted certificate"),
        (["a.org"], ARN.replace("us-east-1", "eu-west-1"), certificate("a.org"), ISSUED, "us-east-1"),
        (["a.org"], ARN, None, "", "doesn't exist"),
        (["a.org"], ARN, certificate("a.org"), PENDING, PENDING),
        (["a.org", "b.org"], ARN, certificate("a.org"), ISSUED, "b.org"),
        ([], ARN, certificate("a.org"), PENDING, PENDING),
    ],
)
def test_viewer_certificate_is_refused(aliases: list[str], arn: str, found: Any, status: str, words: str) -> None:
    """Every way a certificate can be wrong has CloudFront's one code and its own words."""
    with pytest.raises(ClientError, match="InvalidViewerCertificate") as caught:
        refuse_viewer_certificate(aliases, arn, found, status, "UpdateDistribution")
    assert words in caught.value.response["Error"]["Message"]


def test_viewer_certificate_that_covers_every_alias_is_taken() -> None:
    """An issued certificate without aliases is legal too: a move needs it (hazard H28)."""
    refuse_viewer_certificate(["x.a.org", "a.org"], ARN, certificate("a.org", "*.a.org"), ISSUED, "CreateDistribution")
    refuse_viewer_certificate([], ARN, certificate("a.org"), ISSUED, "CreateDistribution")
    refuse_viewer_certificate([], "", None, "", "CreateDistribution")
