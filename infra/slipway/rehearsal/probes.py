"""Probes: users of every hostname, again and again, in a process of their own.

    python -m slipway.rehearsal.probes < JOB

JOB is one line of JSON: {"directory": of the cloud, "names": {NAME: PATH}, "external": [HOST]}. One line of JSON comes
out for each probe, [name, way, began, ended, fault, detail], times by the monotonic clock, until standard input ends.
The process is a nice one, so that the engine does not feel it.

What a name answers first, once it answers at all, is what it has to answer from then on: a success stays one, and a
file stays the same, byte for byte; an error that is the site's own (a page for what is not there) stays that error.
"""

from __future__ import annotations

import json
import random
import select
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from slipway.cloud.background import stand_back
from slipway.cloud.internet.address import Internet, find
from slipway.rehearsal.timeline import WAYS
from slipway.rehearsal.user import Answer, Fault, User

__all__ = ["PERIOD", "main"]

PERIOD = 0.2
"""Seconds between two probes of a name in one way; there are two ways."""

_OK, _ERROR, _FORBIDDEN, _BROKEN = 200, 400, 403, 500


def _is_success(answer: Answer) -> bool:
    return answer.status < _ERROR


@dataclass(slots=True)
class _Name:
    """A hostname under watch, and what it answered first."""

    name: str
    path: str
    first: Answer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def judge(self, answer: Answer) -> None:
        """Raises Fault if this is not what the name is to answer."""
        if answer.status == 0:
            return
        with self._lock:  # Two users may get their first answers at once.
            if self.first is None:
                self._accept(answer)
                self.first = answer
            first = self.first
        if _is_success(first) != _is_success(answer) or (not _is_success(first) and first.status != answer.status):
            raise Fault("http", f"https://{self.name}{self.path} answered {answer.status}, and not {first.status}")
        if first.status == answer.status == _OK and first.sha256 != answer.sha256:
            raise Fault("bytes", f"https://{self.name}{self.path} served other bytes")

    def _accept(self, first: Answer) -> None:
        if first.status >= _BROKEN or first.status == _FORBIDDEN:
            raise Fault("http", f"https://{self.name}{self.path} answered {first.status}")


def _probed(user: User, name: _Name) -> str:
    """One probe, as a line."""
    began, fault, detail = time.monotonic(), "", ""
    try:
        name.judge(user.fetch(name.name, name.path))
    except Fault as error:
        fault, detail = error.kind, error.detail
    except Exception as error:  # A probe that dies must not pass for one that found nothing.
        fault, detail = "probe", repr(error)
    return json.dumps([name.name, user.way, began, time.monotonic(), fault, detail])


def _ask_on(user: User, name: _Name, lines: SimpleQueue[str]) -> None:
    time.sleep(random.random() * PERIOD)  # noqa: S311 spreads the load
    while True:
        began = time.monotonic()
        lines.put(_probed(user, name))
        time.sleep(max(0.0, began + PERIOD - time.monotonic()))


def _watch(internet: Internet, names: dict[str, str], external: frozenset[str]) -> None:
    """A thread a user: one that waits costs the least, and what an asynchronous one would do besides is twice a
    handshake's work."""
    trust = ssl.create_default_context(cafile=str(internet.ca))
    lines: SimpleQueue[str] = SimpleQueue()
    for name in [_Name(name, path) for name, path in names.items()]:
        for way in WAYS:
            user = User(internet, way, external, trust)
            threading.Thread(target=_ask_on, args=(user, name, lines), daemon=True).start()
    ended = False
    while not ended:
        ended = bool(select.select([sys.stdin], [], [], PERIOD)[0])
        while not lines.empty():
            print(lines.get())
        sys.stdout.flush()


def main() -> None:
    """Probe until standard input ends."""
    job = json.loads(sys.stdin.readline())
    internet = find(Path(job["directory"]))
    if internet is None:
        sys.exit("the local internet is not running")
    stand_back()
    _watch(internet, job["names"], frozenset(job["external"]))


if __name__ == "__main__":
    main()
