"""`slipway smoke`: is an environment served as its settings say?"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
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
from slipway.smoke import checks, history, network, report, runner, target
from slipway.smoke.model import Check, Result

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
    wanted = tuple(checks.every(target.of(config, Path.cwd()), families))
    kept = history.place(environment, config.zone, os.environ)
    before = history.recall(kept) if since_deploy else None
    at, started = datetime.now(UTC), time.monotonic()
    results = _run(wanted, where, timeout)
    found = report.Report(
        environment,
        config.zone,
        where.local,
        at,
        time.monotonic() - started,
        results,
        history.compare(before, results, families) if before else None,
    )
    if not (before or families):
        _keep(found, kept)
    _write(found, form, output)
    record(config, Path.cwd() / f"Pulumi.{environment}.yaml", smoke_deed(found, families))
    raise typer.Exit(1 if found.failures else 0)


def _settings(environment: str) -> StackConfig:
    return read_file(settings_file(environment, Path.cwd()))


def _run(wanted: tuple[Check, ...], where: network.Network, seconds: float) -> tuple[Result, ...]:
    quiet_until = time.monotonic() + _QUIET
    with on_stderr() as progress:

        def told(done: int, every: int) -> None:
            if time.monotonic() > quiet_until:
                progress.tick(f"{done} of {every} checks done")

        return runner.run(wanted, where, seconds=seconds, told=told)


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
