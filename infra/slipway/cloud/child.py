"""Processes that outlive the command that starts them: started, known again by their number, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

__all__ = ["end", "environment", "lives", "runs", "spawn"]


def spawn(module: str, arguments: tuple[str, ...], *, directory: Path, log: Path, env: Mapping[str, str]) -> int:
    """Run `python -m MODULE` in a directory, what it says going to `log`; its process id."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=directory,
            start_new_session=True,  # outlives this command, and a Ctrl-C meant for it
        )
    child.returncode = 0  # `end` and `runs` look after it from here on, from this process or another
    return child.pid


def environment() -> dict[str, str]:
    """This process's environment without what would lead to a real account, another Pulumi or a proxy."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AWS_", "PULUMI_")) and not key.lower().endswith("_proxy")
    }


def lives(pid: int) -> bool:
    """Whether a process that was started just now is still there."""
    _reap(pid)
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def runs(pid: int, module: str) -> bool:
    """Whether the process is there and is this module: a number alone may by now belong to something else."""
    _reap(pid)
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return f"-m {module}" in shown.stdout


def end(pid: int, module: str) -> None:
    """End the process with all its children, unless it is something else by now."""
    for wanted, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        if not runs(pid, module):
            return
        try:
            os.killpg(pid, wanted)  # its own session: workers that run functions go with it
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and runs(pid, module):
            time.sleep(0.05)


def _reap(pid: int) -> None:
    """Collect the process if this very process started it; otherwise it stays listed until we exit."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
