"""The writers: the same verdict in three forms, and no plan text that can act on its reader."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from slipway.durations import Durations
from slipway.plan import Op, read_plan
from slipway.preflight import (
    Change,
    ChangeStep,
    Event,
    Finding,
    Hostname,
    Irreversible,
    Verdict,
    WayBack,
    check,
)
from slipway.preflight.wayback import with_way_back
from slipway.report import as_json, as_markdown, as_text, print_text
from slipway.report.escape import for_markdown, for_terminal

CASES = Path(__file__).parents[1] / "cases"
HOSTILE = [
    "\x1b[31mred\x1b[0m", "\x9b2J", "a\r\nb", "a\u202eb", "a\u200bb", "\x07", "<script>alert(1)</script>", "a | b",
    "`code`", "[x](http://evil.example)", "![i](http://evil.example/p.png)", "**bold**", "@everyone", "#1", "[b]x[/]",
    "https://evil.example", "www.evil.example", "1. item", "- item", "# head", "&lt;b&gt;", "<!-- x -->", "\\|",
]  # fmt: skip


def verdict(case: str = "weighted_behind_new_certificate", guarded: bool = True) -> Verdict:
    plan = read_plan((CASES / case / "preview.json").read_text())
    return check(plan, environment="production" if guarded else "staging", guarded=guarded)


def with_text(text: str) -> Verdict:
    change = Change(1, "dns", False, text, text, (ChangeStep(Op.UPDATE, text),))
    finding = Finding("one-change", text, text, (text,))
    return replace(verdict(), project=text, stack=text, environment=text, changes=(change,), refusals=(finding,))


@given(st.text(st.characters(exclude_categories=())))
def test_json_is_laid_out_and_escaped_as_pythons_own_writer_does_it(text):
    """ASCII, whatever the text: also half of a surrogate pair, which an argument that is no UTF-8 holds."""
    written = as_json(with_text(text))
    assert written == json.dumps(json.loads(written), indent=2) + "\n"
    assert json.loads(written)["changes"][0]["title"] == text


def test_json_is_the_contract():
    document = json.loads(as_json(verdict()))
    assert document["schema"] == "slipway.preflight/1"
    assert document["verdict"] == "refused"
    assert (document["project"], document["stack"], document["environment"]) == ("cdn", "production", "production")
    assert set(document["changes"][0]) == {"id", "kind", "cosmetic", "title", "root", "steps"}
    assert document["changes"][0]["steps"][0] == {
        "op": "create-replacement",
        "urn": "urn:pulumi:production::cdn::aws:acm/certificate:Certificate::cert",
    }
    assert set(document["refusals"][0]) == {"rule", "message", "advice", "urns"}
    assert [hostname["name"] for hostname in document["hostnames"]] == [
        "cloudfront-static.example.org",
        "static.example.org",
    ]
    fields = {"name", "status", "because", "counterexample", "worst_case_seconds"}
    assert all(set(hostname) == fields for hostname in document["hostnames"])
    assert set(document["aws_refusals"][0]) == {"error", "urn", "because"}
    assert {entry["rule"] for entry in document["not_evaluated"]} >= {"drift", "policy"}


def test_the_text_says_what_is_wrong_and_what_to_do_instead():
    text = as_text(verdict())
    assert text.startswith("refused: 3 changes")
    assert "refused by one-change" in text
    assert "one at a time: (1), then (2), then (3)" in text
    assert "Not evaluated" in text


def test_nothing_to_do_gives_its_reason():
    assert "Nothing to apply" in as_text(verdict("nothing_to_do"))
    assert "Nothing to apply" in as_markdown(verdict("nothing_to_do"))


def test_findings_that_only_warn_are_shown_as_warnings():
    text, markdown = as_text(verdict(guarded=False)), as_markdown(verdict(guarded=False))
    assert text.startswith("approved")
    assert "warning by one-change" in text
    assert "### Warning by one-change" in markdown
    warned = json.loads(as_json(verdict(guarded=False)))["warnings"]
    assert [finding["rule"] for finding in warned] == ["one-change", "aws-refusal"]


def test_colour_is_only_for_a_console_that_has_it():
    plain, coloured = io.StringIO(), io.StringIO()
    print_text(verdict(), Console(file=plain, no_color=True, color_system=None))
    print_text(verdict(), Console(file=coloured, force_terminal=True, color_system="standard", no_color=False))
    assert "\x1b" not in plain.getvalue()
    assert "\x1b[1;31m" in coloured.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_plan_text_reaches_the_terminal_raw(text):
    for report in (as_text(with_text(text)), as_json(with_text(text))):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", report)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_plan_text_is_markdown(text):
    report = as_markdown(with_text(text))
    assert not re.search(r"<script|<b>|(?<!\\)\*\*b|(?<!\\)`|(?<!\\)!\\?\[|@everyone|#1\b|https?://|www\.evil", report)
    assert report.count("\n### ") == 1
    rows = [line for line in report.splitlines() if line.startswith("| 1 ")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5]


@given(st.text())
def test_escaped_text_is_one_printable_line(text):
    for escaped in (for_terminal(text), for_markdown(text)):
        assert len(escaped.splitlines()) <= 1
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", escaped)


@given(st.text(alphabet="abc-_.:/ 0123456789xyzÄ漢"))
def test_harmless_text_stays_readable_on_a_terminal(text):
    assert for_terminal(text) == text


def test_a_name_that_falls_is_shown_with_its_run_and_the_others_are_counted():
    dark = verdict("alias_moved_between_distributions")
    for report in (" ".join(as_text(dark).split()), as_markdown(dark)):
        assert "0 hostnames served throughout" in report
        assert "static.example.org is dark (up to 900 s)" in report
        assert "(1) the update of blue starts" in report
    assert "1 hostname served throughout" in as_text(verdict("certificate_gains_a_name"))


def test_a_long_run_is_shown_by_its_ends():
    hostname = verdict("alias_moved_between_distributions").hostnames[0]
    long = replace(verdict(), hostnames=(replace(hostname, counterexample=hostname.counterexample * 50),))
    assert "... 38 more events ..." in as_text(long)
    assert "(50) the update of blue starts" in as_text(long)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostname_and_its_run_cannot_act_on_the_reader(text):
    event = Event("start", Op.UPDATE, f"urn:pulumi:s::p::t::{text}")
    hostile = replace(verdict(), hostnames=(Hostname(text, "dark", text, (event,)),))
    assert for_terminal(as_text(hostile).replace("\n", "")) == as_text(hostile).replace("\n", "")
    assert "<script>" not in as_markdown(hostile)


GONE = Irreversible(Op.DELETE, "urn:pulumi:p::c::aws:cloudfront/distribution:Distribution::old", "it is gone", 3)


@pytest.mark.parametrize(
    ("way", "line"),
    [
        (WayBack("proven", True, seconds=960), "way back: proven, about 16 minutes; no step is beyond return"),
        (WayBack("proven", True, seconds=30), "way back: proven, 30 seconds; no step is beyond return"),
        (
            WayBack("proven", True, seconds=60, exact=False),
            "way back: proven once all is done, about 1 minute; from stops on the way it was not looked at",
        ),
        (
            WayBack("partial", False, "it is gone", GONE, 120),
            "way back: proven until the delete of old starts, about 2 minutes; not after that: it is gone",
        ),
        (
            WayBack("none", True, "it is gone", GONE),
            "way back: none is proven once the delete of old has started: it is gone; "
            "once all is done it is proven again",
        ),
        (WayBack("none", False, "nobody knows"), "way back: none is proven: nobody knows"),
    ],
)
def test_one_line_says_up_to_which_step_there_is_a_way_back(way, line):
    found = replace(verdict(), way_back=way)
    assert " ".join(as_text(found).split()).count(line) == 1
    assert for_markdown(line) in as_markdown(found).splitlines()


def test_no_line_speaks_of_a_way_back_that_nobody_needs_or_worked_out():
    for found in (verdict(), replace(verdict("nothing_to_do"), way_back=WayBack("proven", True, seconds=0))):
        assert "way back" not in as_text(found)
        assert "way back" not in as_markdown(found)
    assert json.loads(as_json(verdict()))["way_back"] is None


@pytest.mark.parametrize("text", HOSTILE)
def test_the_way_back_is_escaped_like_all_else(text):
    way = WayBack("none", False, text, Irreversible(Op.DELETE, text, text))
    found = replace(verdict(), way_back=way)
    line = f"way back: none is proven once the delete of {text} has started: {text}"
    assert text.isprintable() or text not in as_text(found)
    assert for_markdown(line) in as_markdown(found).splitlines()


def test_json_holds_the_way_back():
    """Its point of no return, what goes wrong on it, and what does not come back."""
    plan = read_plan((CASES / "second_distribution_removed" / "preview.json").read_text())
    found = with_way_back(check(plan, environment="production", guarded=True), plan, Durations(), work=10_000)
    way = json.loads(as_json(found))["way_back"]
    assert (way["status"], way["finished"], way["exact"], way["seconds"]) == ("partial", False, True, 30)
    assert way["until"] == way["irreversible"][0]
    assert set(way["until"]) == {"op", "urn", "because", "operation"}
    assert [set(each) for each in way["hostnames"]] == [{"name", "status", "because"}]
    assert way["aws_refusals"] == []
