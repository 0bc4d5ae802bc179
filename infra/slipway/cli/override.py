"""`slipway override`: a rule that shall not refuse for some hours, on somebody's word."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.cli.recording import book_of, record
from slipway.config import read_file
from slipway.engine.project import settings_file
from slipway.errors import BadInput
from slipway.preflight import Override
from slipway.report.document import override_document
from slipway.report.escape import for_terminal
from slipway.report.words import override_line
from slipway.rollout.overrides import active, deed_of, revocation_of, wish

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway override production hostname-dark:old.example.org --reason "nobody asks for it since May" --expires 2h

slipway override production one-change --reason "both fix the outage" --expires 30m

slipway override production --list              those in force, with the numbers of their entries

slipway override production --revoke 12         end the one of entry 12 now

[bold]Exit status[/bold]

0 done, 1 the ledger was tampered with, 2 bad input, or there is no ledger, 3 the bucket does not answer
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("override", epilog=_EPILOG)(_override)


def _override(
    stack: Annotated[str, typer.Argument(help="The stack on which the rule shall not refuse.")],
    scope: Annotated[str, typer.Argument(metavar="[RULE[:HOSTNAME]]", help="The rule, for one name or for all.")] = "",
    reason: Annotated[str, typer.Option(help="What would be worse without it.")] = "",
    expires: Annotated[str, typer.Option(help="For how long: 2h, 30m; at most 24h.")] = "",
    shown: Annotated[bool, typer.Option("--list", help="Print the overrides in force.")] = False,
    revoke: Annotated[int | None, typer.Option(min=1, metavar="N", help="End the override of entry N.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Let a rule warn instead of refuse, for some hours; every report shows it until then."""
    if sum((bool(scope), shown, bool(revoke))) != 1:
        raise BadInput("say one thing: a rule, --list or --revoke N", "`slipway override --help` has examples.")
    if (reason or expires) and not scope:
        raise BadInput("--reason and --expires are those of a rule", "Name the rule, or leave them out.")
    wanted = wish(scope, reason, expires) if scope else None
    settings = settings_file(stack, Path.cwd())
    config = read_file(settings)
    book = book_of(config, settings.parent)
    if book is None:
        advice = f"Set slipway:ledger in {settings.name}, as docs/ledger.md says."
        raise BadInput(f"an override is written down, and {stack} has no ledger", advice)
    now = datetime.now(UTC)
    if wanted:
        record(config, settings, deed_of(wanted, book, now))
    elif revoke:
        record(config, settings, revocation_of(revoke, active(book.backwards(), now)))
    _write(active(book.backwards(), now), stack, form)


def _write(overrides: tuple[Override, ...], stack: str, form: Format) -> None:
    if form is Format.JSON:
        typer.echo(json.dumps([override_document(each) for each in overrides], indent=2))
        return
    for each in overrides:
        typer.echo(for_terminal(override_line(each)))
    if overrides:
        typer.echo(
            f"slipway: next: slipway preflight {stack}; to end one: slipway override {stack} --revoke N", err=True
        )
    else:
        typer.echo(f"slipway: no override is in force in {stack}", err=True)
