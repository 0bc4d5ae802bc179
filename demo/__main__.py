"""`make demo`: the outage of 2023-01-25, refused, and the same two changes made one after the other.

A local cloud of its own, a copy of the project in a temporary directory, the real engine. Nothing stays behind, however
it ends. Exit status 0 if everything went as told, 1 if not, 3 if the engine or the cloud failed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

from demo.commands import run
from demo.downloads import Downloads
from demo.project import copy_project, put_name
from slipway.cloud import environment, process, stacks
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import resolve
from slipway.errors import SlipwayError

HOST, NEW_NAME = "static.example.org", "cloudfront-static.example.org"
CRATE = b"a crate file, as far as a CDN is concerned" * 4096
_PREFIX = "slipway-demo-"
KEY = "crates/slipway/slipway-1.0.0+demo.crate"
PATH = "/crates/slipway/1.0.0+demo/download"  # the form clients use; the router rewrites it

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Tell the story, and stop it cleanly on Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, _terminated)
    started = time.monotonic()
    try:
        with _scene() as (project, cloud, shell):
            story(project, cloud, shell)
    except SlipwayError as error:
        console.print(f"[red]demo failed:[/red] {escape(error.message)}\n  {escape(error.advice)}")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        console.print("\ninterrupted; everything is cleaned up")
        sys.exit(130)
    console.print(f"\n[green]done[/green] in {time.monotonic() - started:.0f} s; nothing is left running")


def story(project: Path, cloud: process.RunningCloud, shell: dict[str, str]) -> None:
    """The six acts. Raises SlipwayError if one ends differently than told."""
    _act("1. Staging and production come up through the real Pulumi engine")
    _up(project, shell, "staging")
    _up(project, shell, "production")
    _upload(cloud, project, shell)

    sha256 = hashlib.sha256(CRATE).hexdigest()
    with Downloads(cloud, HOST, PATH, sha256) as downloads:
        _act(f"2. From now on a client downloads {PATH} from {HOST}, again and again")

        _act(f"3. Two changes in one production diff: {NEW_NAME} on the certificate, and in DNS")
        put_name(project, "production", NEW_NAME, "served")
        _preflight(project, shell, expected=1)

        _act("4. The same, one after the other. First: the name on certificate and distribution")
        put_name(project, "production", NEW_NAME, "alias")
        _preflight(project, shell, expected=0)
        _up(project, shell, "production")

        _act("5. Then: its DNS records")
        put_name(project, "production", NEW_NAME, "served")
        _preflight(project, shell, expected=0)
        _up(project, shell, "production")
    _account(downloads)
    with Downloads(cloud, NEW_NAME, PATH, sha256) as fresh:
        time.sleep(1)
    _account(fresh)


@contextmanager
def _scene() -> Iterator[tuple[Path, process.RunningCloud, dict[str, str]]]:
    """A project's copy, a cloud of its own and the environment of a shell that uses it; all gone afterwards."""
    engine = resolve()
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as directory:
        project = copy_project(Path(directory) / "project")
        home = Path(directory) / "cloud"
        try:
            with console.status("starting the local cloud"):
                cloud = process.start(home)
                shell = environment.within(cloud, engine)
                stacks.create_stacks(project, shell)
            console.print(f"local cloud at {cloud.endpoint}, engine {engine.version} ({engine.origin})")
            yield project, cloud, shell
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


def _act(title: str) -> None:
    console.print(f"\n[bold]{escape(title)}[/bold]")


def _up(project: Path, shell: dict[str, str], stack: str) -> None:
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack]
    console.print(f"$ {' '.join(command)}", style="dim")
    log = project / f"up-{stack}.log"
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as output, console.status(f"pulumi up {stack}"):
        status = run(command, cwd=project, env=shell, output=output)
    text = log.read_text(encoding="utf-8")
    if status:
        console.print(escape(text))
        raise SlipwayError(f"pulumi up {stack} failed with exit status {status}")
    counts = text.partition("Resources:\n")[2].partition("\n\n")[0]
    console.print(f"{escape(' '.join(counts.split()))} in {time.monotonic() - started:.0f} s")


def _preflight(project: Path, shell: dict[str, str], expected: int) -> None:
    command = ["slipway", "preflight", "production"]
    console.print(f"$ {' '.join(command)}", style="dim")
    status = run(command, cwd=project, env=shell)
    console.print(f"exit status {status}", style="dim")
    if status != expected:
        raise SlipwayError(f"slipway preflight ended with {status}, not {expected}")


def _upload(cloud: process.RunningCloud, project: Path, shell: dict[str, str]) -> None:
    """Publish one crate file, as the registry does: straight into the bucket."""
    asked = subprocess.run(
        ["pulumi", "stack", "output", "crates", "--json", "--stack", "production"],
        cwd=project,
        env=shell,
        capture_output=True,
        text=True,
        check=True,
    )
    bucket = json.loads(asked.stdout)["bucket"]
    Cloud(cloud.endpoint).client("s3").put_object(Bucket=bucket, Key=KEY, Body=CRATE)


def _account(downloads: Downloads) -> None:
    """Say what the client saw; a single failure fails the demo."""
    verdict = "[green]none failed[/green]" if not downloads.failures else f"[red]{len(downloads.failures)} failed[/red]"
    console.print(f"{downloads.name}: {downloads.done} downloads, {verdict}")
    if downloads.failures or not downloads.done:
        first = f"after {downloads.failures[0][0]:.1f} s: {downloads.failures[0][1]}" if downloads.failures else "none"
        raise SlipwayError(f"{downloads.name} did not serve throughout; first failure {first}")


def _terminated(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
