"""A rehearsal's account for a person at a terminal: a sentence a hostname, and each run drawn in characters. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from slipway.rehearsal.account import Rehearsal, Run, Summary, summaries
from slipway.rehearsal.axis import Axis, axis_of, clock_text, shown, title
from slipway.rehearsal.timeline import Operation, Watched
from slipway.report.escape import for_terminal

__all__ = ["as_text", "print_text"]

_COLUMNS, _LABEL = 60, 36
_FILL, _GAP, _DARK, _HELD, _NONE = "━", " ", "█", "▒", "·"
_STYLES = {_DARK: "red", _HELD: "yellow", _FILL: "green", _NONE: "dim"}


def as_text(rehearsal: Rehearsal) -> str:
    """Without colour, for files and pipes."""
    file = io.StringIO()
    print_text(rehearsal, Console(file=file, width=120, no_color=True, color_system=None, highlight=False))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def print_text(rehearsal: Rehearsal, console: Console) -> None:
    """Write the account. What it names is never read as markup, and never obeyed by the terminal."""
    for line in _lines(rehearsal):
        console.print(line, highlight=False, emoji=False, soft_wrap=True)


def _lines(rehearsal: Rehearsal) -> Iterator[Text]:
    dark = rehearsal.dark_seconds
    what = f"dark for up to {clock_text(dark)}" if dark else "0.0 s dark"
    runs = f"{len(rehearsal.runs)} run{'s' if len(rehearsal.runs) > 1 else ''}"
    fault = f" with {rehearsal.fault}" if rehearsal.fault else ""
    yield _line(f"rehearsed {rehearsal.stack}: {what} in {runs}{fault}", "bold red" if dark else "bold green")
    for each in summaries(rehearsal):
        yield from _hostname(each, meant=each.said.name in rehearsal.verdict.retire)
    for run in rehearsal.runs:
        yield from _run(run)
    for words in rehearsal.notes:
        yield _line(f"  {words}", "yellow")
    for words in rehearsal.disagreements:
        yield _line(f"the proof and the rehearsal disagree: {words}", "bold red")


def _hostname(each: Summary, *, meant: bool) -> Iterator[Text]:
    """What was met, beside the proof's verdict and worst case; `meant`: the name is to go."""
    failed = ", ".join(f"{count} {kind}" for kind, count in each.failures.items())
    seconds, worst = each.dark_seconds, each.said.worst_case_seconds
    met = f"dark for {clock_text(seconds)} ({failed})" if seconds else "0.0 s dark"
    held = each.held_seconds
    behind = f", {clock_text(held)} of it only behind resolvers that held an old answer" if held else ""
    most = f", at worst {clock_text(worst)}" if worst is not None else ""
    text = f"{each.said.name}: {met}{behind}, {each.requests} requests; the proof says {each.said.status}{most}"
    yield _line(f"  {text}{', as it is meant to' if meant else ''}", "red" if seconds and not meant else "")


def _run(run: Run) -> Iterator[Text]:
    timeline = run.timeline
    which = f"the counterexample of {run.shows}" if run.shows else f"seed {run.seed}"
    pace = f"{run.parallel} at a time" if run.parallel else "the engine's own pace"
    yield Text()
    yield _line(f"{which}, {pace}: applied in {clock_text(timeline.applied)}, {run.rate:.0f} probes a second a name")
    if run.struck:
        yield _line(f"  the fault struck {run.struck}", "yellow")
    if run.status:
        yield _line(f"  the engine ended with status {run.status}", "yellow")
    for note in timeline.notes:
        yield _line(f"  {note}", "yellow")
    axis = axis_of(timeline, _COLUMNS)
    operations, names, left = shown(timeline)
    for operation in operations:
        yield _lane(title(operation), _operation_cells(axis, operation), operation.failure.partition(":")[0])
    for each in names:
        words = f"dark for {clock_text(each.dark_seconds)}" if each.dark else ""
        yield _lane(each.name, _name_cells(axis, each, timeline.ended), words)
    if left:
        yield _line(f"  {left} more lanes are in --format json and in the picture", "dim")


def _operation_cells(axis: Axis, each: Operation) -> str:
    ended = axis.ended if each.ended is None else each.ended
    return "".join(_FILL if _touches(axis, cell, each.began, ended) else _GAP for cell in range(_COLUMNS))


def _name_cells(axis: Axis, each: Watched, ended: float) -> str:
    def cell(at: int) -> str:
        for spans, sign in ((each.outright, _DARK), (each.held, _HELD)):
            if any(_touches(axis, at, span.began, span.ended) for span in spans):
                return sign
        served = each.served_first is not None and axis.at(each.served_first) <= at + 1
        return _FILL if served and axis.at(ended) >= at else _NONE

    return "".join(cell(at) for at in range(_COLUMNS))


def _touches(axis: Axis, cell: int, began: float, ended: float) -> bool:
    first, last = axis.at(began), axis.at(ended)
    return int(first) == cell or first < cell < last


def _lane(label: str, cells: str, words: str) -> Text:
    short = for_terminal(label)
    short = short if len(short) <= _LABEL else f"{short[: _LABEL - 1]}…"
    line = Text(f"  {short:>{_LABEL}} ")
    for cell in cells:
        line.append(cell, style=_STYLES.get(cell, ""))
    return line.append(f" {for_terminal(words)}" if words else "", style="red")


def _line(text: str, style: str = "") -> Text:
    return Text(for_terminal(text), style=style)
