"""Traffic steps: one batch each, written down, and back at once when one does not hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import CloudError
from slipway.ledger import Deed, Overtaken
from slipway.moves.logbook import Logbook
from slipway.moves.refused import Refused
from slipway.moves.shift import before_last, check_all_zero, check_drift, go_back, live_weights, shift

from .conftest import NAME, Records, member

BEFORE = {"cloudfront": 200, "fastly": 55}
WAY = ({"cloudfront": 9, "fastly": 1}, {"cloudfront": 1, "fastly": 1})
Deeds = Callable[[], list[Deed]]


def well(weights: object) -> str:
    return ""


def quiet(text: str) -> None:
    pass


def run(records: Records, log: Logbook, soak: Callable[[Any], str] = well) -> None:
    shift(NAME, WAY, records, soak, log, 0, quiet)


def test_each_step_is_one_batch_that_changes_weights_alone(shared: Records, log: Logbook) -> None:
    before = list(shared.sets)
    run(shared, log)
    assert [[action for action, _ in batch] for batch in shared.batches] == [["UPSERT"] * 2, ["UPSERT"]]
    assert shared.weights == WAY[-1]
    assert [{**each, "Weight": 0} for each in shared.sets] == [{**each, "Weight": 0} for each in before]


def test_every_type_of_a_name_changes_together(apex: Records, log: Logbook) -> None:
    run(apex, log)
    assert [len(batch) for batch in apex.batches] == [3, 2]  # the second leaves fastly's A at 1
    assert [each["Weight"] for each in apex.sets] == [1, 1, 1]


def test_steps_are_written_down_with_their_shares(shared: Records, log: Logbook, deeds: Deeds) -> None:
    run(shared, log)
    assert [(deed.kind, deed.outcome, deed.of) for deed in deeds()] == [
        ("move", "begun", 0),
        ("move", "done", 1),
        ("move", "begun", 0),
        ("move", "done", 3),
    ]
    first = deeds()[0].results
    assert (first["name"], first["step"], first["steps"], first["percent fastly"], first["was fastly"]) == (
        NAME, 1, 2, 10.0, 55,
    )  # fmt: skip


@pytest.mark.parametrize("bad", WAY)
def test_a_failed_soak_brings_back_what_was_before_the_first_step(
    shared: Records, log: Logbook, deeds: Deeds, bad: dict[str, int]
) -> None:
    with pytest.raises(Refused) as refused:
        run(shared, log, lambda weights: "users get 502" if weights == bad else "")
    assert shared.weights == BEFORE
    assert "is back at cloudfront 78.43 %" in refused.value.message
    assert "users get 502" in refused.value.message
    assert (deeds()[-1].outcome, deeds()[-1].reason) == ("failed", "users get 502")


def test_an_interrupt_brings_it_back(shared: Records, log: Logbook, deeds: Deeds) -> None:
    def interrupted(weights: object) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(shared, log, interrupted)
    assert shared.weights == BEFORE
    assert deeds()[-1].reason == "interrupted"


def test_a_bug_in_who_watches_brings_it_back_as_well(shared: Records, log: Logbook) -> None:
    with pytest.raises(ZeroDivisionError):
        run(shared, log, lambda weights: str(1 / 0))
    assert shared.weights == BEFORE


def test_a_ledger_that_cannot_be_written_any_more_does_not_keep_users_there(
    shared: Records, log: Logbook, tmp_path: Path
) -> None:
    said: list[str] = []

    def vanish(weights: object) -> str:
        (store,) = tmp_path.glob("state/slipway/moves/*/dev")
        store.rename(store.with_name("away"))
        store.write_text("no folder")
        return "users get 502"

    with pytest.raises(Refused, match="is back at"):
        shift(NAME, WAY, shared, vanish, log, 0, said.append)
    assert shared.weights == BEFORE
    assert said[-1].startswith("this is not written down")


def test_a_batch_that_is_turned_down_ends_it(shared: Records, log: Logbook, deeds: Deeds) -> None:
    shared.fails = (2,)
    with pytest.raises(Refused) as refused:
        run(shared, log)
    assert shared.weights == BEFORE
    assert "Throttling" in refused.value.message
    assert [deed.outcome for deed in deeds()] == ["begun", "done", "begun", "failed"]


def test_a_way_back_that_fails_says_so_and_what_to_type(shared: Records, log: Logbook) -> None:
    shared.fails = (2, 3)
    with pytest.raises(Refused) as refused:
        run(shared, log)
    assert "could NOT be brought back" in refused.value.message
    assert refused.value.advice.endswith(f"slipway shift {NAME} --back")
    # The one that was promised works.
    go_back(NAME, before_last(NAME, log), shared, log, quiet)
    assert shared.weights == BEFORE


def test_the_way_back_leads_behind_the_last_shift(shared: Records, log: Logbook) -> None:
    run(shared, log)
    for _ in range(2):
        before = before_last(NAME, log)
        assert before == BEFORE
        go_back(NAME, before, shared, log, quiet)
        assert shared.weights == BEFORE


def test_no_way_back_is_made_up(log: Logbook) -> None:
    with pytest.raises(Refused, match="no shift"):
        before_last(NAME, log)


def test_of_two_who_shift_at_once_one_is_told(shared: Records, log: Logbook) -> None:
    """Each has looked at the ledger before the other began."""
    run(shared, log)
    with pytest.raises(Overtaken) as overtaken:
        run(shared, log)
    assert "was quicker" in overtaken.value.message


def test_somebody_who_only_judges_stops_nobody(shared: Records, log: Logbook) -> None:
    log.book.append(Deed(kind="preflight", outcome="approved"), "Ada")
    run(shared, log)
    assert shared.weights == WAY[-1]


@pytest.mark.parametrize("kind", ["apply", "rollback"])
def test_nothing_moves_under_an_apply(log: Logbook, kind: Any) -> None:
    begun = log.book.append(Deed(kind=kind, outcome="begun"), "Ada")
    with pytest.raises(Refused, match=f"Ada began an? {kind}"):
        log.refuse_others()
    log.book.append(Deed(kind=kind, outcome="done", of=begun.entry.number), "Ada")
    log.refuse_others()


def test_drift_is_found_in_anything_that_answers(shared: Records) -> None:
    state = list(shared.sets)
    check_drift(NAME, shared.sets, state)
    for change in ({"Weight": 54}, {"TTL": 60}, {"ResourceRecords": [{"Value": "elsewhere.example."}]}):
        with pytest.raises(Refused, match="is not as the stack's state has it"):
            check_drift(NAME, [state[0], {**state[1], **change}], state)
    with pytest.raises(Refused, match="the state holds nothing"):
        check_drift(NAME, [*state, member("akamai", 1)], state)
    with pytest.raises(Refused, match="nothing stands"):
        check_drift(NAME, state[:1], state)


def test_spelling_is_no_drift(shared: Records) -> None:
    loud = {**shared.sets[0], "Name": NAME.upper(), "ResourceRecords": [{"Value": "CloudFront-static.example.org."}]}
    check_drift(NAME, shared.sets, [loud, shared.sets[1]])


def test_a_type_in_which_nobody_has_a_weight_is_refused(apex: Records) -> None:
    check_all_zero(apex.sets, {"cloudfront": 1, "fastly": 254})
    with pytest.raises(Refused, match="AAAA"):
        check_all_zero(apex.sets, {"cloudfront": 0, "fastly": 255})


def test_only_a_weighted_name_has_weights() -> None:
    with pytest.raises(Refused, match="no record set"):
        live_weights(NAME, [])
    with pytest.raises(Refused, match="is not weighted"):
        live_weights(NAME, [{"Name": NAME, "Type": "A", "TTL": 1, "ResourceRecords": [{"Value": "192.0.2.1"}]}])
    with pytest.raises(Refused, match="200 for one type and 1 for another"):
        live_weights(NAME, [member("cloudfront", 200, "A"), member("cloudfront", 1, "AAAA")])


def test_a_lost_answer_is_an_error_of_the_clouds(shared: Records, log: Logbook) -> None:
    shared.fails = (1,)
    with pytest.raises(CloudError):
        go_back(NAME, {"cloudfront": 1, "fastly": 1}, shared, log, quiet)
