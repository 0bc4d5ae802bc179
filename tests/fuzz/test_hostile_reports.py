"""Text in a preview comes from anyone: it is shown as it is, and acts on no reader, whichever report it reaches."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from hostile.documents import created, harmless, record, state, step
from hostile.outcome import BAD_INPUT, REFUSED, Outcome, judge

TEXTS = {
    "escape sequences": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "line breaks": "a\r\nb\u2028c\u2029d\x85e",
    "an override of direction": "\u202egro.elpmaxe\u202c\u2066\u2069",
    "characters without width": "st\u200batic\ufeff\u00ad",
    "tag characters": "\U000e0041\U000e0042",
    "a lone surrogate": "\udc80",
    "a script": "<script>alert(1)</script>",
    "the end of the details": "</details></summary><img src=x onerror=alert(1)>",
    "a comment that stays open": "<!-- x",
    "an entity": "&lt;b&gt; &amp;",
    "cells of a table": "a | b |\n| --- |",
    "a link": "[click](https://evil.example) ![p](http://evil.example/p.png) <https://evil.example>",
    "a bare link": "https://evil.example www.evil.example someone@evil.example",
    "a mention": "@everyone #1 GH-1",
    "code": "``` `x` ~~~",
    "a heading": "# head\n- item\n1. item\n> quote",
    "markup of the terminal": "[bold red]x[/] [link=https://evil.example]y[/link] :skull:",
    "a null": "\x00",
}
JOINER = "\u2060"  # in place of what a renderer takes out, so that nothing grows together
LINK = re.compile(r"https?://|www\.\w|\]\(|<https?:")


def outcomes(text: str) -> dict[str, Outcome]:
    """The text in every place from which it may reach a report."""
    found = {}
    for place in ("a record's name", "a record's target", "a set identifier", "a logical name", "an op", "a type"):
        inputs = record("index.example.org")
        new = state("record", "index", inputs)
        match place:
            case "a record's name":
                inputs["name"] = text
            case "a record's target":
                inputs["records"] = [text]
            case "a set identifier":
                inputs["setIdentifier"] = text
            case "a logical name":
                new["urn"] += text
            case "a type":
                new["type"] = f"aws:x/{text}:Y"
                new["urn"] = new["urn"].replace("aws:route53/record:Record", new["type"])
        document = created(harmless(), new)
        if place == "an op":
            document["steps"][-1]["op"] = text
        found[place] = judge(document)
    raw = harmless()
    raw["diagnostics"] = [{"severity": "error", "message": text}]
    found["an error of the engine"] = judge(raw)
    renamed = json.dumps(harmless()).replace("pulumi:production", f"pulumi:{json.dumps(text)[1:-1]}")
    found["the stack"] = judge(json.loads(renamed))
    return found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_of_a_preview_acts_on_no_reader(text):
    """`judge` looks through every report for what moves a cursor, hides text or opens an element."""
    for place, outcome in outcomes(text).items():
        assert outcome.status in (REFUSED, BAD_INPUT) or place in ("the stack", "a type"), place
        if "markdown" in outcome.reports:
            shown = re.sub(r"\\(.)", lambda found: found[1] + JOINER, outcome.reports["markdown"])
            shown = shown.replace("<!-- -->", JOINER)
            assert not LINK.search(shown), place
            assert not re.search(r"(?<!\w)@\w", shown), place


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_row_of_the_markdown_table_has_its_four_cells(text):
    for outcome in outcomes(text).values():
        rows = [line for line in outcome.reports.get("markdown", "").splitlines() if line.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {5}


def test_what_is_escaped_can_still_be_read():
    """A reader who sees a strange name must be able to find it in the program."""
    outcome = outcomes("<b>x</b>")["a logical name"]
    assert "<b>x</b>" in unescape(outcome.reports["markdown"].replace("\\", ""))
    assert "<b>x</b>" in outcome.reports["text"]
    assert "\\x1b" in outcomes("\x1b[2J")["a logical name"].reports["text"]


def test_a_secret_is_named_in_no_report():
    """The engine masks it; that it differs is all that is said."""
    document = harmless()
    for side, value in (("oldState", "[secret]"), ("newState", "[secret]")):
        step(document, "static")[side]["inputs"]["password"] = value
    step(document, "static")["diffReasons"] = ["password", "ttl"]
    outcome = judge(document)
    assert "password" in outcome.reports["text"]
    assert "[secret]" not in outcome.reports["json"]


def test_a_plain_secret_in_inputs_that_no_rule_reads_is_quoted_in_no_title():
    """A preview taken with --show-secrets holds them; a long text or a nested one is never quoted."""
    document = harmless()
    step(document, "static")["newState"]["inputs"]["key"] = "-----BEGIN PRIVATE KEY-----" + "A" * 60
    outcome = judge(document)
    assert all("PRIVATE KEY" not in report for report in outcome.reports.values())
