"""Which requests are led away, as people say it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slipway.errors import BadInput
from slipway.moves.traffic import Traffic, asked


def test_a_share_becomes_a_weight() -> None:
    found = asked("5%", "")
    assert found == Traffic(weight=Fraction(1, 20))
    assert found.config == {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.05}}
    assert (str(found), found.headers) == ("5 %", {})
    assert asked("15 %", "").weight == Fraction(15, 100)


def test_a_header_is_matched_by_its_value() -> None:
    found = asked("", "AWS-CF-CD-Try=yes=no")
    assert found.config["SingleHeaderConfig"] == {"Header": "aws-cf-cd-try", "Value": "yes=no"}
    assert found.headers == {"aws-cf-cd-try": "yes=no"}
    assert str(found) == "requests with aws-cf-cd-try: yes=no"


@pytest.mark.parametrize(
    ("weight", "header"),
    [("", ""), ("5%", "aws-cf-cd-try=yes"), ("0%", ""), ("15.1%", ""), ("5", ""), ("-1%", ""), ("many", ""),
     ("", "x-try=yes"), ("", "aws-cf-cd-try"), ("", "aws-cf-cd-try="), ("", "aws-cf-cd-try=a b")],
)  # fmt: skip
def test_what_cloudfront_does_not_take_is_bad_input(weight: str, header: str) -> None:
    with pytest.raises(BadInput):
        asked(weight, header)
