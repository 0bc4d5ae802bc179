"""What reports say besides the plan: overrides in force and the checklist, in all three forms, none of it believed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from slipway.plan import read_plan
from slipway.preflight import Answer, Override, Verdict, check
from slipway.report import as_json, as_markdown, as_text

CASES = Path(__file__).parents[1] / "cases"
UNTIL = "2026-11-20 14:00Z"
HOSTILE = ["\x1b[31mred", "a\r\n## b", "a\u202eb", "<script>x</script>", "`code`", "[x](http://evil.example)", "@all"]


def verdict(text: str) -> Verdict:
    plan = read_plan((CASES / "record_ttl_changed" / "preview.json").read_text())
    override = Override("hostname-dark", "a.example.org", text, text, "2026-11-20 12:00Z", UNTIL, 12)
    answers = (Answer("one change", "yes", True), Answer("rehearsed", text, False), Answer("drift", "not evaluated"))
    found = check(plan, environment="production", guarded=True)
    return replace(found, overrides=(override,), checklist=answers)


def test_json_says_who_when_why_and_until_when() -> None:
    document = json.loads(as_json(verdict("Ada")))
    assert document["overrides"] == [
        {
            "entry": 12,
            "rule": "hostname-dark",
            "hostname": "a.example.org",
            "who": "Ada",
            "since": "2026-11-20 12:00Z",
            "until": UNTIL,
            "reason": "Ada",
        }
    ]
    assert document["checklist"][0] == {"question": "one change", "answer": "yes", "met": True}
    assert [each["met"] for each in document["checklist"]] == [True, False, None]


def test_an_override_of_every_name_names_none() -> None:
    found = verdict("Ada")
    whole = replace(found, overrides=(replace(found.overrides[0], hostname=""),))
    assert json.loads(as_json(whole))["overrides"][0]["hostname"] is None
    assert "  hostname-dark is overridden by Ada" in as_text(whole)


def test_the_text_begins_with_what_is_overridden_and_ends_with_the_checklist() -> None:
    lines = as_text(verdict("Ada")).splitlines()
    assert lines[0].startswith("approved with 1 override in force: 1 change")
    assert lines[1] == ("  hostname-dark:a.example.org is overridden by Ada (entry 12, since 2026-11-20 12:00Z, until")
    boxes = [line for line in lines if line.startswith("  [")]
    assert boxes == ["  [x] one change: yes", "  [ ] rehearsed: Ada", "  [?] drift: not evaluated"]


def test_markdown_ticks_what_the_evidence_says() -> None:
    written = as_markdown(verdict("Ada"))
    assert f"until {UNTIL}" in written
    assert "- [x] one change: yes\n- [ ] rehearsed: Ada\n- [ ] drift: not evaluated (not known)\n" in written


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_a_ledger_acts_on_its_reader(text: str) -> None:
    for written in (as_text(verdict(text)), as_json(verdict(text)), as_markdown(verdict(text))):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    markdown = as_markdown(verdict(text))
    assert not re.search(r"<script|(?<!\\)`|https?://|@all|^## b", markdown, re.MULTILINE)
