"""`slipway split`: a diff with several changes, cut into the fewest proven steps, or why it cannot be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.errors import BadInput, EngineError
from slipway.files import write_whole
from slipway.plan import Plan, read_plan
from slipway.preflight import Verdict
from slipway.report.cut import cut_as_json, cut_as_text
from slipway.split import Circumstances, Cut, split, verdict_on

if TYPE_CHECKING:
    from slipway.config import StackConfig

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway split production                preview the stack, and cut what it shows

slipway split --preview preview.json    cut a preview taken before; - reads standard input

slipway split production --retire old.example.org --format json

[bold]Exit status[/bold]

0 cut, or nothing to cut; 1 it cannot be cut: two requirements conflict, or the engine's own preview of the first step
is refused; 2 bad input or usage; 3 the engine failed
"""
_NO_TARGETS = (
    "With --target the program gets the old outputs of all else: where it cannot do with them, make two commits of it "
    "instead. `slipway split --preview FILE` shows the steps."
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("split", epilog=_EPILOG)(_split)


def _split(
    stack: Annotated[str, typer.Argument(metavar="[STACK]", help="The stack to preview.", show_default=False)] = "",
    preview: Annotated[str, typer.Option(help="A preview's JSON instead; - reads standard input.")] = "",
    environment: Annotated[str, typer.Option(help="What the plan is for; by default as the settings say.")] = "",
    external: Annotated[list[str] | None, typer.Option(help="A host outside the plan, taken as serving.")] = None,
    retire: Annotated[list[str] | None, typer.Option(help="A host name that is meant to go.")] = None,
    form: FormatOption = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="<path>", help="Write the report to this file.")] = None,
) -> None:
    """Cut a diff into the fewest ordered steps, each proven, with the waits between them; or say what conflicts.

    Each step is judged as the preflight judges it where it is guarded, whatever the environment.
    """
    if bool(stack) == bool(preview):
        advice = "Name the stack, as in `slipway split production`, or give --preview FILE."
        raise BadInput("give a stack to preview, or a preview: one of them", advice)
    plan, settings = _read(preview) if preview else _previewed(stack)
    given = _circumstances(plan, settings, environment, external or [], retire or [])
    found = split(plan, given)
    engine = _first_step_by_the_engine(stack, found, given) if stack else None
    written = (cut_as_json if form is Format.JSON else cut_as_text)(plan, given.environment, found, engine)
    if output:
        write_whole(output, written)
    else:
        typer.echo(written, nl=False)
    raise typer.Exit(0 if isinstance(found, Cut) and (engine is None or engine.approved) else 1)


def _previewed(stack: str) -> tuple[Plan, StackConfig | None]:
    from slipway.rollout import judge

    judged = judge(stack, Path.cwd())
    return judged.plan, judged.config


def _read(preview: str) -> tuple[Plan, None]:
    try:
        return read_plan(sys.stdin.buffer.read() if preview == "-" else Path(preview).read_bytes()), None
    except OSError as error:
        raise BadInput(f"cannot read {preview}: {error.strerror}", "Give a preview's JSON, or - for stdin.") from None


def _circumstances(
    plan: Plan, settings: StackConfig | None, environment: str, external: list[str], retire: list[str]
) -> Circumstances:
    from slipway.cli.preflight import hosts

    named = hosts("--external", external), hosts("--retire", retire)
    if settings is None:
        return Circumstances(environment or plan.stack, *named)
    from slipway.rollout.pieces import circumstances

    own = circumstances(settings)
    return Circumstances(
        environment or own.environment, (*named[0], *own.external), (*named[1], *own.retire), own.durations
    )


def _first_step_by_the_engine(stack: str, found: object, given: Circumstances) -> Verdict | None:
    """The verdict on what the engine itself makes of the first step: the only one whose ground is there already."""
    from slipway.rollout import judge

    if not isinstance(found, Cut) or len(found.pieces) < 2:
        return None
    try:
        judged = judge(stack, Path.cwd(), targets=found.pieces[0].targets)
    except EngineError as error:
        raise EngineError(f"the diff can be cut, but not by targets: {error.message}", _NO_TARGETS) from None
    return verdict_on(judged.plan, given)
