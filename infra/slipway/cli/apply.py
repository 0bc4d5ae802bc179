"""`slipway apply`: `pulumi up` for what is approved, written down in the ledger from its beginning to its end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from slipway.engine import resolve
from slipway.rollout.apply import apply
from slipway.rollout.environment import open_environment

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway apply production             what was approved

slipway apply staging                what is here: a stack that is not guarded needs no approval

slipway apply production --resume    after an apply that was killed, its machine with it

[bold]Exit status[/bold]

0 applied, 1 refused, 2 bad input or usage, 3 the engine failed
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("apply", epilog=_EPILOG)(_apply)


def _apply(
    stack: Annotated[str, typer.Argument(help="The stack to apply to.")],
    resume: Annotated[bool, typer.Option("--resume", help="Take over from an apply that has not ended.")] = False,
) -> None:
    """Run `pulumi up` for what is approved. The engine itself refuses every step that is not."""
    environment = open_environment(stack, Path.cwd())
    engine, started = resolve(), time.monotonic()
    done = apply(environment, engine, resume=resume)
    seconds = time.monotonic() - started
    if done.status:
        typer.echo(f"failed after {seconds:.0f} s; see what is left to do: slipway preflight {stack}", err=True)
        raise typer.Exit(3)
    typer.echo(
        f"applied in {seconds:.0f} s: entry {done.ended.entry.number} of the ledger; next: slipway smoke {stack}"
    )
