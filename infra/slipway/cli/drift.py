"""`slipway drift`: where the live world, the state and git do not agree, and whose doing that is."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from slipway import drift
from slipway.cli.engine import Format, FormatOption
from slipway.cli.recording import book_of
from slipway.cli.settling import Place, adopt_told, repair_told
from slipway.engine.project import settings_file
from slipway.errors import BadInput
from slipway.ledger import Deed
from slipway.stack_settings import of_slipway

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway drift production                            what differs, and whose doing it is; changes nothing

slipway drift production --older-than 3             merges count as drift after three days

slipway drift production --repair                   what would be put back, judged by preflight

slipway drift production --repair --yes             put it back, one approved change at a time

slipway drift production --adopt --target URN       take what is there into the state, of this one alone

[bold]Exit status[/bold]

0 no drift, or none left; 1 drift, or a repair that is refused; 2 bad input or usage; 3 the engine failed
"""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("drift", epilog=_EPILOG)(_drift)


def _drift(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="The environment's stack: staging, production.")],
    older_than: Annotated[int, typer.Option(min=0, metavar="DAYS", help="How long a merge may wait.")] = 7,
    repair: Annotated[bool, typer.Option("--repair", help="Put back what the deployed commit says.")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Take what was changed by hand into the state.")] = False,
    target: Annotated[list[str] | None, typer.Option(metavar="URN", help="Settle this resource alone.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --repair: apply what is approved.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare the live world with the state, the state with the commit that the ledger names, and that with what is
    merged."""
    _check_usage(repair=repair, adopt=adopt, target=bool(target), yes=yes, form=form)
    place = _place(environment)
    name = place.config.environment if place.config else environment
    found = drift.look(environment, name, place.project, place.book, older_than=older_than, now=datetime.now(UTC))
    _print(found, form)
    place.record(_checked(found))
    settled = not found.findings
    if adopt:
        settled = adopt_told(place, found, target or ())
    elif repair:
        settled = repair_told(place, found, target or (), yes=yes)
    raise typer.Exit(0 if settled else 1)


def _check_usage(*, repair: bool, adopt: bool, target: bool, yes: bool, form: Format) -> None:
    if repair and adopt:
        raise BadInput("--adopt and --repair are two ways to settle one thing", "Give one of them.")
    if (target and not (repair or adopt)) or (yes and not repair):
        raise BadInput("--target goes with --adopt or --repair, --yes with --repair", "See slipway drift --help.")
    if form is Format.JSON and (repair or adopt):
        raise BadInput("--format json is for the check alone; --adopt and --repair tell what they do", "Leave it out.")


def _place(name: str) -> Place:
    settings = settings_file(name, Path.cwd())
    config = of_slipway(settings)
    return Place(name, settings, config, book_of(config, settings.parent) if config else None)


def _print(found: drift.Report, form: Format) -> None:
    if form is Format.JSON:
        typer.echo(drift.as_json(found), nl=False)
    elif sys.stdout.isatty():
        drift.print_text(found, Console())
    else:
        typer.echo(drift.as_text(found), nl=False)


def _checked(found: drift.Report) -> Deed:
    """What a check found, counted by cause; the gate asks for `by_hand`."""
    counts = Counter(finding.cause.replace(" ", "_") for finding in found.findings if finding.cause != drift.BY_HAND)
    return Deed(
        kind="drift",
        outcome="failed" if found.findings else "passed",
        changes=tuple(drift.title_of(finding) for finding in found.findings),
        results={"by_hand": len(found.by_hand), **counts},
    )
