"""A rehearsal's account: as JSON, as text, as a picture; and where it contradicts the proof."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from msgspec import structs

from slipway.preflight import Hostname, Verdict
from slipway.rehearsal.account import Rehearsal, Run, as_document, disagreement
from slipway.rehearsal.axis import axis_of, clock_text
from slipway.rehearsal.picture import as_svg
from slipway.rehearsal.timeline import Operation, Span, Timeline, Watched
from slipway.rehearsal.told import as_text

HOST = "static.example.org"
URN = "urn:pulumi:production::cdn::aws:route53/record:Record::static-alias"
DARK = Watched(
    HOST, 200, {"no-name": 60}, (Span(10, 1200),), (Span(600, 1200),), -100, example="static.example.org is gone"
)
WELL = Watched(HOST, 200, {}, served_first=-100)


def hostname(status: str = "lit", name: str = HOST) -> Hostname:
    return Hostname(name, status, "because", worst_case_seconds=900 if status == "dark" else None)  # type: ignore[arg-type]


def rehearsal(*met: Watched, status: str = "lit", said: int = 0, struck: str = "", urn: str = URN) -> Rehearsal:
    operations = (Operation("delete", urn, 0, 60), Operation("create", urn, 70, None if struck else 130))
    timeline = Timeline(operations, met, applied=200, ended=1400)
    verdict = Verdict(
        environment="production",
        project="cdn",
        stack="production",
        guarded=True,
        digest="sha256:0",
        changes=(),
        unchanged=3,
        hostnames=tuple(hostname(status, each.name) for each in met),
        refusals=(),
        warnings=(),
        aws_refusals=(),
        not_evaluated=(),
    )
    return Rehearsal("production", 600, verdict, (Run(4, "", 8, said, "", struck, timeline, 10.0),))


def test_the_document_holds_each_hostname_beside_the_proof() -> None:
    document = json.loads(json.dumps(as_document(rehearsal(DARK, status="dark"))))
    assert (document["schema"], document["dark_seconds"]) == ("slipway.rehearse/1", 1190)
    [told] = document["hostnames"]
    assert (told["status"], told["worst_case_seconds"], told["dark_seconds"], told["held_seconds"]) == (
        "dark",
        900,
        1190,
        600,
    )
    assert (told["requests"], told["failures"]) == (200, {"no-name": 60})
    [met] = document["runs"][0]["hostnames"]
    assert (met["first"], met["last"], met["example"]) == (10, 1200, "static.example.org is gone")


def test_a_name_that_the_proof_keeps_lit_and_users_saw_dark_is_a_disagreement() -> None:
    assert "dark for 1190 s" in disagreement(hostname("lit"), DARK)
    assert "dark for 1190 s" in disagreement(hostname("new"), DARK)
    gone = Watched(HOST, 5, {}, served_first=-10, served_last=False)
    assert "not served in the end" in disagreement(hostname("new"), gone)
    assert "never served" in disagreement(hostname("lit"), Watched(HOST, 5, {"tls": 5}))


@pytest.mark.parametrize("status", ["dark", "dim", "stale", "unknown", "retired"])
def test_what_the_proof_does_not_promise_cannot_contradict_it(status: str) -> None:
    assert disagreement(hostname(status), DARK) == ""
    assert disagreement(hostname("lit"), WELL) == ""


def test_a_name_that_is_meant_to_go_may_be_dark() -> None:
    found = rehearsal(DARK, status="retired")
    meant = replace(found, verdict=structs.replace(found.verdict, retire=(HOST,)))
    assert (found.dark_seconds, meant.dark_seconds) == (1190, 0)
    assert "the proof says retired, as it is meant to" in as_text(meant)


def test_a_disagreement_is_told_with_its_seed() -> None:
    found = rehearsal(DARK)
    assert found.disagreements[0].startswith("run with seed 4: static.example.org is lit by the proof")
    assert "the proof and the rehearsal disagree: run with seed 4" in as_text(found)


def test_an_apply_that_failed_is_told_unless_a_fault_made_it_fail() -> None:
    assert rehearsal(WELL, said=255).failed
    assert not rehearsal(WELL, said=255, struck=URN).failed
    assert "the fault struck" in as_text(rehearsal(WELL, said=255, struck=URN))


def test_the_text_says_what_users_met_beside_the_worst_case() -> None:
    text = as_text(rehearsal(DARK, status="dark"))
    assert "rehearsed production: dark for up to 19 min 50 s in 1 run" in text
    assert "dark for 19 min 50 s (60 no-name), 10 min of it only behind resolvers" in text
    assert "the proof says dark, at worst 15 min" in text
    assert "█" in text
    assert "▒" in text


def test_nothing_dark_is_said_in_numbers() -> None:
    text = as_text(rehearsal(WELL))
    assert "0.0 s dark in 1 run" in text
    assert "█" not in text


def test_the_picture_is_well_formed_and_makes_the_difference_plain() -> None:
    dark, well = (as_svg(rehearsal(each).runs[0].timeline, "production") for each in (DARK, WELL))
    for svg in (dark, well):
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 ours
    assert "#d93025" in dark
    assert "#d93025" not in well
    assert "0.0 s dark" in well


def test_hostile_names_are_text_in_every_form() -> None:
    urn = "urn:pulumi:p::cdn::aws:route53/record:Record::<script>alert(1)</script>\x1b[31m"
    bad = Watched("<b>&\x1b]0;x", 1, {"http": 1}, (Span(0, 10),), (), -1, "]]><x>")
    found = rehearsal(bad, urn=urn, status="dark")
    svg = as_svg(found.runs[0].timeline, "<h>")
    ElementTree.fromstring(svg)  # noqa: S314 ours
    assert "<script>" not in svg
    assert "\x1b" not in svg + as_text(found)


def test_the_axis_begins_with_the_first_outage_or_a_little_before_the_first_operation() -> None:
    timeline = rehearsal(DARK).runs[0].timeline
    axis = axis_of(timeline, 100)
    assert (axis.at(-1e9), axis.at(1e9), axis.at(timeline.ended)) == (0, 100, 100)
    assert axis.began == -70
    assert axis.step == 300


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (45, "45 s"), (600, "10 min"), (750, "12 min 30 s"), (7500, "2 h 5 min"), (-5, "-5 s")],
)
def test_seconds_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
