"""A client that never stops: one crate file, fetched again and again while the stacks change underneath."""

from __future__ import annotations

import ssl
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from slipway.cloud.process import RunningCloud
from slipway.errors import CloudError
from slipway.rehearsal.user import Fault, User

__all__ = ["Downloads"]

_PAUSE = 0.05  # seconds between two downloads


@dataclass
class Downloads:
    """A context: downloads run from entry to exit, each by way of the caching resolver, a TLS handshake of its own and
    CloudFront's edge. Failures keep their reason and the seconds since the start."""

    cloud: RunningCloud
    name: str
    path: str
    sha256: str
    done: int = 0
    failures: list[tuple[float, str]] = field(default_factory=list)
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
        internet = self.cloud.internet
        if internet is None:
            raise CloudError("the local internet is not running")
        trust = ssl.create_default_context(cafile=str(internet.ca))
        user, start = User(internet, "cached", frozenset(), trust), time.monotonic()
        while not self._stop.is_set():
            try:
                self._download(user)
                self.done += 1
            except Fault as error:
                self.failures.append((time.monotonic() - start, error.detail))
            except Exception as error:  # a probe that dies must not pass for a probe that found nothing
                self.failures.append((time.monotonic() - start, repr(error)))
            time.sleep(_PAUSE)

    def _download(self, user: User) -> None:
        address = user.resolve(self.name)
        if address is None:
            raise Fault("no-address", f"{self.name} leads out of the local cloud")
        answer = user.fetch(self.name, self.path, address)
        if (answer.status, answer.sha256) != (200, self.sha256):
            raise Fault("http", f"{self.name} answered {answer.status}, and not the file")
