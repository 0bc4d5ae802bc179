"""`slipway rollback`: one command back to the last commit that served."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.rollout import person
from slipway.engine import resolve
from slipway.errors import BadInput
from slipway.rollout.environment import open_environment
from slipway.rollout.rollback import go_back, way_back

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway rollback production --reason "downloads fail"     to the last commit that passed its smoke test there

slipway rollback production --to 3f9a01c --reason "..."   to another one

slipway rollback production --resume                      after an interruption

[bold]Exit status[/bold]

0 it is back and serves, 1 refused or failed, 2 bad input or usage, 3 the engine failed, 4 paused: decide
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rollback", epilog=_EPILOG)(_rollback)


def _rollback(
    stack: Annotated[str, typer.Argument(help="The environment's stack.")],
    to: Annotated[str, typer.Option(metavar="COMMIT", help="Another commit than the last that served.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it is written down.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with one that has not ended.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is applied.")] = False,
) -> None:
    """Apply the program of an earlier commit, proven against what stands there now; staging is not asked."""
    if not (reason.strip() or resume):
        raise BadInput("a rollback is made for a reason, which the next one to look will want", "Add --reason TEXT.")
    started, environment = time.monotonic(), open_environment(stack, Path.cwd())
    way = way_back(environment, to)
    served = f", which served at {way.smoke.entry.at:%Y-%m-%d %H:%M}Z" if way.smoke else ""
    typer.echo(f"{stack}: from {way.leaving[:12] or 'nothing'} back to {way.to[:12]}{served}", err=True)
    with person(yes) as teller:
        go_back(environment, way, resolve(), teller, reason=reason, resume=resume)
    seconds = time.monotonic() - started
    typer.echo(f"{stack} is back at {way.to[:12]} after {seconds:.0f} s")
    typer.echo(f"next: revert on the main branch what failed, then slipway next {stack}")
