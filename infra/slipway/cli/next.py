"""`slipway next`: which commit to deploy."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.cli.recording import book_of
from slipway.engine import Engine, resolve, warm
from slipway.engine.child import Watch
from slipway.engine.progress import on_stderr
from slipway.engine.project import settings_file
from slipway.engine.run import export
from slipway.errors import BadInput
from slipway.preflight import Verdict
from slipway.repository import Commit, Repository, repository_around
from slipway.rollout import judge
from slipway.rollout.candidates import (
    Base,
    Candidate,
    Context,
    Judge,
    Judging,
    Memory,
    Previews,
    base_of,
    choose,
    find,
    own_digest,
)  # fmt: skip
from slipway.rollout.candidates.told import Answer, as_document, as_text
from slipway.rollout.installed import installed
from slipway.stack_settings import of_slipway

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway next                                every commit since the deployed one, and which to take

slipway next production --from 4be1c9d      before the ledger names a deployed commit

slipway next staging --format json

[bold]Exit status[/bold]

0 there is a commit to deploy, or nothing to deploy; 1 no commit is one proven step; 2 bad input or usage,
3 the engine failed
"""
_MOST_JOBS = 8  # each is an engine, a program and a plugin: about a gigabyte with AWS's


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("next", epilog=_EPILOG)(_next)


def _next(
    stack: Annotated[str, typer.Argument(metavar="[ENV]", help="The environment's stack.")] = "production",
    start: Annotated[str, typer.Option("--from", help="The deployed commit, if the ledger names none yet.")] = "",
    jobs: Annotated[int | None, typer.Option(min=1, help="Previews at once; by default one more than cores.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say which commit to deploy: preview every one since the last that was, and find the furthest proven step."""
    here = Path.cwd()
    config = of_slipway(settings_file(stack, here))
    book = book_of(config, here) if config else None
    repository = repository_around(here)
    folder = repository.folder(here)
    main, base = base_of(repository, book, start, stack)
    commits = repository.between(base.commit, main.commit)
    candidates = _candidates(repository, folder, stack, base, commits, jobs or _jobs()) if commits else ()
    answer = Answer(stack, base.commit, base.entry, main, len(commits), candidates, choose(candidates))
    if form is Format.JSON:
        typer.echo(json.dumps(as_document(answer), indent=2))
    else:
        typer.echo(as_text(answer, datetime.now(UTC)), nl=False)
    raise typer.Exit(1 if answer.choice.blocked else 0)


def _candidates(
    repository: Repository, folder: PurePosixPath, stack: str, base: Base, commits: Sequence[Commit], jobs: int
) -> tuple[Candidate, ...]:
    """Every commit that is worth listing, previewed on the state that is deployed all the while."""
    here, started = repository.top / folder, time.monotonic()
    with on_stderr() as progress:
        engine = resolve(progress)
        progress.tick(f"the deployed state of {stack}: exporting")
        state = export(stack, here, engine)
        context = Context(stack, _digest(state), installed(), f"{engine.version}, {engine.host_version}", own_digest())
        memory = Memory.of(os.environ)
        previews = Previews(repository, folder, _judging(stack, engine, state), memory, jobs)

        def say(done: int, of: int) -> None:
            progress.tick(f"previewed {done} of {of} commits: {time.monotonic() - started:.0f} s")

        found = find(previews, context, base, commits, say)
        if export(stack, here, engine) != state:
            raise BadInput(f"somebody applied to {stack} in the meantime", "See what they did, then run this again.")
    memory.forget_old()
    return found


def _judging(stack: str, engine: Engine, state: str) -> Judging:
    @contextmanager
    def judging() -> Iterator[Judge]:
        with warm.python(warm.packages(state), os.environ) as python:
            yield partial(_judged, stack, replace(engine, python=python))

    return judging


def _judged(stack: str, engine: Engine, project: Path, watch: Watch) -> Verdict:
    return judge(stack, project, engine=engine, watch=watch).verdict


def _jobs() -> int:
    """One more than there are cores, so that none is idle while a preview waits for its engine or for the last one."""
    return min((os.cpu_count() or 1) + 1, _MOST_JOBS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
