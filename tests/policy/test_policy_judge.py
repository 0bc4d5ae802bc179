"""How rules are asked, and what of their answers is shown."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from google.protobuf.json_format import ParseDict
from pulumi.runtime import rpc
from pulumi.runtime.proto import analyzer_pb2

from slipway.plan import Unknown
from slipway.policy import Level, Resource, Stack, Violation, judge_resource, judge_stack
from slipway.policy.wire import resource_of

RECORD = "aws:route53/record:Record"


def rule(violations: Any, **more: Any) -> Any:
    words = {"ID": "r", "TITLE": "t", "WHY": "w", "SOURCE": "s", "LEVEL": Level.GUARDED, "TYPES": (RECORD,)}
    return SimpleNamespace(violations=violations, **{**words, **more})


def message(properties: dict[str, Any], name: str = "www") -> analyzer_pb2.AnalyzeRequest:
    fields = {"urn": "urn:pulumi:dev::cdn::t::www", "type": RECORD, "name": name, "properties": properties}
    return ParseDict(fields, analyzer_pb2.AnalyzeRequest())


def wrapped(signature: str, **value: Any) -> dict[str, Any]:
    return {rpc._special_sig_key: signature, **value}


def test_rule_that_raises_is_a_violation_of_its_own() -> None:
    """What it would have found, nobody knows."""

    def raises(subject: Resource | Stack) -> Iterator[Violation]:
        yield Violation("", "found before", "Mend it.")
        raise KeyError("secret value")

    first, second = judge_resource(resource_of(message({})), [rule(raises)])
    assert (first.broken, second.broken) == (False, True)
    assert "KeyError" in second.text
    assert "secret value" not in second.text
    assert [finding.broken for finding in judge_stack(Stack(()), [rule(raises)])] == [False, True]


def test_rule_is_asked_about_its_types_alone() -> None:
    def always(subject: Resource) -> Iterator[Violation]:
        yield Violation(subject.urn, "found", "Mend it.")

    assert judge_resource(resource_of(message({})), [rule(always, TYPES=("another",))]) == ()


def test_text_of_a_program_cannot_colour_or_break_lines() -> None:
    (finding,) = judge_resource(
        resource_of(message({"allowOverwrite": True, "name": "a\x1b[2J\nb<{%reset%}>"}, name="w\u202ew"))
    )
    assert finding.text.isprintable()
    assert "<{%" not in finding.text


def test_secrets_are_judged_and_not_shown() -> None:
    given = {"allowOverwrite": True, "name": wrapped(rpc._special_secret_sig, value="hidden.example.org")}
    (finding,) = judge_resource(resource_of(message(given)))
    assert "[secret]" in finding.text
    assert "hidden" not in finding.text


def test_values_of_the_protocol_are_read() -> None:
    """Sentinels, also inside a text, and outputs without a value are unknown."""
    given = {
        "alone": rpc.UNKNOWN,
        "within": f"arn:{rpc.UNKNOWN}/*",
        "output": wrapped(rpc._special_output_value_sig),
        "known": wrapped(rpc._special_output_value_sig, value="x"),
    }
    properties = resource_of(message(given)).properties
    assert {key for key, value in properties.items() if isinstance(value, Unknown)} == {"alone", "within", "output"}
    assert properties["known"] == "x"
