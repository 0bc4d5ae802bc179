"""`slipway rollout`: what is checked out, through staging to production, each stage written down and none guessed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from slipway import report
from slipway.engine import resolve
from slipway.engine.progress import Progress, on_stderr
from slipway.errors import BadInput
from slipway.ledger import Deed
from slipway.preflight import Verdict
from slipway.report.escape import for_terminal
from slipway.rollout.driver import Told
from slipway.rollout.environment import Environment, open_environment
from slipway.rollout.rollout import Wanted, give_up, roll_out

__all__ = ["Person", "register"]

_EPILOG = """[bold]Examples[/bold]

slipway rollout                        what is checked out, to staging and then to production

slipway rollout --resume               go on after an interruption, a crash or a pause, also somebody else's

slipway rollout --give-up --reason "reverted"    so that another commit may begin; what was applied stays

slipway rollout --only staging

slipway rollout --split                a commit with several changes: one proven step after the other in production

slipway rollout --yes                  in CI: whoever starts it approves what the preflight approves

[bold]Exit status[/bold]

0 every environment has it, 1 refused or failed, 2 bad input or usage, 3 the engine or AWS failed, 4 paused: decide
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rollout", epilog=_EPILOG)(_rollout)


def _rollout(
    only: Annotated[list[str] | None, typer.Option(help="These environments, in this order.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a rollout that has not ended.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Approve what a preflight approves; nobody is asked.")] = False,
    reviews: Annotated[Path | None, typer.Option(help="A pull request's reviews, as gh prints them.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Do not wait for the deploy window; it is written down.")] = False,
    leave: Annotated[bool, typer.Option("--give-up", help="End a rollout that nobody goes on with.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is given up.")] = "",
    split: Annotated[bool, typer.Option("--split", help="Take a change that has to be cut in proven steps.")] = False,
) -> None:
    """Preflight, apply, smoke test and soak in staging; then the same change, approved, in production."""
    project = Path.cwd()
    names = tuple(only or ("staging", "production"))
    environments = tuple(open_environment(name, project) for name in names)
    if leave:
        _leave(environments[-1], reason)
        return
    with person(yes) as teller:
        roll_out(Wanted(environments, resume=resume, reviews=reviews, now=now, split=split), resolve(), teller)
    typer.echo(f"done: {environments[-1].commit[:12]} is in {' and '.join(names)}; next: slipway next {names[-1]}")


def _leave(environment: Environment, reason: str) -> None:
    if not reason.strip():
        raise BadInput("--give-up wants a --reason", 'Say it in a few words: --reason "reverted".')
    entry = give_up(environment, reason).entry
    typer.echo(f"given up: the rollout of {entry.deed.commit[:12]}, entry {entry.number}; what it applied stays")
    typer.echo(f"next: slipway next {environment.stack}, or slipway rollback {environment.stack}")


@dataclass(frozen=True, slots=True)
class Person:
    """Tells a person, or a log, where things stand; and asks, if somebody is at a terminal."""

    progress: Progress
    yes: bool

    def say(self, words: str) -> None:
        """Where it stands now."""
        self.progress.tick(words)

    def note(self, told: Told) -> None:
        """A stage is over."""
        self.progress.note(f"{told.environment} {told.stage}: {for_terminal(told.words)}")

    def verdict(self, verdict: Verdict) -> None:
        """The preflight's report, if there is anything in it."""
        if verdict.changes or not verdict.approved:
            sys.stderr.write(report.as_text(verdict))

    def approves(self, environment: str, preflight: Deed) -> bool | None:
        """Whoever says --yes has said so; else whoever sits at the terminal."""
        if self.yes:
            return True
        if not sys.stdin.isatty():
            return None
        return typer.confirm(f"Apply plan {preflight.plan[7:19]} to {environment}?", default=False, err=True)


@contextmanager
def person(yes: bool) -> Iterator[Person]:
    """Whoever started the command."""
    with on_stderr() as progress:
        yield Person(progress, yes)
