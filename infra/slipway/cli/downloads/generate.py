"""`slipway downloads generate`: realistic logs of both CDNs, for tests and benchmarks."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.engine.progress import on_stderr
from slipway.report.escape import for_terminal

__all__ = ["EPILOG", "generate"]

EPILOG = """[bold]Examples[/bold]

slipway downloads generate logs                                   100,000 lines of CloudFront's

slipway downloads generate logs --cdn both --days 7 --files 14

slipway downloads generate logs --lines 5000000 --compress none   1.8 GB, in a quarter of a minute

slipway downloads generate logs --hostile 0.2 --seed 7            every fifth line is an attack

[bold]Exit status[/bold]

0 written, 2 bad input or usage
"""


class _Cdn(StrEnum):
    CLOUDFRONT = "cloudfront"
    CLOUDFRONT_V2 = "cloudfront-v2"
    FASTLY = "fastly"
    BOTH = "both"


class _Compress(StrEnum):
    CDN = "cdn"
    GZIP = "gz"
    ZSTD = "zst"
    NONE = "none"


def generate(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.", show_default=False)],
    lines: Annotated[int, typer.Option(min=0, help="So many requests, over all files.")] = 100_000,
    files: Annotated[
        int, typer.Option(min=0, help="So many files; 0: one for each CDN and 250,000 lines.", show_default=False)
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and options make the same lines.")] = 0,
    days: Annotated[int, typer.Option(min=1, help="So many days, evenly.")] = 1,
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="The first day.")
    ] = datetime(2026, 1, 1),
    cdn: Annotated[_Cdn, typer.Option(help="Whose logs; cloudfront-v2 are JSON lines.")] = _Cdn.CLOUDFRONT,
    compress: Annotated[_Compress, typer.Option(help="How files are packed; cdn: as the CDN does.")] = _Compress.CDN,
    hostile: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="The share of malformed and hostile lines.")
    ] = 0.0,
    form: FormatOption = Format.TEXT,
) -> None:
    """Write realistic access logs, and say how many downloads are in them."""
    # Numbers are drawn by NumPy, which the other commands of the group need not wait for.
    from slipway.downloads.generate import Compression, Options, write_logs

    options = Options(
        lines=lines,
        files=files,
        seed=seed,
        days=days,
        first=first.date(),
        cdns=("cloudfront", "fastly") if cdn is _Cdn.BOTH else (cdn.value,),
        compression=Compression(compress.value),
        hostile=hostile,
    )
    with on_stderr() as progress:
        tally = write_logs(options, directory, lambda tally: progress.tick(f"{tally.lines:,} of {lines:,} lines"))
    if form is Format.JSON:
        typer.echo(
            json.dumps({"lines": tally.lines, "downloads": tally.total, "others": dict(tally.reasons)}, indent=2)
        )
        return
    others = ", ".join(f"{count:,} {reason}" for reason, count in tally.reasons.most_common())
    typer.echo(f"{tally.lines:,} lines, {tally.total:,} downloads{f'; others: {others}' if others else ''}")
    typer.echo(for_terminal(f"Count them: slipway downloads count {directory}"))
