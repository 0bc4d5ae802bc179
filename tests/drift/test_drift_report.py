"""The report tells whose doing it is and what to type, and obeys nothing that stands in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from slipway.drift import Finding, Report, as_json, as_text
from slipway.drift.model import Difference, Merge, Standing, shown
from slipway.plan import SECRET, Unknown, UnknownKind
from slipway.preflight.differences import ABSENT

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DEPLOYED = Standing(12, NOON, "Ada <ada@example.org>", "4be1c9d20f6a" + 28 * "0", "sha256:1")
URN = "urn:pulumi:production::cdn::aws:route53/record:Record::www"
WWW = Finding("changed by hand", "record CNAME www", (URN,), (Difference("ttl", "300", "30"),), ("www.example.org",))
LATE = Finding("unapplied merge", "c0ffee000000 Raise the TTL (Ada, 12 days ago)")
OUTSIDE = Finding("state outside git", "record A static added", (URN,))


def report(*findings: Finding, **more: object) -> Report:
    return Report("production", "production", findings, DEPLOYED, **more)  # type: ignore[arg-type]


def test_each_finding_says_whose_doing_it_is_and_what_differs() -> None:
    text = as_text(report(WWW, LATE))
    assert text.startswith("drift in production: 1 changed by hand, 1 unapplied merge\n")
    assert "deployed: commit 4be1c9d20f6a, applied 2026-11-20 12:00Z by Ada <ada@example.org> (entry 12)\n" in text
    assert "changed by hand: record CNAME www (www.example.org)\n  ttl 300 -> 30\n" in text
    assert f"  at {URN}\n" in text
    assert "unapplied merge: c0ffee000000 Raise the TTL (Ada, 12 days ago)\n" in text


@pytest.mark.parametrize(
    ("finding", "typed"),
    [
        (WWW, {"--repair", "--adopt"}),
        (OUTSIDE, {"--repair", "preflight"}),
        (Finding("state outside git", "commit c0ffee was applied with edits that nobody committed"), {"preflight"}),
        (Finding("unfinished apply", "record A static added", (URN,)), {"preflight"}),
        (Finding("config outside git", "commit c0ffee has its own settings"), {"preflight"}),
        (LATE, {"preflight"}),
    ],
)
def test_commands_are_those_that_settle_what_was_found(finding: Finding, typed: set[str]) -> None:
    lines = [line.split() for line in as_text(report(finding)).splitlines() if line.startswith("  slipway ")]
    assert {words[-1] if words[1] == "drift" else words[1] for words in lines} == typed
    assert all("production" in words for words in lines)


def test_no_drift_says_what_was_not_compared_and_what_may_wait() -> None:
    young = Merge("c0ffee" + 34 * "0", "Lower it", "Bob", NOON, 1)
    text = as_text(report(waiting=(young,), not_compared=("the merges: nobody knows",)))
    assert text.startswith("no drift: production\n")
    assert "  c0ffee000000 Lower it (Bob, 1 day ago)\n" in text
    assert "Not compared, so not part of this answer:\n  the merges: nobody knows\n" in text
    assert "slipway " not in text


def test_what_was_done_since_the_apply_is_told() -> None:
    standing = Standing(12, NOON, "Ada", "c0ffee-dirty", "", ("move done at 2026-11-20 13:00Z by Bob (entry 14)",))
    text = as_text(Report("production", "production", (), standing))
    assert "commit c0ffee-dirty" in text
    assert "  since then: move done at 2026-11-20 13:00Z by Bob (entry 14)\n" in text


def test_nothing_in_it_moves_the_cursor_or_is_markup() -> None:
    nasty = "\x1b[2J[bold]\u202e"
    finding = Finding("changed by hand", nasty, (nasty,), (Difference(nasty, nasty, nasty),), (nasty,))
    text = as_text(report(finding, not_compared=(nasty,)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]" in text


def test_many_differences_are_counted_and_all_in_the_json() -> None:
    many = tuple(Difference(f"tags.t{number}", "none", "1") for number in range(40))
    found = report(Finding("changed by hand", "bucket content", (URN,), many))
    assert "and 28 more; --format json has them all" in as_text(found)
    assert len(json.loads(as_json(found))["findings"][0]["differences"]) == 40


def test_json_holds_everything_and_names_its_schema() -> None:
    document = json.loads(as_json(report(WWW, LATE)))
    assert document["schema"] == "slipway.drift/1"
    assert document["verdict"] == "drift"
    assert document["deployed"]["number"] == 12
    assert document["findings"][0] == {
        "cause": "changed by hand",
        "title": "record CNAME www",
        "urns": [URN],
        "differences": [{"path": "ttl", "recorded": "300", "live": "30"}],
        "hostnames": ["www.example.org"],
        "gone": False,
    }
    assert json.loads(as_json(report()))["verdict"] == "none"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ABSENT, "none"),
        (None, "null"),
        ("none", '"none"'),
        (True, "true"),
        (1.5, "1.5"),
        ({"a": [SECRET, 1]}, '{"a":["[secret]",1]}'),
        (Unknown(UnknownKind.STRING, "not known"), '"not known"'),
    ],
)
def test_values_are_told_apart_and_secrets_are_masked(value: object, text: str) -> None:
    assert shown(value) == text  # type: ignore[arg-type]
