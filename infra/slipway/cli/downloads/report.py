"""`slipway downloads report`: what the counting database says, for people and for machines."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from slipway.downloads.report import (
    Report,
    Wanted,
    as_csv,
    as_html,
    as_json,
    as_text,
    gather,
    print_text,
    read_names,
    selecting,
)
from slipway.engine.progress import on_stderr
from slipway.files import write_whole
from slipway.report.escape import for_terminal

__all__ = ["EPILOG", "report"]

EPILOG = """[bold]Examples[/bold]

slipway downloads report                                     totals, top crates, names to deprecate, worst minutes

slipway downloads report --flip 2026-08-20                   before and after dl was changed on that day

slipway downloads report --from 2026-08-01 --to 2026-08-31 --format html --output august.html

slipway downloads report --names names.txt --format csv --output report.csv

[bold]Exit status[/bold]

0 reported (also that there is nothing), 2 bad input or no counting database, 3 the database cannot be read now
"""

_DAY = ["%Y-%m-%d"]


class _Form(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


def report(
    database: Annotated[
        str, typer.Option(envvar="SLIPWAY_DOWNLOADS", metavar="DATABASE", help="The counting database.")
    ] = ".slipway/downloads.duckdb",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, metavar="DATE", help="The first day, in UTC.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, metavar="DATE", help="The last day, in UTC.")
    ] = None,
    flip: Annotated[
        datetime | None,
        typer.Option("--flip", formats=_DAY, metavar="DATE", help="The day dl was changed: compare before and after."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How long the lists are.")] = 20,
    names: Annotated[
        Path | None, typer.Option(help="A file of the crates' names, one a line. By default, as mostly downloaded.")
    ] = None,
    form: Annotated[_Form, typer.Option("--format", help="How to print it.")] = _Form.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")] = None,
) -> None:
    """Report totals by day and CDN, top crates, the effect of a change of dl, and names that are not canonical."""
    wanted = Wanted(_day(first), _day(last), _day(flip), top, read_names(names) if names else None)
    with on_stderr() as progress, selecting(database) as select:
        progress.tick("reading the counts")
        found = gather(select, wanted)
    if output:
        write_whole(output, _written(found, form))
        typer.echo(for_terminal(f"slipway: the report is in {output}"), err=True)
    elif form is _Form.TABLE and (console := Console()).is_terminal:
        print_text(found, console)
    else:
        typer.echo(_written(found, form), nl=False)


def _written(found: Report, form: _Form) -> str:
    return {_Form.TABLE: as_text, _Form.CSV: as_csv, _Form.JSON: as_json, _Form.HTML: as_html}[form](found)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
