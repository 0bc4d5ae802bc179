"""A report of drift -> text or JSON. Names, values and commit messages may come from anyone, so all is escaped."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from slipway.drift.model import Finding, Merge, Report, Standing
from slipway.report.escape import for_terminal

__all__ = ["as_json", "as_text", "print_text", "title_of"]

_SCHEMA = "slipway.drift/1"
_WIDTH = 100
_MOST = 12  # differences of one resource


def as_json(report: Report) -> str:
    """`slipway.drift/1`; see docs/drift.md."""
    document = {"schema": _SCHEMA, "verdict": "drift" if report.findings else "none", **msgspec.to_builtins(report)}
    return json.dumps(document, indent=2) + "\n"


def as_text(report: Report) -> str:
    """For files and pipes: no colour, wrapped at 100 columns."""
    file = io.StringIO()
    print_text(report, Console(file=file, width=_WIDTH, no_color=True, color_system=None, highlight=False))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def print_text(report: Report, console: Console) -> None:
    """What differs and whose doing it is, what is deployed, and what to type."""
    for depth, line in _lines(report):
        if line.plain.startswith(("at ", "slipway ")):  # to be copied whole
            console.print(Text(" " * depth).append_text(line), highlight=False, emoji=False, soft_wrap=True)
        else:
            console.print(Padding(line, (0, 0, 0, depth)), highlight=False, emoji=False)


def title_of(finding: Finding) -> str:
    """A finding in one line."""
    names = ", ".join(name for name in finding.hostnames if name not in finding.title)
    return f"{finding.cause}: {finding.title}" + (f" ({names})" if names else "")


def _lines(report: Report) -> Iterator[tuple[int, Text]]:
    yield 0, _line(_headline(report), "bold red" if report.findings else "bold green")
    if report.deployed:
        yield from _deployed(report.deployed)
    for finding in report.findings:
        yield from _finding(finding)
    if report.waiting:
        yield 0, Text()
        yield 0, _line("Merged and not applied yet:")
        yield from ((2, _line(_merge(merge))) for merge in report.waiting)
    if report.not_compared:
        yield 0, Text()
        yield 0, _line("Not compared, so not part of this answer:", "yellow")
        yield from ((2, _line(reason)) for reason in report.not_compared)
    yield from _next(report)


def _headline(report: Report) -> str:
    if not report.findings:
        return f"no drift: {report.environment}"
    counts = Counter(finding.cause for finding in report.findings)
    return f"drift in {report.environment}: " + ", ".join(f"{count} {cause}" for cause, count in counts.items())


def _deployed(deployed: Standing) -> Iterator[tuple[int, Text]]:
    commit = deployed.commit[:12] + ("-dirty" if deployed.commit.endswith("-dirty") else "")
    when = f"{deployed.at:%Y-%m-%d %H:%M}Z"
    yield 0, _line(f"deployed: commit {commit}, applied {when} by {deployed.who} (entry {deployed.number})")
    yield from ((2, _line(f"since then: {told}")) for told in deployed.since)


def _finding(finding: Finding) -> Iterator[tuple[int, Text]]:
    yield 0, Text()
    yield 0, _line(title_of(finding), "red")
    for each in finding.differences[:_MOST]:
        yield 2, _line(f"{each.path} {each.recorded} -> {each.live}")
    if (more := len(finding.differences) - _MOST) > 0:
        yield 2, _line(f"and {more} more; --format json has them all")
    for urn in finding.urns:
        yield 2, _line(f"at {urn}")


def _merge(merge: Merge) -> str:
    days = f"{merge.days} day{'' if merge.days == 1 else 's'}"
    return f"{merge.commit[:12]} {merge.subject} ({merge.author}, {days} ago)"


def _next(report: Report) -> Iterator[tuple[int, Text]]:
    """What to type, by what there is."""
    causes = {finding.cause for finding in report.findings}
    name = report.stack
    if report.repairable:
        yield 0, Text()
        yield 0, _line("To put back what the deployed commit says (of one thing: --target URN):")
        yield 2, _line(f"slipway drift {name} --repair")
    if report.by_hand:
        yield 0, _line("To take into the state what was changed by hand:")
        yield 2, _line(f"slipway drift {name} --adopt")
    if causes & {"state outside git", "config outside git", "unfinished apply"}:
        yield 0, Text()
        yield 0, _line("To keep what is deployed, bring it into git and apply that; what an apply would do now:")
        yield 2, _line(f"slipway preflight {name}")
    if "unapplied merge" in causes:
        yield 0, Text()
        yield 0, _line("Apply what is merged; what that would do:")
        yield 2, _line(f"slipway preflight {name}")


def _line(text: str, style: str = "") -> Text:
    return Text(for_terminal(text), style)
