"""The pack as the engine sees it: rules, levels, diagnostics."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from google.protobuf.json_format import ParseDict
from pulumi.runtime.proto import analyzer_pb2

from slipway.policy import RULES, Level
from slipway.policy.server import Servicer

BUCKET = {"urn": "urn:pulumi:dev::cdn::aws:s3/bucket:Bucket::logs", "type": "aws:s3/bucket:Bucket", "name": "logs"}
MANDATORY, ADVISORY, DISABLED = analyzer_pb2.MANDATORY, analyzer_pb2.ADVISORY, analyzer_pb2.DISABLED


class Aborted(Exception):
    """What a call ends with when the pack refuses to answer."""


class Call:
    """One call of the engine."""

    def abort(self, code: Any, details: str) -> NoReturn:
        raise Aborted(details)


def pack(guarded: str | None = None) -> Servicer:
    servicer = Servicer()
    config = {} if guarded is None else {"slipway:guarded": guarded}
    servicer.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev", config=config), Call())
    return servicer


def levels(servicer: Servicer) -> dict[str, int]:
    return {one.name: one.enforcementLevel for one in servicer.GetAnalyzerInfo(None, Call()).policies}


def stack_levels(servicer: Servicer) -> dict[str, int]:
    request = analyzer_pb2.AnalyzeStackRequest(resources=[ParseDict(BUCKET, analyzer_pb2.AnalyzerResource())])
    return {one.policyName: one.enforcementLevel for one in servicer.AnalyzeStack(request, Call()).diagnostics}


def configure(servicer: Servicer, **chosen: Any) -> None:
    config = {
        name.replace("_", "-"): analyzer_pb2.PolicyConfig(enforcementLevel=level) for name, level in chosen.items()
    }
    servicer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config), Call())


@pytest.mark.parametrize(
    ("guarded", "level"),
    [("true", MANDATORY), ("false", ADVISORY), ("False", ADVISORY), (None, ADVISORY), ("yes", MANDATORY)],
)
def test_rules_for_guarded_stacks_are_advisory_elsewhere(guarded: str | None, level: int) -> None:
    """A value that is neither true nor false counts as guarded."""
    found = levels(pack(guarded))
    assert found == {rule.ID: level if rule.LEVEL is Level.GUARDED else MANDATORY for rule in RULES}
    assert stack_levels(pack(guarded)) == {"access-block-present": MANDATORY, "protected": level}


def test_stack_that_the_engine_does_not_describe_counts_as_guarded() -> None:
    assert set(levels(Servicer()).values()) == {MANDATORY}


def test_levels_can_be_set_by_the_policy_configuration() -> None:
    servicer = pack("true")
    configure(servicer, protected=ADVISORY, access_block_present=DISABLED)
    assert stack_levels(servicer) == {"protected": ADVISORY}


def test_nothing_is_put_right_by_itself() -> None:
    """Asked to remediate, a rule refuses."""
    servicer = pack("true")
    configure(servicer, protected=analyzer_pb2.REMEDIATE)
    assert stack_levels(servicer)["protected"] == MANDATORY


def test_configuration_of_an_unknown_rule_is_refused() -> None:
    with pytest.raises(Aborted, match="no such rule: protectd"):
        configure(pack(), protectd=DISABLED)


def test_properties_past_all_reason_are_refused() -> None:
    value: Any = "x"
    for _ in range(90):
        value = {"a": [value]}
    request = ParseDict({**BUCKET, "properties": {"a": value}}, analyzer_pb2.AnalyzeRequest(), max_recursion_depth=1000)
    with pytest.raises(Aborted, match="nested"):
        pack().Analyze(request, Call())
