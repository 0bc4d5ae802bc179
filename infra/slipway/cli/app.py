"""The typer application: every command, its help, its mistakes and its shell completion."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import typer
from typer.core import TyperGroup

from slipway import __version__

__all__ = ["application"]


def application(modules: Mapping[str, str]) -> typer.Typer:
    """The application of these commands, each with the module of this package that registers it."""
    app = typer.Typer(
        name="slipway",
        cls=_lazy_group(modules),
        help="Staged CDN rollouts on Pulumi: one proven change at a time, no hostname dark.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    return app


def _lazy_group(modules: Mapping[str, str]) -> type[TyperGroup]:
    """A group that imports a command's module when the command is asked for."""

    class LazyGroup(TyperGroup):
        def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
            return list(modules)

        def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperGroup | None:  # type: ignore[override]
            if cmd_name not in modules:
                return None
            loaded = typer.Typer(rich_markup_mode="rich")
            loaded.callback()(lambda: None)  # keeps a single command a command of a group
            import_module(f"{__package__}.{modules[cmd_name]}").register(loaded)
            command: TyperGroup = typer.main.get_group(loaded).commands[cmd_name]  # type: ignore[assignment]
            return command

    return LazyGroup


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"slipway {__version__}")
        raise typer.Exit


def _root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print it.")) -> None:
    pass
