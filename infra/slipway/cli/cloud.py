"""`slipway cloud start|stop|status` and `slipway env`: the local cloud and the shell that talks to it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.cloud import clock, environment, process, stacks
from slipway.cloud.internet.address import Internet
from slipway.engine import resolve
from slipway.errors import CloudError

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway cloud start          start it, and create this project's stacks in it

eval "$(slipway env)"        make this shell's `pulumi` use it

slipway cloud start --time-scale 0     start it so that nothing takes any time

slipway cloud stop           stop it and forget everything it held
"""
_ENV_EPILOG = """[bold]Examples[/bold]

eval "$(slipway env)"                          this shell's `pulumi` uses the local cloud

(eval "$(slipway env --clients)"; curl -v https://static.example.org/)     so does curl, as users' would
"""


def register(app: typer.Typer) -> None:
    """Add the group and `env` to `app`."""
    group = typer.Typer(
        help="The local cloud: MiniStack, the AWS provider and an internet in front of it, on this machine only.",
        epilog=_EPILOG,
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    group.command("start")(_start)
    group.command("stop")(_stop)
    group.command("status")(_status)
    app.add_typer(group, name="cloud")
    app.command("env", epilog=_ENV_EPILOG)(_env)


def _start(
    project: Annotated[Path, typer.Option(help="The project whose stacks are created.", file_okay=False)] = Path(),
    time_scale: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="How many times faster than ours its time passes; 0: nothing takes any time. "
            f"{clock.USUAL_SCALE:g} if it is new, else what it was.",
        ),
    ] = None,
) -> None:
    """Start the local cloud, or say where it already runs. Nothing it does reaches a real account."""
    cloud = process.start()
    if time_scale is not None:
        clock.write(cloud.directory, clock.Clock(time_scale))
    names = stacks.create_stacks(project, environment.within(cloud, resolve()))
    typer.echo(f"local cloud at {cloud.endpoint} (process {cloud.pid})")
    if internet := cloud.internet:
        typer.echo(_shown(internet))
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
        typer.echo(json.dumps({"running": cloud is not None, "cloud": _document(cloud) if cloud else None}))
    elif cloud:
        internet = cloud.internet
        typer.echo(f"running at {cloud.endpoint} (process {cloud.pid}), log in {cloud.log}")
        typer.echo(_shown(internet) if internet else "its internet does not run; `slipway cloud start` starts it")
        scale = clock.read(cloud.directory).scale
        typer.echo(f"time: {scale:g} times faster" if scale else "time: nothing takes any")
    else:
        typer.echo("not running")
    if cloud is None:
        raise typer.Exit(3)


def _env(
    form: FormatOption = Format.TEXT,
    clients: Annotated[
        bool, typer.Option("--clients", help="What curl, Python, Cargo and Git need to be clients of its internet.")
    ] = False,
) -> None:
    """Print the shell commands that point `pulumi` and AWS tools at the local cloud."""
    cloud = process.status()
    if cloud is None:
        raise CloudError("the local cloud is not running", "start it with `slipway cloud start`")
    values = environment.clients(_internet(cloud)) if clients else environment.variables(cloud, resolve())
    removed = () if clients else environment.REMOVED
    typer.echo(json.dumps(values, indent=2) if form is Format.JSON else environment.as_shell(values, removed))


def _internet(cloud: process.RunningCloud) -> Internet:
    internet = cloud.internet
    if internet is None:
        raise CloudError("the local cloud's internet is not running", "start it again with `slipway cloud start`")
    return internet


def _document(cloud: process.RunningCloud) -> dict[str, Any]:
    internet = cloud.internet
    return {
        "endpoint": cloud.endpoint,
        "pid": cloud.pid,
        "directory": str(cloud.directory),
        "time_scale": clock.read(cloud.directory).scale,
        "internet": {**asdict(internet), "ca": str(internet.ca)} if internet else None,
    }


def _shown(internet: Internet) -> str:
    place = internet.addresses[0]
    return (
        f"its internet on {place}: name servers {internet.dns}, resolver {internet.resolver}, "
        f"https {internet.https}, http {internet.http}, proxy {internet.proxy} (process {internet.pid})"
    )
