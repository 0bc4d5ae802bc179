"""What an engine starts in place of `python3`: `python client.py SOCKET PYTHON WORD...`.

A Pulumi program, and the list of packages that the language host asks for before it, is handed to the server at the
socket; anything else, or everything once the server is gone, a fresh Python runs. A script of its own that imports
little: it starts in the time that a shell takes.
"""

from __future__ import annotations

import json
import os
import socket
import sys

__all__ = ["main"]

_SCRIPT = "pulumi-language-python-exec"  # the language host's, which runs a program


def main() -> None:
    """Run the words as `python3` would, and leave with the exit status of that."""
    path, python, *words = sys.argv[1:]
    script = words[1:] if words[:1] == ["-u"] else words
    if script[:3] == ["-m", "pip", "list"] or (script and os.path.basename(script[0]) == _SCRIPT):
        with socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(path)
            except OSError:
                pass
            else:
                sys.exit(_status(server, script))
    os.execv(python, [python, *words])  # noqa: S606 it is that Python's place


def _status(server: socket.socket, script: list[str]) -> int:
    """Have a script run with this process's streams, environment and directory."""
    asked = {"words": script, "environment": dict(os.environ), "directory": os.getcwd()}
    message = json.dumps(asked).encode()
    socket.send_fds(server, [len(message).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(message)
    said = server.recv(1)
    return said[0] if said else 1


if __name__ == "__main__":
    main()
