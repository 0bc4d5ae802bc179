"""Small logs as a table of lines, as Athena reads it from objects, and what a query says of each object."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backports import zstd
from cases import CASES, Case
from slow import count as slowly

from slipway.downloads.dialect import COLUMNS, Question, query
from slipway.downloads.generate import Compression, Options, log_files

__all__ = [
    "ALIKE",
    "FAILING",
    "UNLIKE",
    "Found",
    "by_object",
    "by_the_slow_counter",
    "found",
    "hostile_logs",
    "key",
    "lines",
    "relation",
]

Key = tuple[str, str, str]


@dataclass
class Found:
    """What one object comes to."""

    downloads: Counter[Key] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


_ONE = Counter({("2026-03-01", "a", "1.2.3"): 1})
UNLIKE: Mapping[str, Found] = {
    # A table has no order of lines: of two layouts nobody knows which lines are of which, and one is every line's.
    "#Fields: may come again": Found(Counter(), Counter(shape=2)),
    "#Fields: after the first line": Found(_ONE + _ONE, Counter()),
    "a blank first line": Found(_ONE + Counter({("2026-03-01", "b", "1.0.0"): 1}), Counter(shape=1)),
    # Where the counters here refuse an object, its lines are told by their reason.
    "another version refuses the file": Found(Counter(), Counter(shape=1)),
    "another version refuses the file, even late": Found(Counter(), Counter(shape=1)),
    "an unknown first byte": Found(Counter(), Counter(shape=1)),
    # A carriage return ends a line, wherever it stands.
    "other ends of line are none": Found(_ONE, Counter(shape=2)),
    # How an object is packed is told by its name.
    "better: packed, but named otherwise": Found(Counter(), Counter(shape=3)),
}
"""Cases that Athena sees otherwise by its nature, and what it says of them."""

FAILING = (
    "better: not packed, but named as if",
    "a gzip that is cut off",
    "a zstd that is cut off",
    "a second gzip member that is cut off",
)
"""Cases that end the whole query: their archives cannot be read to the end."""

ALIKE = [case for case in CASES if case.name not in (*UNLIKE, *FAILING)]


def key(number: int, case: Case) -> str:
    """Where a case lies in the log bucket. The folder says which CDN's it is."""
    text = "" if case.name in FAILING else "".join(lines(case.file, case.data)[:1]).removeprefix("\ufeff")
    cdn = "fastly-requests" if text.startswith("<") else "cloudfront"
    return f"{cdn}/static.example.org/{number:03}-{case.file}"


def lines(name: str, data: bytes) -> list[str]:
    """The lines of an object: unpacked by its extension, ended by LF, CR or both, and what is no UTF-8 is U+FFFD."""
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    elif name.endswith(".zst"):
        data = zstd.decompress(data)
    found = re.split("\r\n|\n|\r", data.decode("utf-8", "replace"))
    return found if found[-1] else found[:-1]


def hostile_logs(number: int) -> Iterator[tuple[str, bytes]]:
    """Logs of so many lines of each of the three kinds, with the keys that they have."""
    for cdn, folder in (("cloudfront", "cloudfront"), ("cloudfront-v2", "cloudfront"), ("fastly", "fastly-requests")):
        options = Options(lines=number, files=1, days=2, cdns=(cdn,), hostile=0.3, seed=5, compression=Compression.NONE)
        for log in log_files(options):
            data = b"".join(log.blocks)
            yield f"{folder}/static.example.org/{cdn}.log", _in_one_layout(data) if cdn == "cloudfront" else data


def _in_one_layout(data: bytes) -> bytes:
    """Without the lines that a hostile log has under another layout: a table cannot tell which they are."""
    usual = next(line for line in data.split(b"\n") if line.startswith(b"#Fields:"))
    return re.sub(rb"(?m)^(?!%s$)#Fields:.*\n.*\n" % re.escape(usual), b"", data)


def by_object(question: Question) -> str:
    """The query, with the object's URL in place of a facet: one query for many objects."""
    sql = query(question)
    assert sql.count("CAST(NULL AS VARCHAR) AS facet") == 1
    return sql.replace("CAST(NULL AS VARCHAR) AS facet", "path AS facet")


def found(rows: Iterable[Sequence[Any]]) -> dict[str, Found]:
    """The answer of `by_object`: what each URL comes to. An object without lines is not in it."""
    whole: dict[str, Found] = {}
    for row in rows:
        told = dict(zip(COLUMNS, row, strict=True))
        one = whole.setdefault(told["facet"], Found())
        if told["reason"] is None:
            one.downloads[told["date"], told["crate"], told["version"]] += int(told["n"])
        else:
            one.reasons[told["reason"]] += int(told["n"])
    return whole


def by_the_slow_counter(data: bytes) -> Found:
    """What it makes of the object."""
    slow = slowly(data)
    return Found(slow.downloads, slow.reasons)


def relation(table: Iterable[tuple[str, str, Sequence[str]]]) -> str:
    """Objects as a relation in Trino's SQL, each given by URL, CDN and lines."""
    rows = ",\n".join(f"({_quoted(url)}, {_quoted(cdn)}, {_quoted(line)})" for url, cdn, each in table for line in each)
    return f'(SELECT * FROM (VALUES\n{rows}\n) AS t ("$path", cdn, line))'


def _quoted(text: str) -> str:
    return "U&'" + "".join(_characters(text)) + "'"


def _characters(text: str) -> Iterator[str]:
    for each in text:
        if each == "'":
            yield "''"
        elif " " <= each <= "~" and each != "\\":
            yield each
        else:
            yield f"\\+{ord(each):06X}"
