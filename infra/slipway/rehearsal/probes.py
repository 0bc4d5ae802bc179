"""Probes: users of every hostname, again and again, in a process of their own.

    python -m slipway.rehearsal.probes < JOB

JOB is one line of JSON: {"directory": of the cloud, "names": {NAME: PATH}, "external": [HOST]}. One line of JSON comes
out for each user of a probe, [name, way, began, ended, fault, detail], times by the monotonic clock, until standard
input ends. The process stands back, so that the engine does not feel it.

Two users resolve a name at once, each in a way of their own. An edge goes by the name and not by the address with which
it was found, so where both have an address, one of them fetches the file for both.

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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from slipway.cloud.internet.address import Internet, find
from slipway.rehearsal.background import stand_back
from slipway.rehearsal.timeline import WAYS, Way
from slipway.rehearsal.user import Answer, Fault, User

__all__ = ["PERIOD", "main"]

PERIOD = 0.1
"""Seconds between two probes of a name."""

_OK, _ERROR, _FORBIDDEN, _BROKEN = 200, 400, 403, 500


def _is_success(answer: Answer) -> bool:
    return answer.status < _ERROR


@dataclass(slots=True)
class _Name:
    """A hostname under watch, its users, and what it answered first."""

    name: str
    path: str
    users: tuple[User, ...]
    first: Answer | None = None

    def probe(self) -> list[str]:
        """Let every user try once; a line for each."""
        began = time.monotonic()
        faults: dict[Way, Fault] = {}
        addresses: dict[Way, str] = {}
        for user in self.users:
            with _noting(faults, user.way):
                address = user.resolve(self.name)
                if address is not None:
                    addresses[user.way] = address
        if addresses:
            with _noting(faults, *addresses):
                address = random.choice(list(addresses.values()))  # noqa: S311 as one of them would
                self._judge(self.users[0].fetch(self.name, self.path, address))
        ended = time.monotonic()
        return [
            json.dumps(
                [self.name, user.way, began, ended, *(faults[user.way].args if user.way in faults else ("", ""))]
            )
            for user in self.users
        ]

    def _judge(self, answer: Answer) -> None:
        """Raises Fault if this is not what the name is to answer."""
        first = self.first
        if first is None:
            if answer.status >= _BROKEN or answer.status == _FORBIDDEN:
                raise Fault("http", f"https://{self.name}{self.path} answered {answer.status}")
            self.first = answer
        elif _is_success(first) != _is_success(answer) or (not _is_success(first) and first.status != answer.status):
            raise Fault("http", f"https://{self.name}{self.path} answered {answer.status}, and not {first.status}")
        elif first.status == answer.status == _OK and first.sha256 != answer.sha256:
            raise Fault("bytes", f"https://{self.name}{self.path} served other bytes")


@contextmanager
def _noting(faults: dict[Way, Fault], *ways: Way) -> Iterator[None]:
    """What goes wrong here goes wrong for the users of these ways."""
    try:
        yield
    except Fault as fault:
        faults |= dict.fromkeys(ways, fault)
    except Exception as error:  # A probe that dies must not pass for one that found nothing.
        faults |= dict.fromkeys(ways, Fault("probe", repr(error)))


def _ask_on(name: _Name, lines: SimpleQueue[str]) -> None:
    time.sleep(random.random() * PERIOD)  # noqa: S311 spreads the load
    while True:
        began = time.monotonic()
        for line in name.probe():
            lines.put(line)
        time.sleep(max(0.0, began + PERIOD - time.monotonic()))


def _watch(internet: Internet, names: dict[str, str], external: frozenset[str]) -> None:
    """A thread a name: one that waits costs the least, and what an asynchronous user would do besides is twice a
    handshake's work."""
    trust = ssl.create_default_context(cafile=str(internet.ca))
    users = tuple(User(internet, way, external, trust) for way in WAYS)
    lines: SimpleQueue[str] = SimpleQueue()
    for name, path in names.items():
        threading.Thread(target=_ask_on, args=(_Name(name, path, users), lines), daemon=True).start()
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
