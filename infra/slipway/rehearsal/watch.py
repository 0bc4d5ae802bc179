"""The probes' process, from outside: started before an apply, stopped after it, and what it saw in between."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from slipway.cloud.clock import Clock
from slipway.engine.child import so_far
from slipway.errors import CloudError
from slipway.rehearsal.timeline import Probe

__all__ = ["Watch", "watching"]

_TICK = 0.1


@dataclass(slots=True)
class Watch:
    """A running watch; its output is a file, so that nothing can fill up."""

    child: subprocess.Popen[str]
    output: IO[bytes]
    errors: IO[bytes]

    def probes(self, clock: Clock, since: float) -> list[Probe]:
        """What was seen so far, in the cloud's seconds since a moment of the monotonic clock."""
        found = []
        for line in so_far(self.output).splitlines():
            try:
                name, way, began, ended, fault, detail = json.loads(line)
            except ValueError:  # The last line, as far as it is written.
                continue
            found.append(Probe(name, way, clock.scaled(began - since), clock.scaled(ended - since), fault, detail))
        return found

    def await_served(self, names: Iterable[str], limit: float) -> set[str]:
        """Wait until every name was served in both ways, or for so long; which were not."""
        missing = {(name, way) for name in names for way in ("cached", "fresh")}
        deadline = time.monotonic() + limit
        while missing and time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise CloudError(f"the probes ended: {so_far(self.errors).strip()[-500:]}")
            time.sleep(_TICK)
            seen = {(probe.name, probe.way) for probe in self.probes(Clock(), 0) if not probe.fault}
            missing -= seen
        return {name for name, _ in missing}


@contextmanager
def watching(directory: Path, names: Iterable[str], path: str, external: Iterable[str]) -> Iterator[Watch]:
    """Probe names of the cloud in a directory for as long as the context is open."""
    job = {"directory": str(directory), "names": dict.fromkeys(names, path), "external": sorted(external)}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "slipway.rehearsal.probes"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=errors,
            text=True,
            start_new_session=True,  # A Ctrl-C is for the rehearsal, which ends the probes itself.
        )
        try:
            if child.stdin is None:  # It is a pipe, as asked for.
                raise CloudError("the probes cannot be told what to do")
            child.stdin.write(json.dumps(job) + "\n")
            child.stdin.flush()
            yield Watch(child, output, errors)
        finally:
            child.kill()
            child.communicate()
