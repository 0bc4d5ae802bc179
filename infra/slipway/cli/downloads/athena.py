"""`slipway downloads count --engine athena`: what it will cost, what it has cost, and the counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from slipway import stack_outputs
from slipway.downloads.athena import answered, estimated, price
from slipway.downloads.count import Counted
from slipway.downloads.dialect import Apart, Question
from slipway.engine.progress import on_stderr
from slipway.errors import BadInput

__all__ = ["by_athena"]


@contextmanager
def by_athena(
    stack: str, first: date | None, last: date | None, hosts: tuple[str, ...], facets: Sequence[Apart]
) -> Iterator[Counted]:
    """Count a stack's logs of those days and hosts; none means all. Refused above the workgroup's limit."""
    if not stack:
        raise BadInput("Athena counts the logs of a stack", "Add --stack, such as --stack production.")
    outputs = stack_outputs.read(stack, Path.cwd()).downloads()
    question = Question(outputs.database, outputs.table, hosts=hosts, first=first, last=last, facets=tuple(facets))
    with on_stderr() as progress:
        estimate = estimated(question, outputs.workgroup, progress.tick)
        size, logs = f"{estimate.size / 1e9:,.2f} GB", f"{estimate.objects:,} logs"
        progress.note(f"Athena will scan {size} of {logs} at most: {estimate.dollars:.4f} dollars. Ctrl-C stops it")
        if estimate.above:
            raise BadInput(
                f"that is above the {(estimate.limit or 0) / 1e9:,.0f} GB that a query may scan",
                "Ask for fewer days or hosts, or raise slipway:downloads: {scan_gigabytes: ...} and `pulumi up`.",
            )
        with answered(estimate, outputs.workgroup, progress.tick) as answer:
            progress.rest()
            progress.note(f"Athena scanned {answer.scanned / 1e9:,.2f} GB: {price(answer.scanned):.4f} dollars")
            yield answer.counted
