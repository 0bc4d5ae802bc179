"""`make demo`: the outages of 2023, refused, rehearsed and caught; and the same changes made the safe way.

A local cloud of its own, a copy of the project in a temporary directory, the real engine. Nothing stays behind but two
pictures in `.slipway/demo`, however it ends. Exit status 0 if everything went as told, 1 if not, 3 if the engine or the
cloud failed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rich.markup import escape

from demo.acts import bring_up, outage_rehearsed, slash_missing, two_changes
from demo.project import copy_project
from demo.shell import Shell, console
from slipway.cloud import environment, process, stacks
from slipway.engine import resolve
from slipway.errors import SlipwayError

_PREFIX = "slipway-demo-"
_PICTURES = Path(".slipway") / "demo"


def main() -> None:
    """Tell the story, and stop it cleanly on Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, _terminated)
    started = time.monotonic()
    try:
        with _scene() as (shell, directory):
            bring_up(shell)
            two_changes(shell)
            outage_rehearsed(shell, directory, _PICTURES.absolute())
            slash_missing(shell)
    except SlipwayError as error:
        console.print(f"[red]demo failed:[/red] {escape(error.message)}\n  {escape(error.advice)}")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        console.print("\ninterrupted; everything is cleaned up")
        sys.exit(130)
    console.print(f"\n[green]done[/green] in {time.monotonic() - started:.0f} s; nothing is left running")


@contextmanager
def _scene() -> Iterator[tuple[Shell, Path]]:
    """A project's copy and a cloud of its own, whose time runs 600 times faster; all gone afterwards."""
    engine = resolve()
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as directory:
        project = copy_project(Path(directory) / "project")
        home = Path(directory) / "cloud"
        try:
            with console.status("starting the local cloud"):
                cloud = process.start(home)
                # What the smoke test saw before is kept by environment: the demo's own is nobody else's.
                variables = {**environment.within(cloud, engine), "XDG_STATE_HOME": str(Path(directory) / "kept")}
                stacks.create_stacks(project, variables)
            console.print(f"local cloud at {cloud.endpoint}, engine {engine.version} ({engine.origin})")
            yield Shell(project, cloud, variables), Path(directory)
        finally:
            process.stop(home)


def _sweep() -> None:
    """Stop and remove what demos left that were killed outright, and so could not clean up themselves."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            os.kill(int(owner), 0)
        except (ValueError, ProcessLookupError):
            process.stop(left / "cloud")
            shutil.rmtree(left, ignore_errors=True)
        except PermissionError:  # somebody else's, alive
            continue


def _terminated(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
