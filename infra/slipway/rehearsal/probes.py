"""Probes: users of every hostname, again and again, in a process of their own.

    python -m slipway.rehearsal.probes < JOB

JOB is one line of JSON: {"directory": of the cloud, "names": {NAME: PATH}, "external": [HOST]}. One line of JSON comes
out for each probe, [name, way, began, ended, fault, detail], times by the monotonic clock, until standard input ends.
The process is a nice one, so that the engine does not feel it.

What a name answers first, once it answers at all, is what it has to answer from then on: a success stays one, and a
file stays the same, byte for byte; an error that is the site's own (a page for what is not there) stays that error.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from slipway.cloud.internet.address import Internet, find
from slipway.rehearsal.timeline import WAYS, Way
from slipway.rehearsal.user import Answer, Fault, User

__all__ = ["PERIOD", "main"]

PERIOD = 0.2
"""Seconds between two probes of a name in one way; there are two ways."""

_NICE = 19
_OK, _ERROR, _FORBIDDEN, _BROKEN = 200, 400, 403, 500


def _is_success(answer: Answer) -> bool:
    return answer.status < _ERROR


@dataclass(slots=True)
class _Name:
    """A hostname under watch, and what it answered first."""

    name: str
    path: str
    first: Answer | None = None

    def judge(self, answer: Answer) -> None:
        """Raises Fault if this is not what the name is to answer."""
        if answer.status == 0:
            return
        first = self.first
        if first is None:
            if answer.status >= _BROKEN or answer.status == _FORBIDDEN:
                raise Fault("http", f"https://{self.name}{self.path} answered {answer.status}")
            self.first = answer
        elif _is_success(first) != _is_success(answer) or (not _is_success(first) and first.status != answer.status):
            raise Fault("http", f"https://{self.name}{self.path} answered {answer.status}, and not {first.status}")
        elif first.status == answer.status == _OK and first.sha256 != answer.sha256:
            raise Fault("bytes", f"https://{self.name}{self.path} served other bytes")


async def _probe(users: dict[Way, User], name: _Name, way: Way) -> None:
    began, fault, detail = time.monotonic(), "", ""
    try:
        name.judge(await users[way].fetch(name.name, name.path))
    except Fault as error:
        fault, detail = error.kind, error.detail
    except Exception as error:  # A probe that dies must not pass for one that found nothing.
        fault, detail = "probe", repr(error)
    print(json.dumps([name.name, way, began, time.monotonic(), fault, detail]))


async def _ask_on(users: dict[Way, User], name: _Name, way: Way) -> None:
    await asyncio.sleep(random.random() * PERIOD)  # noqa: S311 spreads the load
    while True:
        began = time.monotonic()
        await _probe(users, name, way)
        await asyncio.sleep(max(0.0, began + PERIOD - time.monotonic()))


async def _watch(internet: Internet, names: dict[str, str], external: frozenset[str]) -> None:
    trust = ssl.create_default_context(cafile=str(internet.ca))
    users = {way: User(internet, way, external, trust) for way in WAYS}
    watched = [_Name(name, path) for name, path in names.items()]
    tasks = [asyncio.create_task(_ask_on(users, name, way)) for name in watched for way in WAYS]
    tasks.append(asyncio.create_task(_flush()))
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()


async def _flush() -> None:
    while True:
        sys.stdout.flush()
        await asyncio.sleep(PERIOD)


def main() -> None:
    """Probe until standard input ends."""
    job = json.loads(sys.stdin.readline())
    internet = find(Path(job["directory"]))
    if internet is None:
        sys.exit("the local internet is not running")
    os.nice(_NICE)
    asyncio.run(_watch(internet, job["names"], frozenset(job["external"])))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
