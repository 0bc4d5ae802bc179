"""`slipway downloads work`: count logs as they arrive."""

from __future__ import annotations

from typing import Annotated

import typer

from slipway import aws
from slipway.cli.downloads.database import DEFAULT_DATABASE, DatabaseOption, QueueOption, StackOption, queue_url
from slipway.cli.downloads.telling import Teller, stopped_by_signals
from slipway.downloads.store import open_book
from slipway.downloads.work import loop
from slipway.downloads.work.count import Done, count
from slipway.downloads.work.logs import Logs
from slipway.downloads.work.metrics import Metrics
from slipway.downloads.work.queue import open_queue, region_of
from slipway.downloads.work.stop import Stop
from slipway.engine.progress import on_stderr

__all__ = ["EPILOG", "WorkersOption", "work"]

EPILOG = """[bold]Examples[/bold]

slipway downloads work --stack production                             until it is stopped

slipway downloads work --stack production --once                      until the queue is empty, for cron

slipway downloads work --queue https://sqs.eu-west-1.amazonaws.com/1/logs --database postgresql://counter@db/downloads

One line of JSON a log on standard output. SIGTERM and Ctrl-C end it: a log in hand is finished within five seconds or
given back; a second time they give it back at once.

[bold]Exit status[/bold]

0 asked to stop, or the queue is empty, 2 bad input or usage, 3 the queue or the database failed: what was in hand comes
again
"""

WorkersOption = Annotated[int, typer.Option(min=1, max=64, help="So many logs at a time.")]


def work(
    stack: StackOption = "",
    queue: QueueOption = "",
    database: DatabaseOption = DEFAULT_DATABASE,
    workers: WorkersOption = 1,
    once: Annotated[bool, typer.Option("--once", help="End when the queue is empty.")] = False,
    metrics: Annotated[bool, typer.Option(help="Send metrics to CloudWatch, namespace Slipway/Downloads.")] = True,
) -> None:
    """Count each log that the queue tells of, once, and delete its message then."""
    url = queue_url(queue, stack)
    source, book, stop, teller = open_queue(url), open_book(database), Stop(), Teller()
    logs = Logs(stop)
    with on_stderr() as progress, stopped_by_signals(stop):
        sent = Metrics(aws.client("cloudwatch", region=region_of(url)), progress.note) if metrics else None

        def tell(done: Done) -> None:
            teller.tell(done)
            progress.tick(teller.closing())
            if sent:
                sent.add(done)

        progress.note(f"counting into {book.database.place}")
        try:
            loop.run(
                lambda: loop.work(source, lambda log: count(book, logs, log), tell, progress.note, stop, once=once),
                workers,
                stop,
            )
        finally:
            if sent:
                sent.send()
            progress.note(teller.closing())
