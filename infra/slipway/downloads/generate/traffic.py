"""Who asks for what, and what comes of it: blocks of requests, before any CDN has written them down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from slipway.downloads.generate.catalogue import Catalogue
from slipway.downloads.generate.draw import Draw, Indices

__all__ = ["AGENTS", "BLOCK", "CLIENTS", "CRATE", "DOWNLOAD", "KINDS", "Kind", "Requests", "requests"]

BLOCK = 50_000  # requests drawn at once
CRATE = "/crates/{0}/{0}-{1}.crate"
DOWNLOAD = "/crates/{0}/{1}/download"
_CARGO = (
    "cargo/1.92.0 (344c4567c 2025-10-21)",
    "cargo/1.91.1 (ea2d97820 2025-10-10)",
    "cargo/1.90.0 (840b83a10 2025-07-30)",
    "cargo/1.88.0 (873a06493 2025-05-10)",
    "cargo/1.93.0-nightly (2a7c49606 2025-11-25)",
    "cargo 1.74.0 (ecb9851af 2023-10-18)",
    "cargo/1.85.1",
)
_TOOLS = (
    "Artifactory/7.111.8 71108900",
    "Nexus/3.79.1-04 (PRO; Linux; 5.15.0; amd64; 17.0.15)",
    "panamax/1.0.14",
    "Bazel/release 7.6.2",
    "curl/8.14.1",
    "Wget/1.25.0",
    "python-requests/2.32.4",
    "Cargo-Mirror/0.3",
    "cargo-binstall/1.14.1",
)
_PEOPLE = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; SomeBot/2.1; +https://bot.example.com/about)",
    "-",
)
AGENTS = (*_CARGO, *_TOOLS, *_PEOPLE)
_GROUPS = {
    "cargo": (0, len(_CARGO)),
    "tools": (len(_CARGO), len(_TOOLS)),
    "people": (len(_CARGO) + len(_TOOLS), len(_PEOPLE)),
}


class Kind(NamedTuple):
    """A kind of request, of 1,000: how it goes, and the reason why it is no download (empty: it is one)."""

    share: int
    reason: str = ""
    agents: str = "cargo"
    method: str = "GET"
    status: str = "200"
    path: str = CRATE
    host: str = "static"


KINDS = (
    Kind(610),
    Kind(220, path=DOWNLOAD),
    Kind(6, "status", status="000"),  # the client went away
    Kind(4, "status", status="503"),
    Kind(60, "agent", "tools"),
    Kind(30, "agent", "tools", path=DOWNLOAD),
    Kind(8, "agent", "people", path=DOWNLOAD),
    Kind(6, "agent", "people", path="/readmes/{0}/{0}-{1}.html"),
    Kind(2, "agent", "people", path="/db-dump.tar.gz"),
    Kind(18, "path", path="/{0}/{0}", host="index"),
    Kind(3, "status", status="304", path="/config.json", host="index"),
    Kind(3, "path", path="/archive/version-downloads/2026-01-01.csv"),
    Kind(2, "path", path="/crates/{0}/{0}-{1}.crate.sig"),
    Kind(1, "version", path="/crates/{0}/v{1}/download"),
    Kind(4, "method", method="HEAD"),
    Kind(1, "method", "people", method="OPTIONS", path="/"),
    Kind(5, "status", status="206"),
    Kind(5, "status", status="304"),
    Kind(6, "status", status="403"),
    Kind(4, "status", status="404", path="/crates/{0}/{0}-0.0.0.crate"),
    Kind(1, "status", status="500"),
    Kind(1, "status", status="502", path=DOWNLOAD),
)
_KIND_OF = np.repeat(np.arange(len(KINDS)), [kind.share for kind in KINDS])
_FAILED = (2, 3)  # the kinds that a client tries again after
_FIRST_AGENT = np.array([_GROUPS[kind.agents][0] for kind in KINDS])
_OF_AGENTS = np.array([_GROUPS[kind.agents][1] for kind in KINDS])
_RETRIED = 60  # one request in so many is another attempt of the one before it
_TOGETHER = 6  # requests of one client over one connection, on average
_LATE = 25  # one in so many is logged late
_LATEST = 90  # seconds
CLIENTS = 20_000  # different addresses


@dataclass(frozen=True, slots=True)
class Requests:
    """A block of requests, each a row of these columns; `draw` is for what only one CDN writes down."""

    second: Indices  # since the first day began
    kind: Indices
    crate: Indices
    version: Indices  # in VERSIONS
    number: Indices  # of the release
    agent: Indices
    client: Indices  # below CLIENTS
    connection: Indices  # a client asks for several crates over one
    draw: Draw

    def __len__(self) -> int:
        return len(self.kind)


def requests(catalogue: Catalogue, draw: Draw, count: int, start: int, end: int, last: int) -> Iterator[Requests]:
    """So many requests from second `start` to `end`, in blocks, about in the order of time, none after `last`."""
    for done in range(0, count, BLOCK):
        size = min(BLOCK, count - done)
        first, failed = _attempts(draw, size)
        row = np.arange(size)
        kind = _KIND_OF.take(draw.below(len(_KIND_OF), size))[first]
        kind = np.where(first != row, 0, kind)
        kind = np.where(failed, np.array(_FAILED).take(draw.below(2, size)), kind)
        crate = catalogue.crates(draw, size)[first]
        age = catalogue.ages(crate, draw)[first]
        opened = np.maximum.accumulate(np.where(draw.below(_TOGETHER, size) == 0, row, 0))[first]
        client = (draw.parts(size) ** 2 * CLIENTS).astype(np.int64)[opened]
        late = np.where(draw.below(_LATE, size) == 0, draw.below(_LATEST, size), 0)
        second = start + (done + row) * (end - start) // count - late
        yield Requests(
            second=np.clip(second[first] + 2 * (row - first), 0, last),
            kind=kind,
            crate=crate,
            version=catalogue.versions(crate, age),
            number=catalogue.numbers(crate, age),
            agent=_FIRST_AGENT[kind] + client % _OF_AGENTS[kind],
            client=client,
            connection=draw.below(1 << 20, size)[opened],
            draw=draw,
        )


def _attempts(draw: Draw, size: int) -> tuple[Indices, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """For each request the first attempt at it, and whether it failed so that the next one is another attempt."""
    again = draw.below(_RETRIED, size) == 0
    again[0] = False
    first = np.maximum.accumulate(np.where(again, 0, np.arange(size)))
    return first, np.concatenate((again[1:], [False]))
