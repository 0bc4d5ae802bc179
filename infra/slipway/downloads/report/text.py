"""A report for a terminal; colour only where the caller's console has it."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table
from rich.text import Text

from slipway.downloads.report.model import Report
from slipway.downloads.report.sections import Section, sections, summary, title
from slipway.report.escape import for_terminal

__all__ = ["as_text", "print_text"]

_WIDTH = 120
_LONGEST = 60  # characters of a cell
_DAYS = 31  # the newest; CSV, JSON and the page have all


def as_text(report: Report) -> str:
    """The report without colour, at 120 columns: for files and pipes."""
    file = io.StringIO()
    print_text(report, Console(file=file, width=_WIDTH, no_color=True, color_system=None))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def print_text(report: Report, console: Console) -> None:
    """Write the report to a console. Names are never read as markup, or obeyed by a terminal."""
    for line in (Text(title(report), "bold"), *map(_line, summary(report))):
        console.print(line, highlight=False, emoji=False)
    for section in sections(report):
        console.print()
        console.print(Text(section.title, "bold"), highlight=False, emoji=False)
        for words in section.words:
            console.print(_line(words, "dim"), highlight=False, emoji=False)
        if section.rows:
            _print_rows(section, console)


def _print_rows(section: Section, console: Console) -> None:
    rows, more = section.rows, section.more
    if section.key in ("days", "forms"):
        rows, more = rows[-_DAYS:], max(0, len(rows) - _DAYS)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for index, heading in enumerate(section.headings):
        table.add_column(_line(heading), justify="left" if index < section.texts else "right", overflow="fold")
    for row in rows:
        table.add_row(*(_line(cell if len(cell) <= _LONGEST else f"{cell[: _LONGEST - 1]}…") for cell in row))
    console.print(table, highlight=False, emoji=False)
    if more:
        console.print(_line(f"{more:,} more: --format csv has all", "dim"), highlight=False, emoji=False)


def _line(text: str, style: str = "") -> Text:
    return Text(for_terminal(text), style)
