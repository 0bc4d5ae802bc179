"""The journal's follower, in front of a server of the test's own that speaks the journal's JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from slipway.cloud.internet.journal import Batch, Entry, ask, follow


@dataclass
class Journal:
    """A journal over HTTP that can be stopped and started again on its port."""

    epoch: str = "one"
    last: int = 0
    asked: list[tuple[int, float]] = field(default_factory=list)
    answer: bytes | None = None
    port: int = 0
    _server: asyncio.Server | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Journal:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self._news.set()
        await self._server.wait_closed()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def write(self) -> None:
        self.last += 1
        self._news.set()
        self._news = asyncio.Event()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        query = parse_qs(urlsplit(target).query)
        after, wait = int(query["after"][0]), float(query["wait"][0])
        self.asked.append((after, wait))
        if self.last == after and wait:
            await asyncio.wait([asyncio.ensure_future(self._news.wait())], timeout=wait)
        numbers = range(after + 1, self.last + 1)
        entries = [{"n": n, "at": 1000.5 + n, "service": "route53", "id": f"Z{n}"} for n in numbers]
        found = json.dumps({"epoch": self.epoch, "last": self.last, "entries": entries}).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
        writer.write(self.answer if self.answer is not None else head + found)
        await writer.drain()
        writer.close()


def play(script: Callable[[Journal], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(20), Journal() as journal:
            await script(journal)

    asyncio.run(run())


class Follower:
    """Takes batches, and fails as often as it is told to."""

    def __init__(self, endpoint: str, failures: int = 0) -> None:
        self.taken: asyncio.Queue[Batch] = asyncio.Queue()
        self._failures = failures
        self._task = asyncio.create_task(follow(endpoint, self._take))

    async def _take(self, batch: Batch) -> None:
        if self._failures:
            self._failures -= 1
            raise ConnectionRefusedError
        self.taken.put_nowait(batch)

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        assert self._task.cancelled()


def test_first_answer_comes_at_once_and_news_as_soon_as_there_is_some() -> None:
    """Each batch is asked for after the last one."""

    async def script(journal: Journal) -> None:
        journal.write()
        follower = Follower(journal.endpoint)
        assert await follower.taken.get() == Batch("one", 1, (Entry(1, 1001.5, "route53", "Z1"),))
        await asyncio.sleep(0.05)
        journal.write()
        assert (await follower.taken.get()).entries == (Entry(2, 1002.5, "route53", "Z2"),)
        await follower.end()
        assert journal.asked[0] == (0, 0.0)
        assert [after for after, _ in journal.asked[:2]] == [0, 1]

    play(script)


def test_batch_that_could_not_be_taken_comes_again() -> None:
    """MiniStack died while the follower was reading."""

    async def script(journal: Journal) -> None:
        journal.write()
        follower = Follower(journal.endpoint, failures=2)
        assert (await follower.taken.get()).last == 1
        await follower.end()
        assert [after for after, _ in journal.asked[:3]] == [0, 0, 0]

    play(script)


def test_another_ministack_on_the_port_is_picked_up() -> None:
    """However long there was none."""

    async def script(journal: Journal) -> None:
        follower = Follower(journal.endpoint)
        assert (await follower.taken.get()).epoch == "one"
        await journal.__aexit__()
        await asyncio.sleep(0.2)
        journal.epoch, journal.last = "two", 3
        await journal.__aenter__()
        while (batch := await follower.taken.get()).epoch == "one":
            continue
        assert batch.last == 3
        await follower.end()

    play(script)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 500 No\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n\r\nno JSON", b"HTTP/1.1 200 OK\r\n\r\n{}"]
)
def test_answer_that_is_none_is_asked_for_again(answer: bytes) -> None:
    """Nothing is taken from it."""

    async def script(journal: Journal) -> None:
        journal.answer = answer
        with pytest.raises((ValueError, OSError)):
            await ask(journal.endpoint, 0, 0)
        follower = Follower(journal.endpoint)
        await asyncio.sleep(0.1)
        assert follower.taken.empty()
        journal.answer = None
        assert (await follower.taken.get()).epoch == "one"
        await follower.end()

    play(script)


def test_entry_needs_no_id() -> None:
    """Some changes belong to no one thing."""
    found: dict[str, Any] = {"epoch": "e", "last": 1, "entries": [{"n": 1, "at": 1.0, "service": "s3"}]}

    async def script(journal: Journal) -> None:
        journal.answer = b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(found).encode()
        assert (await ask(journal.endpoint, 0, 0)).entries == (Entry(1, 1.0, "s3", ""),)

    play(script)
