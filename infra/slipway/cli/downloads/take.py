"""`slipway downloads take`: count logs that are there."""

from __future__ import annotations

from typing import Annotated

import typer

from slipway.cli.downloads.database import DEFAULT_DATABASE, DatabaseOption
from slipway.cli.downloads.telling import Teller, stopped_by_signals
from slipway.cli.downloads.work import WorkersOption
from slipway.downloads.store import open_book
from slipway.downloads.work import loop
from slipway.downloads.work.count import Done, Outcome, count
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.stop import Stop
from slipway.downloads.work.take import take as taking
from slipway.downloads.work.take import uncounted
from slipway.engine.progress import on_stderr

__all__ = ["EPILOG", "take"]

EPILOG = """[bold]Examples[/bold]

slipway downloads take s3://example-logs/cloudfront/static.example.org/      what was there before the queue

slipway downloads take logs/ E123.2026-08-20-23.abcdef01.gz

What is counted already is passed over, so that it goes on where it was stopped. One line of JSON a log on standard
output.

[bold]Exit status[/bold]

0 all counted, 1 at least one could not be, or it was stopped before the end, 2 bad input or usage, 3 S3 or the database
failed
"""


def take(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="A file, a folder, or s3://BUCKET/PREFIX.")],
    database: DatabaseOption = DEFAULT_DATABASE,
    workers: WorkersOption = 1,
) -> None:
    """Count every log of the sources that is not counted as it is now, once."""
    book, stop, teller = open_book(database), Stop(), Teller()
    logs = Logs(stop)
    with on_stderr() as progress, stopped_by_signals(stop):

        def tell(done: Done) -> None:
            teller.tell(done)
            progress.tick(teller.closing())

        progress.note(f"counting into {book.database.place}")
        found = uncounted(book, logs, sources)
        try:
            loop.run(taking(found, lambda log: count(book, logs, log), tell, stop), workers, stop)
        finally:
            progress.note(teller.closing())
    if stop.asked:
        typer.echo("slipway: stopped before the end; the same command goes on from here", err=True)
    if stop.asked or teller.outcomes[Outcome.FAILED]:
        raise typer.Exit(1)
