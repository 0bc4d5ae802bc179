"""`slipway smoke`: is an environment served as its settings say?"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.recording import record
from slipway.config import StackConfig, read_file
from slipway.engine.progress import on_stderr
from slipway.engine.project import settings_file
from slipway.files import write_whole
from slipway.rollout.checks import smoke_deed
from slipway.smoke import history, network, report
from slipway.smoke.examined import examined

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway smoke staging                       every check; the results are kept

slipway smoke production --only dns,tls     some families: dns, tls, http, downloads, releases, golden

slipway smoke production --since-deploy     what is otherwise than when the results were kept

slipway smoke staging --format junit --output smoke.xml

eval "$(slipway env)"                       makes it the local cloud's environment

[bold]Exit status[/bold]

0 all that was looked at is right, 1 something is not, 2 bad input or usage
"""
_QUIET = 2.0  # seconds before progress is told


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("smoke", epilog=_EPILOG)(_smoke)


def _smoke(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="The environment's stack: staging, production.")],
    only: Annotated[str, typer.Option(metavar="FAMILY,...", help="Some families of checks.")] = "",
    since_deploy: Annotated[bool, typer.Option("--since-deploy", help="Compare with the results kept before.")] = False,
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds for all of it.")] = 60.0,
    form: Annotated[_Format, typer.Option("--format", help="How to print it.")] = _Format.TEXT,
    output: Annotated[Path | None, typer.Option(help="Write the report to this file, not to standard output.")] = None,
) -> None:
    """Check DNS, TLS, HTTP and downloads from outside, as clients see them, against the stack's settings."""
    config = _settings(environment)
    families = tuple(name.strip() for name in only.split(",") if name.strip())
    where = network.from_environment(os.environ)
    kept = history.place(environment, config.zone, os.environ)
    before = history.recall(kept) if since_deploy else None
    with _progress() as told:
        found = examined(environment, config, Path.cwd(), where, families, seconds=timeout, told=told)
    if before:
        found = replace(found, since=history.compare(before, found.results, families))
    if not (before or families):
        _keep(found, kept)
    _write(found, form, output)
    record(config, Path.cwd() / f"Pulumi.{environment}.yaml", smoke_deed(found, families))
    raise typer.Exit(1 if found.failures else 0)


def _settings(environment: str) -> StackConfig:
    return read_file(settings_file(environment, Path.cwd()))


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    quiet_until = time.monotonic() + _QUIET
    with on_stderr() as progress:

        def told(done: int, every: int) -> None:
            if time.monotonic() > quiet_until:
                progress.tick(f"{done} of {every} checks done")

        yield told


def _keep(found: report.Report, kept: Path) -> None:
    """For `--since-deploy`, which blames no deploy for what failed before: one that reached nothing would hide all."""
    if found.counts["passed"]:
        history.keep(kept, found.results, found.at)
    else:
        typer.echo("slipway: nothing was reached, so these results are not kept for --since-deploy", err=True)


def _write(found: report.Report, form: _Format, output: Path | None) -> None:
    if form is _Format.TEXT and not output and sys.stdout.isatty():
        from rich.console import Console  # Only a person at a terminal needs colour.

        report.print_text(found, Console())
        return
    written = {_Format.TEXT: report.as_text, _Format.JSON: report.as_json, _Format.JUNIT: report.as_junit}[form](found)
    if output:
        write_whole(output, written)
    else:
        typer.echo(written, nl=False)
