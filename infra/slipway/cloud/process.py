"""The local cloud's processes: MiniStack and the local internet, started once a directory, found again, stopped without
a trace.

The cloud's directory holds all that belongs to it: the record of the processes, their logs, the clock, the certificate
authority, Pulumi's backend and the provider's launcher. What MiniStack holds lives in its memory, so a directory whose
MiniStack is gone describes resources that no longer exist; starting again begins from nothing, Pulumi's state included.
A local internet that is gone is started again beside the same MiniStack.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from slipway.cloud import child
from slipway.cloud.clock import USUAL, Clock
from slipway.cloud.clock import write as set_clock
from slipway.cloud.internet import address
from slipway.errors import CloudError
from slipway.files import write_whole

__all__ = [
    "ACCOUNT", "DIRECTORY", "RunningCloud", "default_directory", "expire", "fail_origin", "recorded", "start", "status",
    "stop", "wipe",
]  # fmt: skip

ACCOUNT = "123456789012"
DIRECTORY = "SLIPWAY_CLOUD_DIR"
_START_LIMIT = 60.0  # seconds; two are usual
_RECORD = "cloud.json"
_FAULTS = "faults.json"
_EXPIRED = "expired.json"
_MINISTACK, _INTERNET = "slipway.cloud.ministack", "slipway.cloud.internet"


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

    @property
    def internet(self) -> address.Internet | None:
        """Its local internet, as long as that runs."""
        found = address.find(self.directory)
        return found if found and child.runs(found.pid, _INTERNET) else None


def default_directory() -> Path:
    """SLIPWAY_CLOUD_DIR, else one directory a user: the shell's commands then all mean the same cloud."""
    if given := os.environ.get(DIRECTORY):
        return Path(given).absolute()
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home).absolute() / "slipway" / "cloud"


def status(directory: Path | None = None) -> RunningCloud | None:
    """The running cloud of a directory, or None. Changes nothing."""
    cloud = recorded(directory or default_directory())
    return cloud if cloud and child.runs(cloud.pid, _MINISTACK) and _answers(cloud) else None


def recorded(directory: Path) -> RunningCloud | None:
    """The cloud that was last started in a directory, whether it still runs or not."""
    try:
        record = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
        return RunningCloud(int(record["pid"]), int(record["port"]), directory)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def start(directory: Path | None = None, clock: Clock = USUAL) -> RunningCloud:
    """The directory's cloud, with what of it does not run yet started; `clock` is a new one's. Two callers at once
    get one cloud."""
    directory = directory or default_directory()
    if find_spec("ministack") is None:
        raise CloudError(
            "MiniStack is not installed", "install Slipway with its `cloud` extra: pip install 'slipway[cloud]'"
        )
    with _locked(directory):
        cloud = status(directory)
        if cloud is None:
            _clear(directory)
            set_clock(directory, clock)
            cloud = _spawn(directory)
        elif cloud.internet is not None:
            return cloud
        _connect(cloud)
        return cloud


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
    kept = {key: value for key, value in {**faults, bucket: status}.items() if value}
    write_whole(path, json.dumps(kept))


def expire(cloud: RunningCloud, key: str) -> None:
    """Let temporary credentials with this access key, which begins with ASIA, have expired."""
    path = cloud.directory / _EXPIRED
    keys = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    write_whole(path, json.dumps([*keys, key]))


def _spawn(directory: Path) -> RunningCloud:
    """Start MiniStack; it need not answer yet."""
    port = _free_port()
    log = directory / "ministack.log"
    pid = child.spawn(_MINISTACK, (), directory=directory, log=log, env=_environment(port, directory))
    _write_launcher(directory / "bin" / "pulumi-resource-aws")
    (directory / "state").mkdir(exist_ok=True)
    cloud = RunningCloud(pid, port, directory)
    _record(cloud, internet=0)
    return cloud


def _connect(cloud: RunningCloud) -> None:
    """Start the local internet, and wait until both answer."""
    log = cloud.directory / "internet.log"
    (cloud.directory / address.FILE).unlink(missing_ok=True)
    env = child.environment()
    pid = child.spawn(_INTERNET, (str(cloud.directory),), directory=cloud.directory, log=log, env=env)
    _record(cloud, internet=pid)
    _await("MiniStack", cloud, cloud.pid, cloud.log, lambda: _answers(cloud))
    _await("the local internet", cloud, pid, log, lambda: address.find(cloud.directory) is not None)


def _record(cloud: RunningCloud, internet: int) -> None:
    """Write down which processes are the cloud's, so that another command finds them."""
    record = {"pid": cloud.pid, "port": cloud.port, "directory": str(cloud.directory), "internet": internet}
    write_whole(cloud.directory / _RECORD, json.dumps(record))


def _environment(port: int, directory: Path) -> dict[str, str]:
    """MiniStack's settings."""
    scratch = directory / "tmp"
    scratch.mkdir(exist_ok=True)
    return {
        **child.environment(),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": "us-east-1",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
        # Listeners that nobody asked for, and on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "SLIPWAY_LOCAL_FAULTS": str(directory / _FAULTS),
    }


def _write_launcher(path: Path) -> None:
    """The provider's executable: it must be called `pulumi-resource-aws` and stand on PATH (design, section 2).

    The engine starts it in the program's directory. With -P it is this Slipway's all the same, and not that of a
    package `slipway` which lies there: another commit's, or, in a fresh work tree, one that is yet to be compiled.
    """
    path.parent.mkdir(exist_ok=True)
    command = f'{shlex.quote(sys.executable)} -P -m slipway.cloud.provider "$@"'
    path.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
    path.chmod(0o755)


def _await(name: str, cloud: RunningCloud, pid: int, log: Path, ready: Callable[[], bool]) -> None:
    """Wait until a process does what it is for. CloudError with its last word if it ends or takes too long; the other
    one ends too then."""
    deadline = time.monotonic() + _START_LIMIT
    while not ready():
        if not child.lives(pid) or time.monotonic() > deadline:
            tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            _clear(cloud.directory)
            raise CloudError(f"{name} did not start: {tail[0] if tail else 'no word from it'}", f"its log: {log}")
        time.sleep(0.05)


def _answers(cloud: RunningCloud) -> bool:
    try:
        with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/health", timeout=2) as answer:  # noqa: S310 loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _clear(directory: Path) -> None:
    """End the recorded processes that still run, and remove what the directory holds but its lock."""
    try:
        record = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
        pids = {_INTERNET: int(record.get("internet", 0)), _MINISTACK: int(record["pid"])}
    except (OSError, ValueError, KeyError, TypeError):
        pids = {}
    for module, pid in pids.items():
        if pid:
            child.end(pid, module)
    for path in directory.iterdir():
        if path.name == "lock":
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; the kernel releases it when the holder dies."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
