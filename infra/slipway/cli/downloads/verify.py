"""`slipway downloads verify`: does the database say what the logs say?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from slipway.cli.downloads.database import DEFAULT_DATABASE, DatabaseOption
from slipway.cli.downloads.days import day
from slipway.cli.engine import Format, FormatOption
from slipway.downloads.store import Log, open_book
from slipway.downloads.verify import Finding
from slipway.downloads.verify import verify as verified
from slipway.downloads.work.logs import Logs
from slipway.engine.progress import on_stderr
from slipway.report.escape import for_terminal

__all__ = ["EPILOG", "verify"]

EPILOG = """[bold]Examples[/bold]

slipway downloads verify                                         yesterday, in UTC

slipway downloads verify 2026-08-20 --source s3://example-logs/cloudfront/

slipway downloads verify 2026-08-20 --repair                     what was counted again takes the place of what is there

[bold]Exit status[/bold]

0 nothing differs, or all that differed is repaired, 1 something differs or a log is not counted, 2 bad input or usage,
3 S3 or the database failed
"""
_SHOWN = 20  # crates and logs; JSON has all


def verify(
    wanted: Annotated[
        date | None, typer.Argument(parser=day, metavar="[DAY]", help="YYYY-MM-DD in UTC; yesterday by default.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Where logs may be that are not counted; by default wherever any came from."),
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Put the new count in place of the old.")] = False,
    database: DatabaseOption = DEFAULT_DATABASE,
    form: FormatOption = Format.TEXT,
) -> None:
    """Count a day again from its logs, and compare with the database."""
    book = open_book(database)
    with on_stderr() as progress:
        found = verified(book, Logs(), wanted or _yesterday(), source or (), progress, repair=repair)
    if form is Format.JSON:
        typer.echo(json.dumps(_document(found), indent=2))
    else:
        typer.echo("\n".join(for_terminal(line) for line in _lines(found)))
    if not found.sound and not (repair and not found.uncounted):
        raise typer.Exit(1)


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(1)


def _lines(found: Finding) -> list[str]:
    head = f"{found.day}: {found.downloads} downloads in {found.logs} logs"
    if found.sound:
        return [f"{head}, as the database says"]
    lines = [f"{head}; {len(found.differences)} crates differ from the database"]
    for each in found.differences[:_SHOWN]:
        change = each.recounted - each.recorded
        lines.append(
            f"  {each.crate}: {each.recorded} recorded, {each.recounted} recounted ({change:+}), {each.rows} rows"
        )
    if len(found.differences) > _SHOWN:
        lines.append(f"  and {len(found.differences) - _SHOWN} more: --format json has all")
    if found.others:
        lines.append(f"{found.others} rows of requests by minute and of misses differ")
    lines += _named("changed since they were counted", found.changed)
    lines += _named("counted and gone", found.gone)
    lines += _named("not counted", found.uncounted)
    return [*lines, *_advice(found)]


def _named(what: str, logs: tuple[Log, ...]) -> list[str]:
    shown = [f"  {log.source}/{log.key}" for log in logs[:_SHOWN]]
    more = [f"  and {len(logs) - _SHOWN} more: --format json has all"] if len(logs) > _SHOWN else []
    return [f"{len(logs)} logs {what}:", *shown, *more] if logs else []


def _advice(found: Finding) -> list[str]:
    """What to type next."""
    lines = []
    if found.differences or found.others or found.changed:
        again = f"To put the new count in place: slipway downloads verify {found.day} --repair"
        lines.append("The new count is in place now." if found.repaired else again)
    if found.uncounted:
        log = found.uncounted[0]
        lines.append(f"To count what is not counted: slipway downloads take {log.source}/{log.key.rpartition('/')[0]}")
    return lines


def _document(found: Finding) -> dict[str, Any]:
    def names(logs: tuple[Log, ...]) -> list[dict[str, str]]:
        return [log._asdict() for log in logs]

    return {
        "schema": "slipway.downloads.verify/1",
        "day": found.day.isoformat(),
        "sound": found.sound,
        "repaired": found.repaired,
        "logs": found.logs,
        "downloads": found.downloads,
        "differences": [
            {"crate": each.crate, "recorded": each.recorded, "recounted": each.recounted, "rows": each.rows}
            for each in found.differences
        ],
        "other_rows": found.others,
        "changed": names(found.changed),
        "gone": names(found.gone),
        "uncounted": names(found.uncounted),
    }
