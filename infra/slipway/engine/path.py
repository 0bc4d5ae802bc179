"""The first way: an engine that is already installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from slipway.engine.model import MINIMUM, Engine, UnavailableError, Version

__all__ = ["find", "read_version"]

HOST = "pulumi-language-python"


def find(path: str) -> Engine:
    """The engine on the search path `path`. Raises UnavailableError: none, too old, or no host of known version."""
    found = shutil.which("pulumi", path=path)
    if found is None:
        raise UnavailableError("no `pulumi` there")
    pulumi = Path(found).absolute()
    version = read_version(pulumi)
    if version < MINIMUM or version.major != MINIMUM.major:
        raise UnavailableError(f"{pulumi} is {version}, and {MINIMUM} or newer is needed (below {MINIMUM.major + 1})")
    return Engine(pulumi, _host_of(pulumi, path), version, version, "path")


def _host_of(pulumi: Path, path: str) -> Path:
    """The host beside `pulumi`. It does not tell its version, so only one that was installed with `pulumi` is taken.

    The engine prefers a host on PATH to the one beside itself; one from elsewhere is therefore refused, not ignored.
    """
    real = pulumi.resolve().parent
    ambient = shutil.which(HOST, path=path)
    if ambient is not None:
        host = Path(ambient).absolute()
        if host.parent == pulumi.parent or host.resolve().parent == real:
            return host
        raise UnavailableError(f"{host} was not installed with {pulumi}, so its version is unknown")
    if (beside := shutil.which(HOST, path=str(real))) is not None:
        return Path(beside)
    raise UnavailableError(f"{pulumi} is there, but no `{HOST}`")


def read_version(pulumi: Path) -> Version:
    """What `pulumi version` says. Raises UnavailableError when it does not run or says something else."""
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run([pulumi, "version"], env=env, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{pulumi} does not run: {error}") from error
    version = Version.parse(done.stdout) if done.returncode == 0 else None
    if version is None:
        raise UnavailableError(f"{pulumi} does not tell its version (exit status {done.returncode})")
    return version
