"""Work in the background: what only watches must not slow down what it watches.

Source: sched(7), "The autogroup feature": where the kernel shares the processors out by session, a process's nice value
counts within its session alone, and that of the session stands in /proc/PID/autogroup.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["stand_back"]

_NICE = 19
_SESSION = Path("/proc/self/autogroup")


def stand_back() -> None:
    """Let this process, and its session if it leads one, have only what nobody else needs of the processors."""
    os.nice(_NICE)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # Not every kernel has it.
            _SESSION.write_text(str(_NICE), encoding="ascii")
