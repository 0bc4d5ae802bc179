"""A MiniStack as a process, with nobody else around."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slipway.cloud.ministack.home import FAULTS
from slipway.cloud.provider.cloud import Cloud

__all__ = ["MiniStack", "Until", "running"]

Until = Callable[[Callable[[], bool]], float]


@dataclass(frozen=True, slots=True)
class MiniStack:
    """Where it answers, and its directory."""

    endpoint: str
    directory: Path

    @property
    def cloud(self) -> Cloud:
        return Cloud(self.endpoint, directory=self.directory)

    def journal(self, after: int = 0, wait: float = 0) -> dict[str, Any]:
        url = f"{self.endpoint}/_slipway/journal?after={after}&wait={wait}"
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 loopback
            found: dict[str, Any] = json.load(answer)
            return found

    def reset(self) -> None:
        urllib.request.urlopen(f"{self.endpoint}/_ministack/reset", data=b"", timeout=30).close()  # noqa: S310 loopback


@contextmanager
def running(directory: Path) -> Iterator[MiniStack]:
    """A MiniStack of ours until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(directory),
        FAULTS: str(directory / "faults.json"),
    }
    command = [sys.executable, "-m", "slipway.cloud.ministack"]
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log) as child,
    ):
        found = MiniStack(f"http://127.0.0.1:{port}", directory)
        _await(child, found)
        yield found
        child.terminate()


def _await(child: subprocess.Popen[bytes], ministack: MiniStack) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            ministack.journal()
        except urllib.error.URLError:
            assert child.poll() is None, (ministack.directory / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
