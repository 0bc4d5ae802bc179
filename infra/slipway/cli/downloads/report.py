"""`slipway downloads report`: what the counting database says, for people and for machines."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from slipway.cli.downloads.database import DEFAULT_DATABASE, DatabaseOption
from slipway.cli.downloads.days import day
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


class _Form(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


def report(
    database: DatabaseOption = DEFAULT_DATABASE,
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="The first day, in UTC.")
    ] = None,
    last: Annotated[date | None, typer.Option("--to", parser=day, metavar="DATE", help="The last day, in UTC.")] = None,
    flip: Annotated[
        date | None,
        typer.Option("--flip", parser=day, metavar="DATE", help="The day dl was changed: compare before and after."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How long the lists are.")] = 20,
    names: Annotated[
        Path | None, typer.Option(help="A file of the crates' names, one a line. By default, as mostly downloaded.")
    ] = None,
    form: Annotated[_Form, typer.Option("--format", help="How to print it.")] = _Form.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")] = None,
) -> None:
    """Report totals by day and CDN, top crates, the effect of a change of dl, and names that are not canonical."""
    wanted = Wanted(first, last, flip, top, read_names(names) if names else None)
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
