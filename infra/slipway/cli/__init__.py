"""The `slipway` command: one module a command group, each a thin shell around the package that does the work.

Exit statuses, everywhere: 0 done or approved, 1 refused, 2 bad input or usage, 3 the engine or the cloud failed.
"""

from __future__ import annotations

import sys

import typer

from slipway import __version__
from slipway.cli import cloud, doctor, engine, preflight
from slipway.errors import SlipwayError

__all__ = ["app", "main"]

app = typer.Typer(
    name="slipway",
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


preflight.register(app)
cloud.register(app)
engine.register(app)
doctor.register(app)


def main() -> None:
    """Run the command line; every expected failure ends as one line on standard error and an exit status."""
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
