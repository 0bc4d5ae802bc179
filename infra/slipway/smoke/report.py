"""Results -> text, JSON or JUnit. Everything in them may come from a server, so everything is escaped."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from slipway.report.escape import for_terminal
from slipway.smoke.history import Since
from slipway.smoke.model import Result

__all__ = ["Report", "as_json", "as_junit", "as_text", "print_text"]

_SCHEMA = "slipway.smoke/1"
_WIDTH = 100
_STYLES = {"failed": "bold red", "broken": "bold red", "skipped": "yellow", "moved": "yellow", "mended": "green"}


@dataclass(frozen=True, slots=True)
class Report:
    """One run: of which environment, when, for how many seconds, with what results; `since` an earlier one."""

    environment: str
    zone: str
    local: bool
    at: datetime
    seconds: float
    results: tuple[Result, ...]
    since: Since | None = None

    @property
    def failures(self) -> tuple[Result, ...]:
        """What makes this run a failure: since a deploy, what it broke alone."""
        return self.since.broken if self.since else tuple(one for one in self.results if one.status == "failed")

    @property
    def counts(self) -> dict[str, int]:
        """How many checks ended in which way."""
        counted = Counter(one.status for one in self.results)
        return {"passed": counted["passed"], "failed": counted["failed"], "skipped": counted["skipped"]}


def as_text(report: Report) -> str:
    """For files and pipes: no colour, wrapped at 100 columns."""
    file = io.StringIO()
    print_text(report, Console(file=file, width=_WIDTH, no_color=True, color_system=None, highlight=False))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def print_text(report: Report, console: Console) -> None:
    """What failed, and why what was not looked at was not; of what passed, the number."""
    where = f"{report.environment} ({report.zone}{', on the local internet' if report.local else ''})"
    counts = ", ".join(f"{count} {status}" for status, count in report.counts.items() if count)
    verdict = "failed" if report.failures else "passed"
    style = "bold red" if report.failures else "bold green"
    _line(console, 0, Text.assemble((f"smoke test {verdict}", style), f": {where}: {counts} in {report.seconds:.1f} s"))
    for word, head, message in _since(report.since) if report.since else _all(report.results):
        _line(console, 0, Text.assemble((f"{word:8}", _STYLES.get(word, "")), for_terminal(head)))
        if message:
            _line(console, 8, Text(for_terminal(message)))


def as_json(report: Report) -> str:
    """`slipway.smoke/1`; see docs/smoke.md."""
    document: dict[str, object] = {
        "schema": _SCHEMA,
        "verdict": "failed" if report.failures else "passed",
        "environment": report.environment,
        "zone": report.zone,
        "local": report.local,
        "at": report.at.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "counts": report.counts,
        "checks": [asdict(one) for one in report.results],
    }
    if since := report.since:
        document["since"] = {
            "at": since.at.isoformat(timespec="seconds"),
            "broken": [one.id for one in since.broken],
            "still": [one.id for one in since.still],
            "mended": [one.id for one in since.mended],
            "gone": list(since.gone),
            "drifted": [asdict(one) for one in since.drifted],
        }
    return json.dumps(document, indent=2) + "\n"


def as_junit(report: Report) -> str:
    """A suite a family. What failed before a deploy as well is skipped in a comparison, with that as the reason."""
    failures = {one.id for one in report.failures}
    suites = ET.Element("testsuites", name=f"slipway smoke {report.environment}")
    for family in dict.fromkeys(one.family for one in report.results):
        members = [one for one in report.results if one.family == family]
        _suite(suites, family, members, failures, report)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: ET.Element, family: str, members: Sequence[Result], failures: set[str], report: Report) -> None:
    left_out = [one for one in members if one.status != "passed" and one.id not in failures]
    suite = ET.SubElement(
        suites,
        "testsuite",
        name=family,
        tests=str(len(members)),
        failures=str(sum(one.id in failures for one in members)),
        errors="0",
        skipped=str(len(left_out)),
        time=f"{sum(one.seconds for one in members):.3f}",
        timestamp=report.at.replace(tzinfo=None).isoformat(timespec="seconds"),
    )
    for one in members:
        name = for_terminal(one.id)
        case = ET.SubElement(suite, "testcase", classname=f"smoke.{family}", name=name, time=f"{one.seconds:.3f}")
        if one.id in failures:
            ET.SubElement(case, "failure", message=for_terminal(one.message))
        elif one.status != "passed":
            before = "failed before as well: " if one.status == "failed" else ""
            ET.SubElement(case, "skipped", message=for_terminal(before + one.message))


_Told = tuple[str, str, str]
"""The word that leads, what it is about, and what there is to say of it."""


def _all(results: Sequence[Result]) -> Iterator[_Told]:
    yield from (("failed", one.id, one.message) for one in results if one.status == "failed")
    reasons = Counter(one.message for one in results if one.status == "skipped")
    yield from (
        ("skipped", f"{count} {'check' if count == 1 else 'checks'}: {reason}", "") for reason, count in reasons.items()
    )


def _since(since: Since) -> Iterator[_Told]:
    """Only what is otherwise than it was."""
    yield "since", f"{since.at:%Y-%m-%d %H:%M:%S} UTC", ""
    yield from (("broken", one.id, one.message) for one in since.broken)
    for drift in since.drifted:
        yield "moved", drift.id, f"{drift.value} was {drift.was or 'not there'}, is {drift.now or 'not there'}"
    yield from (("mended", one.id, "") for one in since.mended)
    yield from (("gone", id_, "") for id_ in since.gone)
    if since.still:
        yield "still", f"{len(since.still)} that failed before, and do not pass now", ""
    if not (since.broken or since.drifted or since.mended or since.gone):
        yield "same", "nothing is otherwise than it was", ""


def _line(console: Console, depth: int, line: Text) -> None:
    console.print(Padding(line, (0, 0, 0, depth)), highlight=False, emoji=False)
