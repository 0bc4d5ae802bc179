"""A client that never stops: one crate file, fetched again and again while the stacks change underneath."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.rehearsal import DarkError, fetch

__all__ = ["Downloads"]

_PAUSE = 0.05  # seconds between two downloads


@dataclass
class Downloads:
    """A context: downloads run from entry to exit. Failures keep their reason and the seconds since the start."""

    cloud: RunningCloud
    name: str
    path: str
    sha256: str
    done: int = 0
    failures: list[tuple[float, str]] = field(default_factory=list)
    distributions: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Downloads:
        self._thread = threading.Thread(target=self._run, name="downloads", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=15)

    def _run(self) -> None:
        start = time.monotonic()
        view = Cloud(self.cloud.endpoint)
        while not self._stop.is_set():
            try:
                download = fetch(view, self.name, self.path)
                if download.sha256 != self.sha256:
                    raise DarkError(f"{self.name} served other bytes")
                self.done += 1
                self.distributions.add(download.distribution)
            except DarkError as error:
                self.failures.append((time.monotonic() - start, str(error)))
            except Exception as error:  # a probe that dies must not pass for a probe that found nothing
                self.failures.append((time.monotonic() - start, repr(error)))
            self._stop.wait(_PAUSE)
