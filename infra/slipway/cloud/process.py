"""MiniStack as a child process: started once a directory, found again, stopped without a trace.

The cloud's directory holds all that belongs to it: the record of the process, its log, Pulumi's backend and the
provider's launcher. What MiniStack holds lives in its memory, so a directory whose process is gone describes resources
that no longer exist; starting again begins from nothing, Pulumi's state included.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from slipway.errors import CloudError

__all__ = [
    "ACCOUNT", "DIRECTORY", "RunningCloud", "default_directory", "fail_origin", "start", "status", "stop", "wipe",
]  # fmt: skip

ACCOUNT = "123456789012"
DIRECTORY = "SLIPWAY_CLOUD_DIR"
_START_LIMIT = 60.0  # seconds; two are usual
_RECORD = "cloud.json"
_FAULTS = "faults.json"


@dataclass(frozen=True, slots=True)
class RunningCloud:
    """A MiniStack that answers on `port` of the loopback interface, with its directory."""

    pid: int
    port: int
    directory: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.directory / "ministack.log"


def default_directory() -> Path:
    """SLIPWAY_CLOUD_DIR, else one directory a user: the shell's commands then all mean the same cloud."""
    if given := os.environ.get(DIRECTORY):
        return Path(given).absolute()
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home).absolute() / "slipway" / "cloud"


def status(directory: Path | None = None) -> RunningCloud | None:
    """The running cloud of a directory, or None. Changes nothing."""
    directory = directory or default_directory()
    try:
        record = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
        cloud = RunningCloud(int(record["pid"]), int(record["port"]), directory)
    except (OSError, ValueError, KeyError):
        return None
    return cloud if _is_ministack(cloud.pid) and _answers(cloud) else None


def start(directory: Path | None = None) -> RunningCloud:
    """The directory's cloud, started if it is not running. Two callers at once get one cloud."""
    directory = directory or default_directory()
    if find_spec("ministack") is None:
        raise CloudError(
            "MiniStack is not installed", "install Slipway with its `cloud` extra: pip install 'slipway[cloud]'"
        )
    with _locked(directory):
        running = status(directory)
        if running is not None:
            return running
        _clear(directory)
        return _spawn(directory)


def stop(directory: Path | None = None) -> bool:
    """Stop the directory's cloud and remove what it held. False if none was running."""
    directory = directory or default_directory()
    if not directory.exists():
        return False
    with _locked(directory):
        was_running = status(directory) is not None
        _clear(directory)
    shutil.rmtree(directory, ignore_errors=True)
    return was_running


def wipe(cloud: RunningCloud) -> None:
    """Make a running cloud forget everything, Pulumi's state of it included; the process stays. CloudError if it does
    not answer."""
    request = urllib.request.Request(f"{cloud.endpoint}/_ministack/reset", method="POST")  # noqa: S310 loopback
    try:
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310 loopback
            pass
    except (urllib.error.URLError, OSError) as error:
        raise CloudError(f"the local cloud at {cloud.endpoint} could not be reset: {error}") from error
    shutil.rmtree(cloud.directory / "state", ignore_errors=True)
    (cloud.directory / "state").mkdir()


def fail_origin(cloud: RunningCloud, bucket: str, status: int = 0) -> None:
    """Let CloudFront's origin that is this bucket answer with `status` from now on; 0 ends that."""
    path = cloud.directory / _FAULTS
    faults = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    _write(path, {key: value for key, value in {**faults, bucket: status}.items() if value})


def _spawn(directory: Path) -> RunningCloud:
    port = _free_port()
    log = directory / "ministack.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "slipway.cloud.ministack"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(port, directory),
            cwd=directory,
            start_new_session=True,  # outlives this command, and a Ctrl-C meant for it
        )
    cloud = RunningCloud(child.pid, port, directory)
    _write(directory / _RECORD, {**asdict(cloud), "directory": str(directory)})
    _write_launcher(directory / "bin" / "pulumi-resource-aws")
    (directory / "state").mkdir(exist_ok=True)
    _await(child, cloud)
    return cloud


def _environment(port: int, directory: Path) -> dict[str, str]:
    """MiniStack's settings, without any AWS credentials of the caller's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    scratch = directory / "tmp"
    scratch.mkdir(exist_ok=True)
    return {
        **kept,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": "us-east-1",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
        "SLIPWAY_LOCAL_FAULTS": str(directory / _FAULTS),
    }


def _write_launcher(path: Path) -> None:
    """The provider's executable: it must be called `pulumi-resource-aws` and stand on PATH (design, section 2)."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m slipway.cloud.provider "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _await(child: subprocess.Popen[bytes], cloud: RunningCloud) -> None:
    deadline = time.monotonic() + _START_LIMIT
    while not _answers(cloud):
        if child.poll() is not None or time.monotonic() > deadline:
            tail = cloud.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            _clear(cloud.directory)
            raise CloudError(
                f"MiniStack did not start: {tail[0] if tail else 'no word from it'}", f"its log: {cloud.log}"
            )
        time.sleep(0.1)


def _answers(cloud: RunningCloud) -> bool:
    try:
        with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/health", timeout=2) as answer:  # noqa: S310 loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _is_ministack(pid: int) -> bool:
    """Whether the process is there and is ours: a number alone may by now belong to something else."""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in shown.stdout


def _clear(directory: Path) -> None:
    """End the recorded process if it is still MiniStack, and remove what the directory holds but its lock."""
    try:
        pid = int(json.loads((directory / _RECORD).read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        pid = 0
    if pid and _is_ministack(pid):
        _end(pid)
    for path in directory.iterdir():
        if path.name == "lock":
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _end(pid: int) -> None:
    for wanted, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(pid, wanted)  # its own session: workers that run functions go with it
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            _reap(pid)
            if not _is_ministack(pid):
                return
            time.sleep(0.05)


def _reap(pid: int) -> None:
    """Collect the process if this very process started it; otherwise it stays listed until we exit."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(path: Path, record: dict[str, Any]) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(record), encoding="utf-8")
    temporary.replace(path)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; the kernel releases it when the holder dies."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
