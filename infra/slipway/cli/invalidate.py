"""`slipway invalidate`: drop paths from the caches of a service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from slipway import aws, invalidation, stack_outputs
from slipway.cli.engine import Format, FormatOption
from slipway.engine.progress import on_stderr

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway invalidate releases --stack production                    everything, and wait until it is done

slipway invalidate index /config.json /se/rd/serde --stack staging

slipway invalidate crates '/crates/serde/*' --stack staging --no-wait

[bold]Exit status[/bold]

0 done, 2 bad input or usage, 3 the engine or AWS failed, or it took longer than --timeout
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("invalidate", epilog=_EPILOG)(_invalidate)


def _invalidate(
    service: Annotated[
        str,
        typer.Argument(
            metavar="SERVICE", help="crates, index, web, releases, documentation, or the host of a redirect."
        ),
    ],
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Begins with /, may end with *. All paths by default."),
    ] = None,
    stack: Annotated[str, typer.Option(help="The stack that the service belongs to.")] = "",
    wait: Annotated[bool, typer.Option(help="Wait until every edge has dropped the paths.")] = True,
    timeout: Annotated[int, typer.Option(min=1, max=86_400, help="Seconds to wait at most.")] = 900,
    form: FormatOption = Format.TEXT,
) -> None:
    """Drop paths from CloudFront's caches. What has begun goes on, also when this command is interrupted."""
    encoded = invalidation.check_paths(paths or ())
    target = stack_outputs.read(stack, Path.cwd()).service(service)
    client = aws.client("cloudfront")
    started = invalidation.start(client, target.distribution_id, encoded)
    seconds = _wait(client, started, timeout) if wait else None
    if form is Format.JSON:
        typer.echo(json.dumps(_as_json(service, stack, started, seconds)))
    else:
        state = "in progress" if seconds is None else f"complete after {seconds:.0f} s"
        typer.echo(f"{service} of {stack}: invalidation {started.id} {state}: {_counted(started.paths)}")


def _wait(client: object, started: invalidation.Invalidation, limit: float) -> float:
    try:
        with on_stderr() as progress:
            return invalidation.wait(client, started, progress, limit=limit)
    except KeyboardInterrupt:
        typer.echo(f"slipway: invalidation {started.id} goes on; {invalidation.ask(started)}", err=True)
        raise


def _as_json(service: str, stack: str, started: invalidation.Invalidation, seconds: float | None) -> dict[str, object]:
    return {
        "schema": "slipway.invalidation/1",
        "stack": stack,
        "service": service,
        "distribution_id": started.distribution_id,
        "id": started.id,
        "status": "in-progress" if seconds is None else "completed",
        "seconds": None if seconds is None else round(seconds, 1),
        "paths": list(started.paths),
    }


def _counted(paths: tuple[str, ...]) -> str:
    return paths[0] if len(paths) == 1 else f"{len(paths)} paths"
