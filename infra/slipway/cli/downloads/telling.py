"""Tells of each log that is done: a line of JSON on standard output, and in the end a line for people."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from slipway.downloads.work.count import Done, Outcome
from slipway.downloads.work.stop import Stop

__all__ = ["Teller", "document", "stopped_by_signals"]


class Teller:
    """Writes lines whole, from several threads, and keeps count of the outcomes."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.outcomes: Counter[Outcome] = Counter()

    def tell(self, done: Done) -> None:
        """Write a line about a log."""
        line = json.dumps(document(done)) + "\n"
        with self._turn:
            sys.stdout.write(line)
            sys.stdout.flush()
            self.outcomes[done.outcome] += 1

    def closing(self) -> str:
        """How many logs there were, and what came of them."""
        number = sum(self.outcomes.values())
        parts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return f"{number} log{'' if number == 1 else 's'}{f': {parts}' if parts else ''}"


def document(done: Done) -> Mapping[str, object]:
    """What is told of a log, as JSON."""
    return {
        "source": done.log.source,
        "key": done.log.key,
        "etag": done.etag,
        "outcome": done.outcome,
        "lines": done.lines,
        "downloads": done.downloads,
        "skipped": dict(done.skipped),
        "seconds": round(done.seconds, 3),
        **({"because": done.because} if done.because else {}),
    }


@contextmanager
def stopped_by_signals(stop: Stop) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask for the end, and do not interrupt."""
    before = {each: signal.signal(each, lambda *_: stop.ask()) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
