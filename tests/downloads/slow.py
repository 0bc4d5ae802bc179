"""The slow counter: which lines of a log are downloads, one rule after another, in plain Python.

It is the oracle for `slipway.downloads`, and shares no code with it. It decides what counts as the registry's counter
does; where that one loses or refuses a whole file it decides so:

- a file in several gzip members or zstd frames is read to its end;
- a byte that is not UTF-8 becomes U+FFFD in its field, and the rules go on from there: in a field that nobody looks at
  it costs nothing, in a crate's name it is part of the name (as `%FF` is), elsewhere the line leaves by its rule;
- a byte order mark at the beginning is skipped, and the file counts;
- a `#Version:` other than 1.0, anywhere, an unknown first byte, an empty file, and an archive that is cut off or
  damaged refuse the file: nothing of it counts here, and `refused` says why (the fast counter reads a log as it comes,
  so what was good before that counts, and the file is named as damaged);
- how a file is packed is told by its first bytes, not by its name.

Other decisions: a column that `#Fields:` does not name is a miss of the step that looks at it, but for the agent's,
without which a line counts; in JSON a key that is missing or of another type is bad JSON. CloudFront's JSON lines
(standard logging v2) are the same columns by the same names, decoded twice too; there a status may be a number, and a
key that is missing is a column that is not there. There is no year 0000.
"""

from __future__ import annotations

import datetime
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from backports import zstd

__all__ = ["Slow", "count"]

Key = tuple[str, str, str]  # date, crate, version


@dataclass
class Slow:
    """What one file comes to: downloads by (date, crate, version), and why other lines did not count."""

    downloads: Counter[Key] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: str = ""  # empty, or why nothing of the file counts: compression, empty, format, header


class Miss(Exception):
    """A line is no download; the argument is the reason."""


class Refusal(Exception):
    """A file is not to be counted; the argument is the reason."""


def count(data: bytes) -> Slow:
    """Count a file of this content."""
    slow = Slow()
    try:
        for judge in _judgements(_text(data)):
            try:
                slow.downloads[judge()] += 1
            except Miss as miss:
                slow.reasons[str(miss)] += 1
    except Refusal as refusal:
        return Slow(refused=str(refusal))
    return slow


def _text(data: bytes) -> bytes:
    """The stream that was compressed, all members or frames of it."""
    try:
        if data.startswith(b"\x1f\x8b"):
            return gzip.decompress(data)
        if data.startswith(b"\x28\xb5\x2f\xfd") or data[1:4] == b"\x2a\x4d\x18":
            return zstd.decompress(data)
    except (EOFError, OSError, zlib.error, zstd.ZstdError):
        raise Refusal("compression") from None
    return data


def _judgements(stream: bytes) -> Iterator[Callable[[], Key]]:
    """For each line of the log what decides on it: the first byte says whose log it is."""
    stream = stream.removeprefix(b"\xef\xbb\xbf")
    if not stream:
        raise Refusal("empty")
    match stream[:1]:
        case b"#":
            return _cloudfront(stream)
        case b"<":
            return ((lambda line=line: _fastly(line)) for line in _lines(stream))
        case b"{":
            return ((lambda line=line: _cloudfront_json(line)) for line in _lines(stream))
    raise Refusal("format")


def _lines(stream: bytes) -> Iterator[str]:
    """Lines end with LF or CRLF; the last one may have no end."""
    lines = stream.split(b"\n")
    last = lines.pop()
    for line in lines:
        yield line.removesuffix(b"\r").decode("utf-8", errors="replace")
    if last:
        yield last.decode("utf-8", errors="replace")


# --- The three kinds of log


def _cloudfront(stream: bytes) -> Iterator[Callable[[], Key]]:
    """W3C extended: `#Fields:` names the columns of the lines below it."""
    names: list[str] | None = None
    for line in _lines(stream):
        if line.startswith("#Version:"):
            if line.removeprefix("#Version:").strip() != "1.0":
                raise Refusal("header")
        elif line.startswith("#Fields:"):
            names = line.removeprefix("#Fields:").strip().split(" ")
        elif not line.startswith("#"):
            yield lambda line=line, names=names: _cloudfront_line(line, names)


def _cloudfront_line(line: str, names: list[str] | None) -> Key:
    values = line.split("\t")
    if not line or names is None or len(values) != len(names):
        raise Miss("shape")
    # Of two columns of a name the first is meant.
    columns = dict(zip(reversed(names), reversed(values), strict=True))
    return _cloudfront_columns(columns)


