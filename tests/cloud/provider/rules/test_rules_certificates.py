"""When a certificate is issued, and which one CloudFront takes."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.rules.certificates import (
    ISSUED,
    PENDING,
    covers,
    refuse_viewer_certificate,
    unvalidated,
)

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def certificate(*names: str) -> dict[str, Any]:
    options = [
        {
            "DomainName": name,
            "ResourceRecord": {"Name": f"_v.{name.removeprefix('*.')}.", "Type": "CNAME", "Value": "v."},
        }
        for name in names
    ]
    return {"SubjectAlternativeNames": list(names), "DomainValidationOptions": options}


def validation(name: str, value: str = "v.") -> dict[str, Any]:
    return {"Name": f"_v.{name}.", "Type": "CNAME", "ResourceRecords": [{"Value": value}]}


def test_certificate_waits_for_every_validation_record() -> None:
    """One record of two is not enough."""
    assert unvalidated(certificate("a.org", "b.org"), [validation("a.org")]) == ["b.org"]


def test_wildcard_shares_its_parents_validation_record() -> None:
    """`*.a.org` and `a.org` need one record between them."""
    assert unvalidated(certificate("a.org", "*.a.org"), [validation("a.org")]) == []


def test_record_with_another_value_validates_nothing() -> None:
    """The value counts, not only the name."""
    assert unvalidated(certificate("a.org"), [validation("a.org", "else.")]) == ["a.org"]


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
