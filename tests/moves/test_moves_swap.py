"""A plan's record sets exchanged: read from real previews, sent as one batch, finished when it was interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import CloudError
from slipway.ledger import Deed
from slipway.moves.logbook import Logbook
from slipway.moves.refused import Refused
from slipway.moves.swap import Swap, batch_of, exchange, swap_of
from slipway.plan import Plan, read_plan
from slipway.route53.names import RecordSet, identity

from .conftest import Records

CASES = Path(__file__).parents[1] / "cases"
NAME = "static.example.org"
ACROSS = "cname_becomes_an_alias_across_two_urns"
Deeds = Callable[[], list[Deed]]


def captured(case: str) -> tuple[Plan, dict[str, Any]]:
    """A case's plan, and the state that it was made of."""
    text = (CASES / case / "preview.json").read_text()
    olds = [step["oldState"] for step in json.loads(text)["steps"] if step.get("oldState")]
    # A preview leaves default providers out.
    providers = {each["provider"].rpartition("::")[0] for each in olds if each.get("provider")}
    known = [{"urn": urn, "type": "pulumi:providers:aws"} for urn in providers - {each["urn"] for each in olds}]
    return read_plan(text), {"deployment": {"resources": [*known, *olds]}}


def swap(case: str = ACROSS) -> Swap:
    found = swap_of(*captured(case), NAME)
    assert found
    return found


def well(new: tuple[RecordSet, ...]) -> str:
    return ""


def test_one_batch_takes_the_old_and_puts_the_new() -> None:
    found = swap()
    live = [each.record for each in found.old]
    assert [(action, identity(record)) for action, record in batch_of(found, live)] == [
        ("DELETE", (NAME, "CNAME", "")),
        ("CREATE", (NAME, "A", "")),
    ]


def test_the_state_then_holds_what_the_engine_would_have_made() -> None:
    plan, state = captured(ACROSS)
    old = next(each for each in state["deployment"]["resources"] if each["urn"].endswith("::static"))
    old["outputs"]["__meta"], old["resourceHooks"] = '{"schema_version": "2"}', {"BeforeDelete": ["guard"]}
    found = swap_of(plan, state, NAME)
    assert found
    after = found.state(state)["deployment"]["resources"]
    names = [each["urn"].rpartition("::")[2] for each in after]
    assert "static" not in names
    resource = after[names.index("static-a")]
    assert resource["id"] == "Z0000000000002_static.example.org_A"
    assert resource["inputs"]["aliases"] == resource["outputs"]["aliases"]
    assert resource["outputs"]["__meta"] == old["outputs"]["__meta"]
    assert resource["resourceHooks"] == old["resourceHooks"]
    assert resource["propertyDependencies"]["zoneId"] == [resource["dependencies"][1]]
    assert len(after) == len(state["deployment"]["resources"])


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("record_ttl_changed", "would also update"),
        ("record_removed", "only takes away"),
        ("record_added", "only creates"),
    ],
)
def test_what_is_no_exchange_is_left_to_the_engine(case: str, says: str) -> None:
    plan, state = captured(case)
    names = {str(step.state.inputs.get("name")) for step in plan.steps if step.op != "same" and step.state}
    with pytest.raises(Refused) as refused:
        swap_of(plan, state, names.pop())
    assert says in refused.value.message


def test_a_plan_that_does_nothing_there_is_no_swap() -> None:
    assert swap_of(*captured("nothing_to_do"), NAME) is None
    assert swap_of(*captured(ACROSS), "other.example.org") is None


def test_what_is_not_known_before_the_apply_is_refused() -> None:
    with pytest.raises(Refused, match="not known before the apply"):
        swap_of(*captured("new_distribution_and_the_name_switched_by_another_record"), NAME)


@pytest.mark.parametrize("case", ["record_renamed", "record_renamed_with_overwrite"])
def test_a_resource_of_another_name_for_the_same_record_set_moves_in_the_state_alone(case: str) -> None:
    """The engine would create what is there, and with allow_overwrite then delete what it has just made."""
    found = swap(case)
    assert batch_of(found, [each.record for each in found.old]) == []


def run(found: Swap, records: Records, log: Logbook, **other: Any) -> list[str]:
    """The exchange; what it did besides."""
    did: list[str] = []
    ways = {"answers": well, "adjust": lambda: did.append("adjusted"), **other}
    exchange(found, records, ways["answers"], ways["adjust"], log, log.last())
    return did


def test_it_is_sent_once_and_written_down(log: Logbook, deeds: Deeds) -> None:
    found = swap()
    records = Records([each.record for each in found.old])
    assert run(found, records, log) == ["adjusted"]
    assert len(records.batches) == 1
    assert [identity(each) for each in records.sets] == [(NAME, "A", "")]
    assert [deed.outcome for deed in deeds()] == ["begun", "done"]


def test_interrupted_before_the_state_it_is_finished_the_next_time(log: Logbook, deeds: Deeds) -> None:
    found = swap()
    records = Records([each.record for each in found.old])

    def killed() -> None:
        raise CloudError("the backend does not answer")

    with pytest.raises(Refused, match="stand, but the state does not say so yet") as refused:
        run(found, records, log, adjust=killed)
    assert "it finishes" in refused.value.advice
    assert deeds()[-1].results["stands"] is True
    assert run(found, records, log) == ["adjusted"]
    assert len(records.batches) == 1
    assert [deed.outcome for deed in deeds()] == ["begun", "failed", "begun", "done"]


def test_a_batch_that_is_turned_down_changes_nothing(log: Logbook, deeds: Deeds) -> None:
    found = swap()
    records = Records([each.record for each in found.old], fails=(1,))
    with pytest.raises(CloudError):
        run(found, records, log)
    assert records.sets == [each.record for each in found.old]
    assert (deeds()[-1].outcome, deeds()[-1].results["stands"]) == ("failed", False)


def test_wrong_answers_bring_the_old_ones_back(log: Logbook) -> None:
    found = swap()
    records = Records([each.record for each in found.old])
    with pytest.raises(Refused, match="is back as it was: nobody answers"):
        run(found, records, log, answers=lambda new: "nobody answers")
    assert records.sets == [each.record for each in found.old]


def test_what_somebody_else_put_there_is_left_alone(log: Logbook) -> None:
    found = swap()
    theirs = {**found.old[0].record, "TTL": 1}
    records = Records([theirs])
    with pytest.raises(Refused, match="neither as the state has it nor as the plan wants it"):
        run(found, records, log)
    assert records.sets == [theirs]
    assert not list(log.book.entries())
