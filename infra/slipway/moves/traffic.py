"""Which requests go to a staging distribution, as people say it and as CloudFront has it. Pure.

Source: CloudFront API Reference, TrafficConfig: a weight up to 0.15, or a header that begins with `aws-cf-cd-`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from slipway.errors import BadInput

__all__ = ["MOST", "Traffic", "asked"]

MOST = Fraction(15, 100)
_PREFIX = "aws-cf-cd-"
_WEIGHT = re.compile(r"(?P<percent>\d{1,2}(\.\d{1,4})?)\s*%")
_HEADER = re.compile(r"(?P<name>[A-Za-z0-9-]{1,256})=(?P<value>[!-~]{1,1783})")


@dataclass(frozen=True, slots=True)
class Traffic:
    """A share of all requests, or those with a header of this value."""

    weight: Fraction = Fraction(0)
    header: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"requests with {self.header}: {self.value}" if self.header else f"{float(self.weight * 100):g} %"

    @property
    def headers(self) -> dict[str, str]:
        """What a request has to carry to be led there for sure."""
        return {self.header: self.value} if self.header else {}

    @property
    def config(self) -> dict[str, Any]:
        """The policy's TrafficConfig."""
        if self.header:
            single = {"Header": self.header, "Value": self.value}
            return {"Type": "SingleHeader", "SingleHeaderConfig": single}
        return {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": float(self.weight)}}


def asked(weight: str, header: str) -> Traffic:
    """`5%`, or `aws-cf-cd-NAME=VALUE`; one of the two. BadInput for anything else."""
    if bool(weight) == bool(header):
        raise BadInput("say which requests: --weight or --header", "--weight 5%, or --header aws-cf-cd-try=yes")
    if header:
        found = _HEADER.fullmatch(header)
        if found is None or not found["name"].lower().startswith(_PREFIX):
            raise BadInput(f"{header!r} is no header that CloudFront takes", f"--header {_PREFIX}try=yes")
        return Traffic(header=found["name"].lower(), value=found["value"])
    percent = _WEIGHT.fullmatch(weight)
    share = Fraction(percent["percent"]) / 100 if percent else Fraction(0)
    if not 0 < share <= MOST:
        raise BadInput(f"{weight!r} is no share that CloudFront takes", "Above 0 % and up to 15 %: --weight 5%")
    return Traffic(weight=share)
