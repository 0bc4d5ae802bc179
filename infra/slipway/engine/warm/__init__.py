"""A Python that is already warm, for many runs of a program: the packages are imported once, and each run is a fork.

packages  what a stack's programs import                          (pure)
server    the Python that imports and forks                       (a script of its own)
client    what an engine starts in place of `python3`             (a script of its own)
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from slipway.engine.warm.packages import packages

__all__ = ["packages", "python"]

_NAMES = ("python3", "python")  # Pulumi's language host looks for the one, then for the other
_HERE = Path(__file__).parent


@contextmanager
def python(modules: Sequence[str], environment: Mapping[str, str]) -> Iterator[Path | None]:
    """A directory for the front of PATH, whose `python3` runs Pulumi programs in forks of one interpreter, this one,
    that has these modules already; what else it is asked to run, a fresh one does.

    A module that cannot be imported is left to the programs. Every fork ends with the context, or with this process.
    None where forks are not to be trusted: on macOS, whose libraries may have begun threads.
    """
    if sys.platform != "linux":
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="slipway-python-") as directory:
        folder = Path(directory)
        address = str(folder / "server")
        with _server(address, modules, environment):
            client = shlex.join([sys.executable, "-I", "-S", str(_HERE / "client.py"), address, sys.executable])
            for name in _NAMES:
                (folder / name).write_text(f'#!/bin/sh\nexec {client} "$@"\n', encoding="utf-8")
                (folder / name).chmod(0o700)
            yield folder


def _server(address: str, modules: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The server as a process, whose end as a context is the end of its standard input."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()  # who comes before the server does, or while it imports, waits
        command = [sys.executable, "-P", str(_HERE / "server.py"), str(listening.fileno()), *modules]
        return subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
            start_new_session=True,
        )
