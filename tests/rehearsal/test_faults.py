"""Faults as they are asked for on the command line."""

from __future__ import annotations

import pytest

from slipway.errors import BadInput
from slipway.rehearsal.faults import Fault, parse_fault

URN = "urn:pulumi:production::cdn::aws:route53/record:Record::static-alias"


@pytest.mark.parametrize("kind", ["fail", "hang", "throttle", "kill"])
def test_a_fault_names_a_kind_and_a_step(kind: str) -> None:
    assert parse_fault(f"{kind}@3") == Fault(kind, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "fail", "fail@", "@3", "burn@3", "fail@0"])
def test_anything_else_is_one_clear_error(text: str) -> None:
    with pytest.raises(BadInput, match="is not a fault at a step"):
        parse_fault(text)


def test_a_step_is_a_number_a_name_or_a_urn() -> None:
    assert parse_fault("fail@2").strikes(2, URN)
    assert not parse_fault("fail@2").strikes(1, URN)
    assert parse_fault("fail@static-alias").strikes(7, URN)
    assert parse_fault(f"fail@{URN}").strikes(7, URN)
    assert not parse_fault("fail@alias").strikes(7, URN)
