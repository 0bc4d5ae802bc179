"""`slipway runbooks`: a runbook for every kind of alarm, begun by the table and finished by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slipway import runbooks
from slipway.errors import BadInput
from slipway.files import write_whole

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway runbooks            write a skeleton for every alarm that has no runbook; others stay as they are

slipway runbooks --check    write nothing; say which runbooks are missing or not filled in

[bold]Exit status[/bold]

0 every alarm has its runbook (with --check: filled in), 1 --check found something, 2 bad input or usage
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("runbooks", epilog=_EPILOG)(_runbooks)


def _runbooks(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if one is missing or not filled in.")
    ] = False,
    directory: Annotated[Path, typer.Option(help="Where the runbooks are.", file_okay=False)] = Path("docs/runbooks"),
) -> None:
    """Write the runbooks that are missing, or check them all. What is there is never overwritten."""
    if not directory.is_dir():
        raise BadInput(
            f"there is no directory {directory}", "Run this in the project's directory, or give --directory."
        )
    if check:
        found = [f"{path}: {fault}" for path, fault in _faults(directory)]
        typer.echo("\n".join(found) or f"{len(runbooks.ALARMS)} alarms, each with its runbook")
        raise typer.Exit(1 if found else 0)
    for row in runbooks.ALARMS:
        path = directory / runbooks.file_name(row)
        if not path.exists():
            write_whole(path, runbooks.skeleton(row), over=False)
            typer.echo(f"wrote {path}: fill it in")


def _faults(directory: Path) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    for row in runbooks.ALARMS:
        path = directory / runbooks.file_name(row)
        if path.exists():
            found += [(path, fault) for fault in runbooks.faults(row, _read(path))]
        else:
            found.append((path, "is missing"))
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {path}: {error}", "A runbook is a readable UTF-8 file.") from None
