"""`slipway downloads redrive`: dead letters, back to the queue."""

from __future__ import annotations

from typing import Annotated

import typer

from slipway.cli.downloads.database import QueueOption, StackOption, queue_url
from slipway.downloads.work.queue import open_queue
from slipway.downloads.work.redrive import move, sample
from slipway.engine.progress import on_stderr
from slipway.report.escape import for_terminal

__all__ = ["EPILOG", "redrive"]

EPILOG = """[bold]Examples[/bold]

slipway downloads redrive --stack production --dry-run      how many there are, and what they tell of

slipway downloads redrive --stack production                back to the queue with them

A log that was counted meanwhile is not counted again.

[bold]Exit status[/bold]

0 moved, or there are none, 2 bad input or usage, 3 SQS failed: what was moved is moved
"""


def redrive(
    stack: StackOption = "",
    queue: QueueOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what there is.")] = False,
) -> None:
    """Show what could not be counted, and have it tried again."""
    source = open_queue(queue_url(queue, stack))
    dead = source.dead_letters()
    waiting = dead.waiting()
    typer.echo(f"{waiting} dead letter{'' if waiting == 1 else 's'} in {dead.url}")
    for each in sample(dead) if waiting else ():
        typer.echo(f"  {for_terminal(each)}")
    if not waiting:
        return
    if dry_run:
        typer.echo(f"To have them tried again: slipway downloads redrive --queue {source.url}")
        return
    moved = 0
    with on_stderr() as progress:
        for moved in move(dead, source):
            progress.tick(f"{moved} of {waiting} moved")
    typer.echo(f"{moved} moved back to {source.url}")
