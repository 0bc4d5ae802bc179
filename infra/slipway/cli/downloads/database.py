"""What the commands that count into the database share: where it is, and which queue tells of new logs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slipway import stack_outputs

__all__ = ["DEFAULT_DATABASE", "DatabaseOption", "QueueOption", "StackOption", "queue_url"]

DEFAULT_DATABASE = ".slipway/downloads.duckdb"

DatabaseOption = Annotated[
    str,
    typer.Option(
        envvar="SLIPWAY_DOWNLOADS",
        metavar="PATH|URL",
        help="The counting database: a DuckDB file, or postgresql://USER@HOST/NAME.",
    ),
]
QueueOption = Annotated[str, typer.Option(metavar="URL", help="The queue of new logs; by default the stack's.")]
StackOption = Annotated[str, typer.Option(help="The stack whose queue it is.")]


def queue_url(queue: str, stack: str) -> str:
    """The URL that was given, or the one that the stack exports. BadInput without either."""
    return queue or stack_outputs.read(stack, Path.cwd()).downloads().queue
