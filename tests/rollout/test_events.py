"""Of which steps nobody knows how they ended, by the engine's events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.rollout.events import lost, refusal

WWW = "urn:pulumi:production::cdn::aws:route53/record:Record::www"
NEW = {
    "urn": WWW,
    "type": "aws:route53/record:Record",
    "custom": True,
    "id": "",
    "inputs": {"name": "x"},
    "outputs": {},
}


def failed(op: str, urn: str = WWW, new: dict[str, Any] | None = NEW) -> str:
    return json.dumps({"resOpFailedEvent": {"metadata": {"op": op, "urn": urn, "new": new}, "status": 0}})


def said(message: str, urn: str = WWW) -> str:
    return json.dumps({"diagnosticEvent": {"urn": urn, "message": message, "severity": "error"}})


GONE = said("error: error reading from server: EOF\n")


def test_step_whose_plugin_died_may_have_been_taken() -> None:
    kept = {key: NEW[key] for key in ("urn", "type", "custom", "inputs")}
    assert lost([failed("create"), GONE]) == ({"type": "creating", "resource": kept},)
    assert [each["type"] for each in lost([GONE, failed("create-replacement")])] == ["creating"]
    assert [each["type"] for each in lost([GONE, failed("update")])] == ["updating"]


@pytest.mark.parametrize(
    "why",
    [
        "creating aws:route53/record:Record 'www': ExpiredToken: The security token included in the request is expired",
        "operation error ACM: RequestCertificate, ... api error ExpiredTokenException: The security token ...",
        "operation error CloudFront: GetDistribution, https response error StatusCode: 0, request send failed",
        'Could not connect to the endpoint URL: "http://127.0.0.1:9/"',
    ],
)
def test_step_that_aws_could_not_be_asked_about_may_have_been_taken(why: str) -> None:
    assert [each["type"] for each in lost([failed("create"), said(f"error: {why}\n")])] == ["creating"]


def test_step_that_the_guard_could_not_ask_about_was_not_taken() -> None:
    why = "slipway: cannot ask about the create of www: cannot read the ledger: ExpiredToken: the security token"
    assert lost([failed("create"), said(f'error: before hook "slipway-guard-before-create" failed: {why}')]) == ()


def test_step_that_aws_refused_was_not_taken() -> None:
    assert lost([failed("create"), said("InvalidChangeBatch: it already exists")]) == ()
    assert lost([failed("create"), said("error reading from server: EOF", "urn:other")]) == ()


def test_delete_is_begun_again_in_any_case() -> None:
    assert lost([failed("delete", new=None), GONE]) == ()


def test_half_a_line_at_the_end_is_no_event() -> None:
    assert len(lost([failed("create"), GONE, failed("update")[:40]])) == 1
    assert lost(["", "{}", '{"preludeEvent": {"config": {}}}']) == ()


def test_refusal_of_the_guard_is_told_from_other_failures() -> None:
    hook = 'before hook "slipway-guard-before-update" failed: '
    why = "no update of www: this step is not in the approved plan"
    refused = said(f"error: {hook}RuntimeError: slipway: {why}. Run: slipway preflight p && slipway approve p\n")
    unknown = said(f"error: {hook}RuntimeError: slipway: cannot ask about the update of www: S3 does not answer. Wait.")
    assert refusal([GONE, unknown, refused[:-20], refused]) == why
    assert refusal([GONE, unknown, said("error: CNAMEAlreadyExists")]) == ""
