"""What preflight makes of a text, whatever the text: a verdict with its reports, or one clear error. A hang ends the
test instead of the patience of whoever waits for it."""

from __future__ import annotations

import json
import re
import signal
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from slipway.errors import BadInput
from slipway.plan import read_plan
from slipway.preflight import Verdict, check
from slipway.report import as_json, as_markdown, as_text

__all__ = ["APPROVED", "BAD_INPUT", "REFUSED", "Outcome", "judge", "status_of"]

APPROVED, REFUSED, BAD_INPUT = 0, 1, 2
HANGS_AFTER = 20  # seconds; a preview of this size takes milliseconds
# What moves a cursor, hides text or turns its direction around; a report holds line feeds and nothing else of this.
HIDING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Hang(BaseException):
    """Not an Exception: nothing that guards a rule against its own faults may swallow it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit status that the command would end with, and the words for it: the error, or every refusal."""

    status: int
    says: str
    verdict: Verdict | None = None
    reports: dict[str, str] = field(default_factory=dict)


def status_of(document: Any, *, external: tuple[str, ...] = (), retire: tuple[str, ...] = ()) -> int:
    """The exit status alone: for many documents."""
    try:
        plan = read_plan(json.dumps(document))
        approved = check(plan, environment="production", guarded=True, external=external, retire=retire).approved
    except BadInput:
        return BAD_INPUT
    return APPROVED if approved else REFUSED


def judge(document: Any, *, external: tuple[str, ...] = (), retire: tuple[str, ...] = ()) -> Outcome:
    """Judge a document, or a text, for production. Whatever no preview may bring about is an AssertionError here: a
    rule that fails, an error of several lines, a report that acts on its reader."""
    text = document if isinstance(document, str) else json.dumps(document)
    with watched():
        try:
            plan = read_plan(text)
            verdict = check(plan, environment="production", guarded=True, external=external, retire=retire)
        except BadInput as error:
            return turned_away(error)
        reports = {"text": as_text(verdict), "markdown": as_markdown(verdict), "json": as_json(verdict)}
    says = "; ".join(f"{finding.rule}: {finding.message}" for finding in verdict.refusals)
    assert not [finding for finding in verdict.refusals if "bug in Slipway" in finding.advice], says
    for report in reports.values():
        for line in report.splitlines():
            assert_harmless(line)
    assert markup_in(reports["markdown"]) <= {"details", "summary"}
    assert json.loads(reports["json"])["verdict"] == ("approved" if verdict.approved else "refused")
    return Outcome(APPROVED if verdict.approved else REFUSED, says, verdict, reports)


def turned_away(error: BadInput) -> Outcome:
    """One clear error: a sentence that can be read at a glance."""
    assert_harmless(error.message)
    assert 0 < len(error.message) < 500
    return Outcome(BAD_INPUT, error.message)


def assert_harmless(line: str) -> None:
    """One line that no terminal obeys."""
    assert line.isprintable() or not (found := {c for c in line if unicodedata.category(c) in HIDING}), found


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


def markup_in(markdown: str) -> set[str]:
    """The HTML elements that a browser would make of it."""
    tags = _Tags()
    tags.feed(re.sub(r"<!-- -->", "", markdown))
    return tags.found


@contextmanager
def watched() -> Iterator[None]:
    """Turn a hang into a failure that says where."""

    def bark(number: int, frame: object) -> None:
        raise Hang(f"no end after {HANGS_AFTER} seconds")

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
