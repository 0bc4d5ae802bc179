"""`slipway engine`: get the Pulumi engine and say where it is."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from typing import Annotated

import typer

from slipway.engine import Engine, Sources, locate, resolve
from slipway.engine.progress import on_stderr
from slipway.errors import EngineError

__all__ = ["Format", "FormatOption", "register"]

_EPILOG = """[bold]Examples[/bold]

slipway engine                              get it if need be; say where it is

export PATH="$(slipway engine path):$PATH"  let plain `pulumi` be this one

slipway engine verify                       check a cached engine's hashes
"""


class Format(StrEnum):
    """How a command prints its result."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it.")]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(
        help="The Pulumi engine: from PATH, else the official download, else built with Go; kept in a cache.",
        epilog=_EPILOG,
        rich_markup_mode="rich",
    )
    group.callback(invoke_without_command=True)(_show)
    group.command("path")(_path)
    group.command("verify")(_verify)
    app.add_typer(group, name="engine")


def _show(context: typer.Context, form: FormatOption = Format.TEXT) -> None:
    if context.invoked_subcommand is None:
        engine = resolve()
        typer.echo(json.dumps(_as_json(engine), indent=2) if form is Format.JSON else _as_text(engine))


def _path() -> None:
    """Print what to put first on PATH: this interpreter's directory, then the engine's."""
    typer.echo(resolve().search_path(""))


def _verify() -> None:
    """Check the engine that is here, its hashes included; fetch nothing."""
    sources = Sources()
    with on_stderr() as progress:
        engine = locate(sources, progress, rehash=True)
    if not isinstance(engine, Engine):
        raise EngineError(f"there is no sound engine here: {engine}", "Run `slipway engine`; it gets one.")
    checked = "its version" if engine.origin == "path" else "the SHA-256 of every file"
    typer.echo(f"{engine.pulumi} is sound: checked {checked}")


def _as_json(engine: Engine) -> dict[str, object]:
    return {
        "schema": "slipway.engine/1",
        "pulumi": str(engine.pulumi),
        "version": str(engine.version),
        "python_host": str(engine.python_host),
        "python_host_version": str(engine.host_version),
        "origin": engine.origin,
        "path": engine.search_path("").split(os.pathsep),
    }


def _as_text(engine: Engine) -> str:
    origin = {"path": "found on PATH", "download": "official download, cached", "built": "built with Go, cached"}
    return "\n".join(
        [
            f"pulumi       {engine.version}  {engine.pulumi}",
            f"python host  {engine.host_version}  {engine.python_host}",
            f"origin       {origin[engine.origin]}",
        ]
    )
