"""Verdict -> text for a person at a terminal; colour only where the caller's console has it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from slipway.preflight import Change, Finding, Verdict
from slipway.report.escape import for_terminal
from slipway.report.words import (
    answer_line,
    headline,
    hostname_line,
    lit_line,
    not_evaluated,
    nothing_to_do,
    override_line,
    run_of,
    steps_of,
    way_back_line,
)

__all__ = ["as_text", "print_text"]

_WIDTH = 100
_AT = "at "
_BOXES = {True: "[x]", False: "[ ]", None: "[?]"}


def as_text(verdict: Verdict) -> str:
    """The report without colour, wrapped at 100 columns: for files and pipes."""
    file = io.StringIO()
    print_text(verdict, Console(file=file, width=_WIDTH, no_color=True, color_system=None, highlight=False))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def print_text(verdict: Verdict, console: Console) -> None:
    """Write the report to a console. Plan text is never read as markup; URNs are never broken, so that they can be
    copied."""
    for depth, line in _lines(verdict):
        if line.plain.startswith(_AT):
            console.print(Text(" " * depth).append_text(line), highlight=False, emoji=False, soft_wrap=True)
        else:
            console.print(Padding(line, (0, 0, 0, depth)), highlight=False, emoji=False)


def _lines(verdict: Verdict) -> Iterator[tuple[int, Text]]:
    yield 0, _line(headline(verdict), "bold green" if verdict.approved else "bold red")
    for override in verdict.overrides:
        yield 2, _line(override_line(override), "bold yellow")
    if nothing := nothing_to_do(verdict):
        yield 0, _line(nothing)
    for change in verdict.changes:
        yield 2, _change(change)
    yield from _hostnames(verdict)
    if way := way_back_line(verdict):
        yield 0, _line(way)
    for finding in verdict.refusals:
        yield from _finding("refused", finding, "red")
    for finding in verdict.warnings:
        yield from _finding("warning", finding, "yellow")
    if verdict.checklist:
        yield 0, Text()
        yield 0, _line("Checklist:")
        yield from ((2, _line(f"{_BOXES[each.met]} {answer_line(each)}")) for each in verdict.checklist)
    yield 0, Text()
    yield 0, _line("Not evaluated, so not part of this verdict:", "dim")
    for sentence in not_evaluated(verdict.not_evaluated):
        yield 2, _line(sentence, "dim")


def _hostnames(verdict: Verdict) -> Iterator[tuple[int, Text]]:
    if line := lit_line(verdict):
        yield 0, Text()
        yield 0, _line(line)
    for hostname in verdict.hostnames:
        if hostname.status != "lit":
            yield 2, _line(hostname_line(hostname), "" if hostname.status == "new" else "bold")
            yield from ((4, _line(event, "dim")) for event in run_of(hostname))


def _change(change: Change) -> Text:
    label = "cosmetic: " if change.cosmetic else ""
    return _line(f"{change.id}. {label}{change.title} ({steps_of(change)})", "dim" if change.cosmetic else "")


def _finding(word: str, finding: Finding, style: str) -> Iterator[tuple[int, Text]]:
    yield 0, Text()
    yield 0, Text.assemble((f"{word} by {finding.rule}: ", f"bold {style}"), for_terminal(finding.message))
    yield 2, _line(f"instead: {finding.advice}")
    for urn in finding.urns:
        yield 2, _line(f"{_AT}{urn}", "dim")


def _line(text: str, style: str = "") -> Text:
    return Text(for_terminal(text), style=style)
