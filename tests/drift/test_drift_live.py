"""What was changed by hand, from what the real engine printed about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.drift.live import changed_by_hand
from slipway.drift.model import Difference
from slipway.errors import BadInput, EngineError

Recorded = Callable[[str], str]
URN = "urn:pulumi:dev::site::aws:s3/bucket:Bucket::{}"


def step(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in document["steps"] if each["urn"].endswith(f"::{name}"))


def told(document: dict[str, Any]) -> list[tuple[str, tuple[Difference, ...]]]:
    return [(finding.title, finding.differences) for finding in changed_by_hand(json.dumps(document))]


@pytest.fixture
def changed(recorded: Recorded) -> dict[str, Any]:
    return json.loads(recorded("changed"))


def test_nothing_that_was_applied_and_left_alone_is_drift(recorded: Recorded) -> None:
    assert changed_by_hand(recorded("untouched")) == ()


def test_everything_that_somebody_did_is_told_and_nothing_that_aws_computes(recorded: Recorded) -> None:
    """The distribution got another ETag and date as well, which nobody set."""
    found = changed_by_hand(recorded("changed"))
    assert {(finding.title, finding.gone): finding.differences for finding in found} == {
        ("bucket content", False): (
            Difference("tags.team", '"infrastructure"', '"somebody"'),
            Difference("tags.why", "none", '"a test"'),
        ),
        ("distribution distribution", False): (Difference("defaultCacheBehavior.compress", "none", "true"),),
        ("record CNAME www.drift.example", False): (Difference("ttl", "300", "30"),),
        ("record TXT note.drift.example is gone", True): (),
    }
    assert all(finding.cause == "changed by hand" and len(finding.urns) == 1 for finding in found)


def test_hostnames_are_those_that_clients_ask_for(recorded: Recorded) -> None:
    found = {finding.title: finding.hostnames for finding in changed_by_hand(recorded("changed"))}
    assert found["record CNAME www.drift.example"] == ("www.drift.example",)
    assert found["distribution distribution"] == ("static.drift.example",)
    assert found["record TXT note.drift.example is gone"] == ()
    assert found["bucket content"] == ()


def test_alias_that_was_added_by_hand_is_a_name_it_concerns(changed: dict[str, Any]) -> None:
    live = step(changed, "distribution")["newState"]["inputs"]
    live["aliases"] = [*live["aliases"], "Extra.drift.example."]
    found = {finding.title: finding.hostnames for finding in changed_by_hand(json.dumps(changed))}
    assert found["distribution distribution"] == ("extra.drift.example", "static.drift.example")


def test_input_that_differs_and_that_no_apply_would_put_back_is_no_drift(changed: dict[str, Any]) -> None:
    """The provider reads a value back in another form, or the program ignores it: the engine does not name it."""
    step(changed, "www")["newState"]["inputs"]["records"] = ["STATIC.drift.example."]
    assert ("record CNAME www.drift.example", (Difference("ttl", "300", "30"),)) in told(changed)


def test_what_only_the_outputs_tell_is_told_if_an_apply_would_put_it_back(changed: dict[str, Any]) -> None:
    """AWS's own provider reads back only the inputs that the program gave; a tag that was added is in the outputs."""
    bucket = step(changed, "content")
    bucket["newState"]["inputs"] = bucket["oldState"]["inputs"]
    assert ("bucket content", (
        Difference("tags.team", '"infrastructure"', '"somebody"'), Difference("tags.why", "none", '"a test"')
    )) in told(changed)  # fmt: skip


def test_secret_that_differs_is_drift_and_stays_masked(changed: dict[str, Any]) -> None:
    bucket = step(changed, "content")
    for side in ("oldState", "newState"):
        bucket[side]["inputs"]["tags"] = bucket[side]["outputs"]["tags"] = "[secret]"
    assert ("bucket content", (Difference("tags", '"[secret]"', '"[secret]"'),)) in told(changed)


def test_long_value_is_cut(changed: dict[str, Any]) -> None:
    step(changed, "content")["newState"]["inputs"]["tags"]["team"] = "x" * 10_000
    _, (first, _) = next(each for each in told(changed) if each[0] == "bucket content")
    assert len(first.live) == 200
    assert first.live.endswith("…")


def test_what_the_program_only_reads_belongs_to_somebody_else(recorded: Recorded) -> None:
    """The engine counts it, for whatever output changed, and does not show it."""
    document = json.loads(recorded("untouched"))
    step(document, "zone")["oldState"]["external"] = True
    document["changeSummary"] = {"same": 10, "update": 1}
    assert told(document) == []


def test_difference_that_the_engine_counts_and_does_not_show_is_drift(recorded: Recorded) -> None:
    """A provider without detailed differences: the document then holds the resource as it was."""
    document = json.loads(recorded("untouched"))
    document["changeSummary"] = {"same": 10, "update": 1}
    assert told(document) == [("1 more, not named: see pulumi refresh --preview-only --diff", ())]


def test_old_generation_that_waits_to_be_deleted_is_no_drift(changed: dict[str, Any]) -> None:
    step(changed, "note")["oldState"]["delete"] = True
    assert "note" not in str(told(changed))
    assert len(told(changed)) == 3


def test_step_that_no_refresh_has_is_an_error(changed: dict[str, Any]) -> None:
    step(changed, "www")["op"] = "repaint\x1b[1m"
    with pytest.raises(EngineError, match="step that is none: repaint"):
        changed_by_hand(json.dumps(changed))


def test_document_that_was_cut_is_an_error(recorded: Recorded, changed: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        changed_by_hand(recorded("changed")[:-100])
    del changed["changeSummary"]
    with pytest.raises(EngineError, match="did not finish"):
        changed_by_hand(json.dumps(changed))


_FATES = st.sampled_from(["alike", "changed", "gone", "read", "old"])


@settings(deadline=None)
@given(st.lists(_FATES, max_size=8), st.randoms(use_true_random=False))
def test_exactly_what_differs_is_found_in_whatever_order_it_is_printed(fates: list[str], random: Any) -> None:
    """Against a list of what became of each resource."""
    steps, summary = [], {"same": 1}
    for number, fate in enumerate(fates):
        urn = URN.format(number)
        old = {"urn": urn, "type": "aws:s3/bucket:Bucket", "custom": True, "inputs": {"bucket": "a"}, "outputs": {}}
        new = deepcopy(old)
        op = {"changed": "update", "gone": "delete", "old": "delete"}.get(fate, "refresh")
        if fate == "changed":
            new["inputs"]["bucket"] = "b"
        old |= {"external": True} if fate == "read" else {"delete": True} if fate == "old" else {}
        sides = {"oldState": old} if op == "delete" else {"oldState": old, "newState": new}
        steps.append({"op": op, "urn": urn, "diffReasons": ["bucket"] if fate == "changed" else None, **sides})
        counted = "update" if fate == "read" else {"refresh": "same"}.get(op, op)
        summary[counted] = summary.get(counted, 0) + 1
    random.shuffle(steps)
    found = changed_by_hand(json.dumps({"steps": steps, "changeSummary": summary}))
    assert [(finding.urns, finding.gone) for finding in found] == [
        ((URN.format(number),), fate == "gone") for number, fate in enumerate(fates) if fate in ("changed", "gone")
    ]
