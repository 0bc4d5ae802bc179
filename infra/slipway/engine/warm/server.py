"""Imports what programs import, then forks itself for each program: `python server.py DESCRIPTOR MODULE...`.

The descriptor is a socket that listens already. Nothing of Slipway is imported here: a program that brings a Slipway
of its own, as a commit of this repository does, meets that one, as in a fresh interpreter. The end of standard input
ends this process and all its forks.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

__all__ = ["main"]

_PATIENCE = 10.0  # seconds for a client to say what it wants; it does so at once


def main() -> None:
    """Fork for one client after the other until standard input ends."""
    descriptor, *modules = sys.argv[1:]
    signal.signal(signal.SIGCHLD, _reap)
    with socket.socket(fileno=int(descriptor)) as listening:
        early = _imported(modules)
        while listening in select.select([sys.stdin, listening], [], [])[0]:
            client, _ = listening.accept()
            with client:
                if os.fork() == 0:
                    listening.close()
                    _serve(client, early)
    os.killpg(0, signal.SIGKILL)


def _reap(number: int, frame: object) -> None:
    """Let go of the forks that have ended; each told its client how."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _imported(modules: list[str]) -> frozenset[str]:
    """Import; return the packages that are here for this reason alone."""
    with suppress(ImportError):  # the language host's script has it before it looks at the program
        import pulumi.runtime

        # An engine drops these lines unless it runs with --debug; there are thousands, and each waits for its answer.
        pulumi.log.debug = _say_nothing
    with suppress(ImportError):  # nor is it the program that needs these, but the host, which lists the packages
        import pip._internal.cli.main
        import pip._internal.commands.list  # noqa: F401
    before = set(sys.modules)
    for name in modules:
        with suppress(Exception):  # it will fail in the program, which says where
            # Pulumi's SDKs of providers are packages that load themselves when they are asked for anything.
            getattr(importlib.import_module(name), "__all__", None)
    gc.collect()
    gc.freeze()  # a collection in a fork would touch, and so copy, all of it
    return frozenset(name for name in set(sys.modules) - before if "." not in name)


def _say_nothing(*words: object, **more: object) -> None:
    pass


def _serve(client: socket.socket, early: frozenset[str]) -> NoReturn:
    """Run what the client asks for as a fresh Python would, tell it the exit status, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 1
    try:
        client.settimeout(_PATIENCE)
        length, descriptors, _, _ = socket.recv_fds(client, 8, 3)
        with client.makefile("rb") as file:
            asked = json.loads(file.read(int.from_bytes(length, "big")))
        client.settimeout(None)
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        threading.Thread(target=_end_with, args=(client,), daemon=True).start()
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["directory"])
        status = _run(asked["words"], early)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):  # somebody may have closed them
            sys.stdout.flush()
            sys.stderr.flush()
        with suppress(OSError):  # nobody may be there any more
            client.sendall(bytes([status]))
        os._exit(status)


def _end_with(client: socket.socket) -> None:
    """A client that is killed ends what runs for it, as if it had been that itself."""
    with suppress(OSError):
        client.recv(1)
    os._exit(1)


def _run(words: list[str], early: frozenset[str]) -> int:
    """Run a script, or `-m MODULE`, with its arguments; return its exit status."""
    _forget(name for name in early if _is_in(_folder(words), name))
    try:
        if words[0] == "-m":
            sys.argv = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = words
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as leaving:
        if leaving.code is None or isinstance(leaving.code, int):
            return (leaving.code or 0) & 0xFF
        print(leaving.code, file=sys.stderr)
        return 1
    return 0


def _folder(words: list[str]) -> Path:
    """Where the program is: the engine names the directory of a program that is a file as well."""
    return Path(words[words.index("--pwd") + 1] if "--pwd" in words[:-1] else ".")


def _is_in(folder: Path, name: str) -> bool:
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def _forget(packages: Iterable[str]) -> None:
    """A program that has a module of such a name means its own."""
    for package in packages:
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]


if __name__ == "__main__":
    main()
