"""The shell of the demo: commands as a person types them, told with what came of them."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.markup import escape

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.errors import SlipwayError

__all__ = ["Shell", "console", "run"]

_GRACE = 20.0  # seconds; the engine uses them to finish steps in flight and to let go of its plugins
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Shell:
    """A project, the local cloud, and the environment in which commands reach it."""

    project: Path
    cloud: RunningCloud
    variables: Mapping[str, str]

    def up(self, stack: str) -> None:
        """`pulumi up`. SlipwayError with all that the engine said if it fails."""
        command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack]
        console.print(f"$ {' '.join(command)}", style="dim")
        log = self.project / f"up-{stack}.log"
        started = time.monotonic()
        with log.open("w", encoding="utf-8") as output, console.status(f"pulumi up {stack}"):
            status = run(command, cwd=self.project, env=self.variables, output=output)
        text = log.read_text(encoding="utf-8")
        if status:
            console.print(escape(text))
            raise SlipwayError(f"pulumi up {stack} failed with exit status {status}")
        counts = text.partition("Resources:\n")[2].partition("\n\n")[0]
        console.print(f"{escape(' '.join(counts.split()))} in {time.monotonic() - started:.0f} s")

    def slipway(self, *words: str, expected: int) -> None:
        """A command of ours, as it comes. SlipwayError if it ends otherwise than expected."""
        console.print(f"$ slipway {' '.join(words)}", style="dim")
        status = run(["slipway", *words], cwd=self.project, env=self.variables)
        console.print(f"exit status {status}", style="dim")
        if status != expected:
            raise SlipwayError(f"slipway {words[0]} ended with {status}, not {expected}")

    def outputs(self, stack: str) -> dict[str, Any]:
        """What a stack exports."""
        asked = subprocess.run(
            ["pulumi", "stack", "output", "--json", "--stack", stack],
            cwd=self.project,
            env=dict(self.variables),
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(asked.stdout)
        return found

    def put(self, bucket: str, key: str, body: bytes, kind: str = "application/gzip") -> None:
        """Publish a file, as the registry does: straight into the bucket."""
        Cloud(self.cloud.endpoint).client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind)


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: IO[str] | None = None) -> int:
    """The exit status. `output` takes both streams; without it they go where ours go.

    The command runs in a session of its own, so that a Ctrl-C at the terminal reaches it once and not twice: the
    engine takes a second one as an order to drop everything, and leaves its language host behind.
    """
    streams = {} if output is None else {"stdout": output, "stderr": subprocess.STDOUT}
    child = subprocess.Popen(
        command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, start_new_session=True, **streams
    )
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
