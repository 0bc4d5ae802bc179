"""Run a child process to its end while somebody watches, and never leave it behind."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Outcome", "Watch", "run", "so_far"]

Watch = Callable[[float, str], None]
"""Called about twice a second with the seconds gone by and all that stands on the child's standard error so far."""

_GRACE = 10.0  # seconds; `pulumi` uses them to let go of its plugins


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: its exit status (negative: the signal that killed it) and its output."""

    status: int
    stdout: str
    stderr: str


def run(command: Sequence[str], *, env: Mapping[str, str], cwd: Path, watch: Watch = lambda _s, _e: None) -> Outcome:
    """Run `command`; an interruption stops the child first. Raises OSError when it cannot be started.

    The output goes to unnamed files: no pipe can fill up, and reading what is there so far needs no thread.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        # In a session of its own: a Ctrl-C at the terminal then reaches it once, from `_stop`, and not twice.
        child = subprocess.Popen(
            command, env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        try:
            status = _wait(child, err, watch)
        finally:
            _stop(child)
        return Outcome(status, so_far(out), so_far(err))


def _wait(child: subprocess.Popen[bytes], err: IO[bytes], watch: Watch) -> int:
    started = time.monotonic()
    while True:
        with suppress(subprocess.TimeoutExpired):
            return child.wait(timeout=0.5)
        watch(time.monotonic() - started, so_far(err))


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def so_far(file: IO[bytes]) -> str:
    """What a child that still writes to a file has written. It shares the file's position, so seeking would make it
    overwrite itself; nothing is moved here."""
    descriptor = file.fileno()
    chunks: list[bytes] = []
    done = 0
    while chunk := os.pread(descriptor, 1 << 24, done):
        chunks.append(chunk)
        done += len(chunk)
    return b"".join(chunks).decode(errors="replace")
