"""`slipway approve`: from now on, and for some hours, the engine may apply what the last preflight has judged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slipway.errors import BadInput
from slipway.ledger import Link
from slipway.report.escape import for_terminal
from slipway.rollout.approve import approve, withdraw
from slipway.rollout.environment import Environment, open_environment

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway approve production                          what the last preflight has judged

slipway approve production --plan 3f9a01            that very plan, as its report and the ledger name it

slipway approve production --withdraw --reason "the incident of 14:00 is not over"

[bold]Exit status[/bold]

0 approved, 1 refused, 2 bad input or usage, 3 the ledger cannot be reached
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("approve", epilog=_EPILOG)(_approve)


def _approve(
    stack: Annotated[str, typer.Argument(help="The stack whose last preflight is meant.")],
    plan: Annotated[str, typer.Option(help="The plan's digest, or how it begins.")] = "",
    reason: Annotated[str, typer.Option(help="What to note beside it.")] = "",
    take_back: Annotated[bool, typer.Option("--withdraw", help="Take the approval back.")] = False,
) -> None:
    """Approve the plan of the last preflight, of this commit and these settings. Nothing else will be let through."""
    environment = open_environment(stack, Path.cwd())
    if take_back:
        if not reason.strip():
            raise BadInput("an approval is taken back for a reason", "Add --reason TEXT.")
        link = withdraw(environment, reason)
        typer.echo(f"taken back: entry {link.entry.number} of the ledger of {environment.book.environment}")
        return
    _tell(environment, approve(environment, plan, reason))


def _tell(environment: Environment, link: Link) -> None:
    deed, hours = link.entry.deed, environment.config.rollout.approval_hours
    typer.echo(f"approved for {hours} hours: {environment.stack} at {deed.commit[:12]}, plan {deed.plan[7:19]}")
    for change in deed.changes:
        typer.echo(f"  {for_terminal(change)}")
    typer.echo(f"next: slipway apply {environment.stack}")
