"""`slipway rehearse`: the production diff, applied where nobody is hurt, with someone counting the dark seconds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.recording import record
from slipway.engine import resolve
from slipway.engine.progress import on_stderr
from slipway.errors import BadInput
from slipway.files import write_whole
from slipway.ledger import Deed, Value
from slipway.preflight import Durations
from slipway.rehearsal.account import Rehearsal, as_document
from slipway.rehearsal.faults import parse_fault
from slipway.rehearsal.picture import as_svg
from slipway.rehearsal.rehearse import Wanted, rehearse
from slipway.rehearsal.scene import export
from slipway.rehearsal.told import as_text, print_text
from slipway.rollout.deeds import proven
from slipway.stack_settings import of_slipway

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway rehearse production                        the program here, on the last deployed state

slipway rehearse production --runs 5 --seed 7      five applies, in five orders

slipway rehearse production --fault kill@2         the engine dies as the second operation begins

slipway rehearse production --picture rehearsal.svg

pulumi stack export --show-secrets > state.json; slipway rehearse production --state state.json

[bold]Exit status[/bold]

0 no hostname was dark, 1 one was or the apply failed, 2 bad input or usage, 3 the engine or the local cloud failed
"""
_FORMATS = ("text", "json", "svg")
_PLUGINS = ("local", "official")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rehearse", epilog=_EPILOG)(_rehearse)


def _rehearse(
    stack: Annotated[str, typer.Argument(help="The stack whose deployed state is put up and changed.")],
    state: Annotated[Path | None, typer.Option(help="An exported state instead of the deployed one.")] = None,
    runs: Annotated[int, typer.Option(min=1, max=1000, help="How many applies; each begins afresh.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The first run's order; 0 is the engine's own pace.")] = 0,
    fault: Annotated[str, typer.Option(help="fail, hang, throttle or kill @ a step's number or name.")] = "",
    counterexamples: Annotated[
        bool, typer.Option("--counterexamples", help="Apply in the orders in which the proof sees a name fall.")
    ] = False,
    external: Annotated[list[str] | None, typer.Option(help="A host outside the plan, taken as serving.")] = None,
    retire: Annotated[list[str] | None, typer.Option(help="A host name that is meant to go.")] = None,
    config_file: Annotated[Path | None, typer.Option(help="Settings instead of Pulumi.STACK.yaml.")] = None,
    plugin: Annotated[str, typer.Option(help="local, or official: the AWS plugin that you have installed.")] = "local",
    time_scale: Annotated[float, typer.Option(min=1, max=10_000, help="The cloud's seconds in one of ours.")] = 600,
    project: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", file_okay=False)] = Path(),
    form: Annotated[str, typer.Option("--format", help="text, json or svg (the first run's picture).")] = "text",
    output: Annotated[Path | None, typer.Option(help="Write the account to this file instead.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Write the first run's picture to this file as well.")] = None,
) -> None:
    """Apply the program to a copy of the deployed state on a fresh local cloud, with users at every hostname."""
    if form not in _FORMATS:
        raise BadInput(f"--format {form!r} is not known", f"Ask for one of {', '.join(_FORMATS)}.")
    if plugin not in _PLUGINS:
        raise BadInput(f"--plugin {plugin!r} is not known", f"Ask for one of {', '.join(_PLUGINS)}.")
    project = project.absolute()
    settings = config_file or project / f"Pulumi.{stack}.yaml"
    ours = of_slipway(settings)
    wanted = Wanted(
        stack,
        ours.environment if ours else stack,
        ours.guarded if ours else stack != "staging",
        external=(*(external or ()), *(ours.all_external if ours else ())),
        retire=(*(retire or ()), *(ours.retire if ours else ())),
        durations=Durations(**ours.durations.model_dump()) if ours else Durations(),
        runs=runs,
        seed=seed,
        fault=parse_fault(fault) if fault else None,
        scale=time_scale,
        counterexamples=counterexamples,
        official=plugin == "official",
        settings=settings,
    )
    with _progress() as say:
        engine = resolve()
        say("the deployed state: exporting")
        exported = _read(state) if state else export(stack, project, engine)
        found = rehearse(wanted, exported, project, engine, say)
    _write(found, form, output)
    if picture:
        write_whole(picture, _svg(found))
    bad = bool(found.dark_seconds or found.failed or found.disagreements)
    record(ours, settings, _deed(found, bad))
    raise typer.Exit(1 if bad else 0)


def _deed(found: Rehearsal, bad: bool) -> Deed:
    results: dict[str, Value] = {
        "runs": len(found.runs),
        "seed": found.runs[0].seed,
        "dark_seconds": round(found.dark_seconds, 1),
        "disagreements": len(found.disagreements),
    }
    return proven(Deed(kind="rehearsal", outcome="failed" if bad else "passed", results=results), found.verdict)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    with on_stderr() as progress:
        yield lambda words: progress.tick(f"rehearsal: {words}")


def _read(state: Path) -> str:
    try:
        return state.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {state}: {error}", "Give what `pulumi stack export` printed.") from None


def _write(found: Rehearsal, form: str, output: Path | None) -> None:
    if form == "text" and not output and sys.stdout.isatty():
        from rich.console import Console  # Only a person at a terminal needs colour.

        print_text(found, Console())
        return
    written = {"json": lambda: json.dumps(as_document(found), indent=2) + "\n", "svg": lambda: _svg(found)}
    text = written.get(form, lambda: as_text(found))()
    if output:
        write_whole(output, text)
    else:
        typer.echo(text, nl=False)


def _svg(found: Rehearsal) -> str:
    run = found.runs[0]
    return as_svg(run.timeline, f"{found.stack}, rehearsed (seed {run.seed})")
