"""What every move needs: the stack's settings, its engine, its ledger, and its zone in Route 53."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from slipway import aws
from slipway.cli.recording import book_of
from slipway.config import StackConfig, read_file
from slipway.engine import resolve
from slipway.engine.progress import Progress, on_stderr
from slipway.engine.project import settings_file, settings_named
from slipway.errors import BadInput
from slipway.moves.logbook import Logbook, own_book
from slipway.moves.stack import Stack
from slipway.report.escape import for_terminal
from slipway.route53.names import host
from slipway.route53.zone import Zone

__all__ = ["Scene", "hang_up_is_an_interrupt", "scene", "seconds_of"]

_SPAN = re.compile(r"(?P<number>\d{1,5})(?P<unit>[smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Scene:
    """A stack that something is moved in."""

    config: StackConfig
    settings: Path
    stack: Stack
    log: Logbook
    progress: Progress

    def zone(self, zone_id: str, domain: str) -> Zone:
        """A hosted zone; Route 53 says what its domain is where the state does not."""
        client = aws.client("route53")
        if not domain:
            with aws.reported(f"hosted zone {zone_id} cannot be read"):
                domain = host(client.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"])
        return Zone(client, zone_id, domain, self.progress)

    def consent(self, question: str, *, yes: bool) -> None:
        """Come back if it may be done: the stack is not guarded, `--yes` was given, or a person says so. BadInput where
        nobody is there to be asked, or the answer is no."""
        if yes or not self.config.guarded:
            return
        if not sys.stdin.isatty():
            raise BadInput(f"{self.stack.name} is guarded, and nobody is here to be asked", "Add --yes if it is meant.")
        self.progress.rest()
        if not typer.confirm(f"{for_terminal(question)}?", err=True):
            raise BadInput("not done", "Nothing was changed.")

    def say(self, text: str) -> None:
        """What came of it, on standard output."""
        self.progress.rest()
        typer.echo(for_terminal(text))

    def tell(self, text: str) -> None:
        """Something that stays worth knowing, on standard error."""
        self.progress.note(for_terminal(text))


@contextmanager
def scene(stack: str) -> Iterator[Scene]:
    """The stack of the project in this directory. BadInput if it is not named, or has no settings here."""
    here = Path.cwd()
    if not stack:
        raise BadInput("name the stack with --stack: the selected one is not assumed", settings_named(here))
    settings = settings_file(stack, here)
    config = read_file(settings)
    with on_stderr() as progress:
        book = book_of(config, here)
        log = Logbook(
            book or own_book(config.environment, here, os.environ),
            settings,
            lambda text: progress.note(for_terminal(text)) if book else None,
        )
        yield Scene(config, settings, Stack(stack, here, resolve(progress), progress), log, progress)


def hang_up_is_an_interrupt() -> None:
    """A lost terminal must not leave a step half watched: what is under way goes back."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # not under nohup
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def seconds_of(soak: str) -> float:
    """`90s`, `5m`, `1h`. BadInput for anything else."""
    found = _SPAN.fullmatch(soak.strip())
    if found is None:
        raise BadInput(f"--soak {soak!r} is no time", "Write it like 90s, 5m or 1h.")
    return float(int(found["number"]) * _SECONDS[found["unit"]])
