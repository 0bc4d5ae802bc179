"""One apply by the real engine under a conductor, from its first moment to its last."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from slipway.engine.child import so_far

__all__ = ["Applied", "Engineer"]

_TICK = 0.05
_STUBBORN = 10.0  # seconds that an interrupted engine may take to let go of what it began


@dataclass(frozen=True, slots=True)
class Applied:
    """How it ended: the engine's exit status (negative: the signal that killed it), all it said, and when, by the
    monotonic clock."""

    status: int
    said: str
    began: float
    ended: float


@dataclass(slots=True)
class Engineer:
    """Runs the engine in a session of its own, and can be told to kill or interrupt it, from any thread."""

    child: subprocess.Popen[bytes] | None = None
    interrupted: float = 0.0

    def run(
        self,
        command: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        *,
        tick: Callable[[float], None] = lambda seconds: None,
    ) -> Applied:
        """Run it to its end; `tick` hears about twenty times a second how long it has run. Whatever happens, nothing
        of it is left behind."""
        with tempfile.TemporaryFile() as output:
            began = time.monotonic()
            self.child = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                while self.child.poll() is None:
                    tick(time.monotonic() - began)
                    self._insist()
                    with suppress(subprocess.TimeoutExpired):
                        self.child.wait(_TICK)
            finally:
                self.kill()
            return Applied(self.child.wait(), so_far(output), began, time.monotonic())

    def interrupt(self) -> None:
        """As Ctrl-C does: the engine finishes what it has begun, and begins nothing new."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)  # The engine alone: it ends its plugins itself.
        self.interrupted = self.interrupted or time.monotonic()

    def kill(self) -> None:
        """The engine, the program and the plugins, from one moment to the next."""
        if self.child is not None:
            for pid in _session(self.child.pid):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def _insist(self) -> None:
        """What an interruption does not end, dies."""
        if self.interrupted and time.monotonic() - self.interrupted > _STUBBORN:
            self.kill()


def _session(leader: int) -> list[int]:
    """Every process of a session. The engine gives its plugins process groups of their own; the session is one."""
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    found = []
    for pid in map(int, listed.split()):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                found.append(pid)
    return found
