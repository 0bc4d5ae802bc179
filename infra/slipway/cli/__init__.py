"""The `slipway` command: one module a command group, each a thin shell around the package that does the work.

Exit statuses, everywhere: 0 done or approved, 1 refused, 2 bad input or usage, 3 the engine or the cloud failed.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import NoReturn

import typer
from typer.core import TyperGroup

from slipway import __version__
from slipway.errors import SlipwayError

__all__ = ["app", "main"]

# Command -> the module that registers it. A command loads its own module alone: `preflight` is run in every pull
# request, and should not wait for what only the local cloud needs.
_MODULES = {
    "preflight": "preflight",
    "releases": "releases",
    "invalidate": "invalidate",
    "index": "index",
    "access": "access",
    "runbooks": "runbooks",
    "cloud": "cloud",
    "env": "cloud",
    "engine": "engine",
    "doctor": "doctor",
}


class _LazyGroup(TyperGroup):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(_MODULES)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperGroup | None:  # type: ignore[override]
        if cmd_name not in _MODULES:
            return None
        loaded = typer.Typer(rich_markup_mode="rich")
        loaded.callback()(lambda: None)  # keeps a single command a command of a group
        import_module(f"slipway.cli.{_MODULES[cmd_name]}").register(loaded)
        command: TyperGroup = typer.main.get_group(loaded).commands[cmd_name]  # type: ignore[assignment]
        return command


app = typer.Typer(
    name="slipway",
    cls=_LazyGroup,
    help="Staged CDN rollouts on Pulumi: one proven change at a time, no hostname dark.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"slipway {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print it.")) -> None:
    pass


def _terminated(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every expected failure ends as one line on standard error and an exit status."""
    signal.signal(signal.SIGTERM, _terminated)  # what CI sends; children are stopped as for Ctrl-C
    try:
        app()
    except SlipwayError as error:
        print(f"slipway: {error.message}", file=sys.stderr)
        if error.advice:
            print(f"  {error.advice}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("slipway: interrupted", file=sys.stderr)
        sys.exit(130)
