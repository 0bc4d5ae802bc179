"""Run a command to its end; an interruption reaches it first, and gently."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

__all__ = ["run"]

_GRACE = 20.0  # seconds; the engine uses them to finish steps in flight and to let go of its plugins


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
