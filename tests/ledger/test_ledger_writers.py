"""Several writers at once, and writers that die: no entry is lost, doubled or half there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from scribe import WHO, Opener, deed, written

from slipway.ledger import Book

WRITE = """
import sys
from pathlib import Path
from slipway.ledger import Book, Deed
from slipway.ledger.store import open_store
from slipway.ledger.witness import Witness

book = Book("production", open_store(sys.argv[1], "production"), Witness(Path(sys.argv[2])))
for number in range(int(sys.argv[3])):
    book.append(Deed(kind="apply", outcome="done", commit=f"{sys.argv[2]}-{number}"), "writer")
    print(number, flush=True)
"""


def test_writers_at_once_get_a_place_each(opener: Opener, place: Path) -> None:
    def write(machine: str) -> None:
        for number in range(10):
            opener(machine).append(deed(f"{machine}-{number}"), WHO)

    threads = [threading.Thread(target=write, args=(f"m{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    commits = [link.entry.deed.commit for link in opener("reader").entries()]
    assert sorted(commits) == sorted(f"m{machine}-{number}" for machine in range(4) for number in range(10))
    for machine in range(4):
        own = [commit for commit in commits if commit.startswith(f"m{machine}-")]
        assert own == sorted(own)
    assert [path.name for path in place.rglob(".*")] == []


@pytest.mark.process
def test_writers_that_are_killed_leave_whole_entries(book: Book, place: Path, tmp_path: Path) -> None:
    """At moments of chance; what they said was written is there."""
    dice, told = random.Random(7), 0  # noqa: S311 moments, no secrets
    for turn in range(12):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(place), str(tmp_path / f"w{turn}"), "1000"], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()  # It writes.
        time.sleep(dice.random() * 0.05)
        os.kill(child.pid, signal.SIGKILL)
        told += 1 + len(child.stdout.read().splitlines())
        child.wait()
        child.stdout.close()
    entries = list(book.entries())
    assert told <= len(entries) <= told + 12  # one each may be written and not told
    written(book, 0)
    assert book.append(deed("after"), WHO).entry.number == len(entries) + 1
