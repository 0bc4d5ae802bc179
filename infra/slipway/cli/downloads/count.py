"""`slipway downloads count`: downloads in access logs, by day, crate and version."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from slipway.cli.downloads.days import day
from slipway.downloads.count import Counted, counted
from slipway.downloads.objects import log_objects
from slipway.downloads.result import Apart, facets_of, not_counted, rows, total, write
from slipway.engine.progress import on_stderr
from slipway.errors import BadInput, SlipwayError
from slipway.report.escape import for_terminal

__all__ = ["EPILOG", "count"]

EPILOG = """[bold]Examples[/bold]

slipway downloads count logs/                                     a folder, as CSV

slipway downloads count 's3://logs/cloudfront/static.example.org/' --format table

slipway downloads count 'logs/*2026-08-20*.gz' --by cdn,region --format parquet --output day.parquet

slipway downloads count logs/ --explain                           what was not counted, and why

slipway downloads count --engine athena --stack production --from 2026-08-01 --to 2026-08-31

[bold]Exit status[/bold]

0 counted, 1 a line or a log is broken and --strict was given, 2 bad input or usage, 3 AWS does not answer
"""
_SHOWN = 50  # rows of a table


class _Form(StrEnum):
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    TABLE = "table"


class _Engine(StrEnum):
    HERE = "here"
    ATHENA = "athena"


class _NotStrict(SlipwayError):
    """Something could not be read, and --strict was given."""

    exit_status = 1


def count(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Files, folders, globs or s3://BUCKET/PREFIX.", show_default=False),
    ] = None,
    form: Annotated[_Form, typer.Option("--format", help="How to write the counts.")] = _Form.CSV,
    by: Annotated[str, typer.Option(metavar="LIST", help="Keep apart by these too: cdn, region, client.")] = "",
    output: Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show samples of what was not counted.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if any line or log is broken.")] = False,
    engine: Annotated[
        _Engine, typer.Option(help="Who counts: this machine, or Athena where the logs lie.")
    ] = _Engine.HERE,
    stack: Annotated[str, typer.Option(help="Athena: the stack whose logs.")] = "",
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="Athena: the first day, in UTC.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DATE", help="Athena: the last day, in UTC.")
    ] = None,
    host: Annotated[list[str] | None, typer.Option(help="Athena: only this host's logs.", show_default=False)] = None,
) -> None:
    """Count downloads in the access logs of both CDNs.

    CloudFront's standard logs (W3C, and version 2 as JSON or Parquet) and the second CDN's JSON lines; gzip, zstd or
    plain. What each log is, is told by what is in it. Athena counts all logs of a stack, and says before what that
    costs.
    """
    apart = _apart(by)
    if form is _Form.PARQUET and output is None and sys.stdout.isatty():
        raise BadInput("Parquet is not for a terminal", "Add --output FILE.")
    if form is _Form.TABLE and output:
        raise BadInput("a table is for reading", "Leave --output, or write --format csv, json or parquet.")
    only_athena = {"--stack": stack, "--from": first, "--to": last, "--host": host}
    if engine is _Engine.ATHENA:
        if sources or explain:
            raise BadInput("Athena counts a stack's table, without samples", "Leave out SOURCE and --explain.")
        from slipway.cli.downloads.athena import by_athena  # boto3 and the engine, which files need not wait for

        counting = by_athena(stack, first, last, tuple(host or ()), facets_of(apart))
    elif given := [name for name, value in only_athena.items() if value]:
        raise BadInput(f"{given[0]} is for --engine athena", "Name files, folders, globs or s3://BUCKET/PREFIX.")
    else:
        counting = _here(sources or [], apart, explain)
    with counting as found:
        left = not_counted(found)
        if strict and (broken := _broken(found, left)):
            raise _NotStrict("; ".join(broken), "Without --strict what is good of it counts.")
        _write(found, apart, form, output)
        for line in _told(found, left, explain):
            typer.echo(for_terminal(line), err=True)


@contextmanager
def _here(sources: list[str], apart: list[Apart], explain: bool) -> Iterator[Counted]:
    if not sources:
        raise BadInput("there is no SOURCE", "Name files, folders, globs or s3://BUCKET/PREFIX.")
    objects = list(log_objects(sources))
    size = sum(each.size for each in objects)
    with on_stderr() as progress:

        def say(read: int, lines: int) -> None:
            progress.tick(f"{read / size if size else 1:.0%} of {size / 1e6:,.0f} MB read, {lines:,} lines screened")

        with counted(objects, facets_of(apart), explain=explain, say=say) as found:
            progress.rest()
            yield found


def _apart(by: str) -> list[Apart]:
    known: tuple[Apart, ...] = ("cdn", "region", "client")
    asked = {each.strip() for each in by.split(",") if each.strip()}
    if unknown := asked - set(known):
        raise BadInput(f"--by {', '.join(sorted(unknown))!r} is not known", "Give some of cdn, region, client.")
    return [each for each in known if each in asked]


def _write(found: Counted, apart: list[Apart], form: _Form, output: Path | None) -> None:
    if form is _Form.TABLE:
        _print(found, apart)
    elif output:
        write(found, apart, form.value, output)
    else:
        with tempfile.TemporaryDirectory(prefix="slipway-") as directory:
            path = Path(directory) / "counts"
            write(found, apart, form.value, path)
            sys.stdout.flush()
            with path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _print(found: Counted, apart: list[Apart]) -> None:
    columns, most = rows(found, apart, _SHOWN)
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "downloads" else "left")
    for row in most:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console().print(table)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else for_terminal(str(value))


def _told(found: Counted, left: Mapping[str, int], explain: bool) -> list[str]:
    """The closing lines: how much was counted, what was not and, if asked for, samples of it."""
    told = [f"slipway: {total(found):,} downloads in {found.lines:,} lines of {found.objects:,} logs"]
    if left and not explain:
        told.append(f"  not counted: {', '.join(f'{reason} {number:,}' for reason, number in left.items())}")
    for reason, number in left.items() if explain else ():
        told.append(f"  {reason:8}{number:>14,}  {_WHY[reason]}")
        told += [f"                          such as {sample[:160]}" for sample in found.samples.get(reason, ())]
    told += [f"  damaged: {name}: {why}" for name, why in sorted(found.damaged.items())]
    return told


_WHY = {
    "shape": "no line of the log's format: columns missing or too many, no JSON, another version",
    "method": "not GET",
    "status": "not 200",
    "agent": "not Cargo",
    "path": "no path of a crate's file",
    "version": "not a semantic version",
    "date": "not a day of the calendar",
}


def _broken(found: Counted, left: Mapping[str, int]) -> list[str]:
    lines = [f"{left['shape']:,} malformed lines"] if "shape" in left else []
    return lines + [f"{for_terminal(name)}: {why}" for name, why in sorted(found.damaged.items())]