def _cloudfront_json(line: str) -> Key:
    columns = _json(line)
    if type(columns.get("sc-status")) is int:
        columns["sc-status"] = str(columns["sc-status"])
    return _cloudfront_columns({name: value for name, value in columns.items() if _is_text(value)})


def _cloudfront_columns(columns: dict[str, str]) -> Key:
    return _download(
        method=columns.get("cs-method"),
        status=columns.get("sc-status"),
        agent=columns.get("cs(User-Agent)"),
        url=columns.get("cs-uri-stem"),
        date=columns.get("date"),
        decodings=2,
    )


def _fastly(line: str) -> Key:
    """A syslog prefix, then JSON from the first `]: {`."""
    start = line.find("]: {")
    if start < 0:
        raise Miss("shape")
    fields = _json(line[start + len("]: ") :])
    http = fields.get("http")
    agent = http.get("useragent") if isinstance(http, dict) else None
    right = (
        fields.get("version") == "1"
        and all(_is_text(fields.get(name)) for name in ("date_time", "method", "url"))
        and type(fields.get("status")) is int
        and isinstance(http, dict | None)
        and (agent is None or _is_text(agent))
    )
    if not right:
        raise Miss("shape")
    return _download(
        method=fields["method"],
        status=str(fields["status"]),
        agent=agent,
        url=fields["url"],
        date=fields["date_time"][:10],
        decodings=1,
    )


def _json(line: str) -> dict[str, Any]:
    def no_number(text: str) -> None:
        raise ValueError(text)  # NaN and Infinity are not JSON

    try:
        found = json.loads(line, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Miss("shape") from None
    if not isinstance(found, dict):
        raise Miss("shape")
    return found


def _is_text(value: object) -> bool:
    """JSON can write half a surrogate pair, which is no character."""
    return isinstance(value, str) and re.search("[\ud800-\udfff]", value) is None


# --- The rule, in its order


def _download(
    method: str | None, status: str | None, agent: str | None, url: str | None, date: str | None, decodings: int
) -> Key:
    if method != "GET":
        raise Miss("method")
    if status != "200":
        raise Miss("status")
    if agent is not None and not re.match("cargo(/| |%2f|%2F|%20)", agent):
        raise Miss("agent")
    if url is None:
        raise Miss("path")
    for _ in range(decodings):
        url = unquote_to_bytes(url).decode("utf-8", errors="replace")
    crate, version = _release(url)
    if not _semver(version):
        raise Miss("version")
    return _day(date), crate, version


def _release(url: str) -> tuple[str, str]:
    """The name and the version text of a path or URL, which is decoded."""
    _before, found, path = url.partition("?")[0].partition("/crates/")
    folder, slash, rest = path.partition("/")
    if not found or not slash:
        raise Miss("path")
    if rest.endswith("/download"):
        return folder, rest.removesuffix("/download")
    if rest.startswith(f"{folder}-") and rest.endswith(".crate") and len(rest) >= len(f"{folder}-.crate"):
        return folder, rest.removeprefix(f"{folder}-").removesuffix(".crate")
    raise Miss("path")


def _semver(version: str) -> bool:
    """Semantic Versioning 2.0.0, each of the three numbers in 64 bits."""
    rest, plus, build = version.partition("+")
    core, dash, pre = rest.partition("-")
    numbers = core.split(".")
    return (
        len(numbers) == 3
        and all(_number(number) and len(number) <= 20 and int(number) < 2**64 for number in numbers)
        and all(_identifier(part) and (_number(part) or not _digits(part)) for part in (pre.split(".") if dash else ()))
        and all(_identifier(part) for part in (build.split(".") if plus else ()))
    )


def _number(text: str) -> bool:
    return _digits(text) and (text == "0" or not text.startswith("0"))


def _digits(text: str) -> bool:
    return re.fullmatch("[0-9]+", text) is not None


def _identifier(text: str) -> bool:
    return re.fullmatch("[0-9A-Za-z-]+", text) is not None


def _day(date: str | None) -> str:
    """A real day of YYYY-MM-DD; the year may be written with a plus sign and three digits."""
    found = re.fullmatch("([0-9]{4}|[+][0-9]{3})-([0-9]{2})-([0-9]{2})", date or "")
    try:
        return datetime.date(*map(int, found.groups() if found else ())).isoformat()
    except (TypeError, ValueError):
        raise Miss("date") from None
