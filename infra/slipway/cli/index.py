"""`slipway index set-dl` and `undo-dl`: where clients download crates from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from slipway import aws, index, invalidation, stack_outputs
from slipway.cli.engine import Format, FormatOption
from slipway.engine.progress import on_stderr
from slipway.errors import CloudError

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway index set-dl staging https://static.staging.example.org/crates --crate serde@1.0.219

slipway index undo-dl production         back to what it was, at once

[bold]Exit status[/bold]

0 done, 1 refused (the crate does not come from there, or somebody else wrote), 2 bad input, 3 the engine or AWS failed
"""

_Stack = Annotated[str, typer.Argument(metavar="ENV", help="The environment's stack: staging, production.")]
_Timeout = Annotated[int, typer.Option(min=1, max=86_400, help="Seconds to wait for the caches at most.")]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(
        help="The index's config.json: where clients download crates from.",
        epilog=_EPILOG,
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    group.command("set-dl", epilog=_EPILOG)(_set_dl)
    group.command("undo-dl", epilog=_EPILOG)(_undo_dl)
    app.add_typer(group, name="index")


def _set_dl(
    stack: _Stack,
    url: Annotated[str, typer.Argument(metavar="URL", help="The new dl: a URL, with cargo's markers or without.")],
    crate: Annotated[str, typer.Option(help="NAME@VERSION, fetched through the new URL before it is written.")],
    timeout: _Timeout = 900,
    form: FormatOption = Format.TEXT,
) -> None:
    """Change dl after a real crate has come through it; drop config.json from the caches, and wait for that."""
    wanted = index.parse_crate(crate)
    outputs = stack_outputs.read(stack, Path.cwd())
    hosts = [name for service in outputs.services.values() for name in (service.host, *service.hostnames)]
    service = outputs.service("index")
    _check_bucket(service)
    change = index.set_dl(aws.client("s3"), service.bucket, url, wanted, hosts)
    _finish(stack, service.distribution_id, change, timeout, form)


def _undo_dl(stack: _Stack, timeout: _Timeout = 900, form: FormatOption = Format.TEXT) -> None:
    """Put back the config.json that the last set-dl replaced. Nothing is fetched first; twice brings it back."""
    service = stack_outputs.read(stack, Path.cwd()).service("index")
    _check_bucket(service)
    change = index.undo_dl(aws.client("s3"), service.bucket)
    _finish(stack, service.distribution_id, change, timeout, form)


def _check_bucket(service: stack_outputs.ServiceOutputs) -> None:
    if not service.bucket:
        raise CloudError("the stack's index has no bucket among its outputs", "Deploy the program of this version.")


def _finish(stack: str, distribution_id: str, change: index.Change, timeout: float, form: Format) -> None:
    """What was and what is, told before the waiting: whatever happens to that, the document is written."""
    if form is Format.TEXT:
        typer.echo(_as_text(stack, change))
    seconds = _drop(stack, distribution_id, timeout)
    if form is Format.JSON:
        typer.echo(json.dumps(_as_json(stack, change, seconds)))
    else:
        typer.echo(f"caches  dropped {index.CONFIG_PATH} after {seconds:.0f} s")


def _drop(stack: str, distribution_id: str, timeout: float) -> float:
    client = aws.client("cloudfront")
    try:
        started = invalidation.start(client, distribution_id, (index.CONFIG_PATH,))
        with on_stderr() as progress:
            return invalidation.wait(client, started, progress, limit=timeout)
    except (CloudError, KeyboardInterrupt):
        again = f"slipway invalidate index {index.CONFIG_PATH} --stack {stack}"
        typer.echo(f"slipway: config.json is written; caches may still have the old one. {again}", err=True)
        raise


def _as_text(stack: str, change: index.Change) -> str:
    lines = [f"dl of {stack}", f"was     {change.was!r}", f"is      {change.now!r}"]
    if change.check:
        lines.append(f"proof   {change.check.fetched.size} bytes with the right SHA-256 from {change.check.url}")
    if change.was != change.now:
        lines.append(f"undo    slipway index undo-dl {stack}")
    return "\n".join(lines)


def _as_json(stack: str, change: index.Change, seconds: float) -> dict[str, object]:
    check = change.check
    return {
        "schema": "slipway.index-dl/1",
        "stack": stack,
        "was": change.was,
        "is": change.now,
        "check": check and {"url": check.url, "size": check.fetched.size, "sha256": check.fetched.sha256},
        "invalidated_after_seconds": round(seconds, 1),
    }
