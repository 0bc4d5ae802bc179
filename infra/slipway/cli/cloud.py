"""`slipway cloud start|stop|status` and `slipway env`: the local cloud and the shell that talks to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.cloud import environment, process, stacks
from slipway.engine import resolve
from slipway.errors import CloudError

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway cloud start          start it, and create this project's stacks in it

eval "$(slipway env)"        make this shell's `pulumi` use it

slipway cloud stop           stop it and forget everything it held
"""


def register(app: typer.Typer) -> None:
    """Add the group and `env` to `app`."""
    group = typer.Typer(
        help="The local cloud: MiniStack and the AWS provider in front of it, on this machine only.",
        epilog=_EPILOG,
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    group.command("start")(_start)
    group.command("stop")(_stop)
    group.command("status")(_status)
    app.add_typer(group, name="cloud")
    app.command("env", epilog='[bold]Example[/bold]\n\neval "$(slipway env)"')(_env)


def _start(
    project: Annotated[Path, typer.Option(help="The project whose stacks are created.", file_okay=False)] = Path(),
) -> None:
    """Start the local cloud, or say where it already runs. Nothing it does reaches a real account."""
    cloud = process.start()
    names = stacks.create_stacks(project, environment.within(cloud, resolve()))
    typer.echo(f"local cloud at {cloud.endpoint} (process {cloud.pid})")
    if names:
        typer.echo(f"stacks: {', '.join(names)}")
    typer.echo('eval "$(slipway env)"  makes this shell\'s pulumi use it', err=True)


def _stop() -> None:
    """Stop the local cloud. Its resources and Pulumi's state of them are gone together."""
    typer.echo("local cloud stopped" if process.stop() else "no local cloud was running")


def _status(form: FormatOption = Format.TEXT) -> None:
    """Say whether the local cloud runs, and where. Exit status 3 if it does not."""
    cloud = process.status()
    if form is Format.JSON:
        found = {"endpoint": cloud.endpoint, "pid": cloud.pid, "directory": str(cloud.directory)} if cloud else None
        typer.echo(json.dumps({"running": cloud is not None, "cloud": found}))
    elif cloud:
        typer.echo(f"running at {cloud.endpoint} (process {cloud.pid}), log in {cloud.log}")
    else:
        typer.echo("not running")
    if cloud is None:
        raise typer.Exit(3)


def _env(form: FormatOption = Format.TEXT) -> None:
    """Print the shell commands that point `pulumi` and AWS tools at the local cloud."""
    cloud = process.status()
    if cloud is None:
        raise CloudError("the local cloud is not running", "start it with `slipway cloud start`")
    values = environment.variables(cloud, resolve())
    typer.echo(json.dumps(values, indent=2) if form is Format.JSON else environment.as_shell(values))
