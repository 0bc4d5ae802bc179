"""Small logs, each with the downloads that are in it: what every counter must agree on.

One table for the slow counter and the fast one. `CASES` has a name, the file's name and bytes, the downloads by (date,
crate, version), why the other lines do not count, and, for a file that is refused as a whole, the slow counter's word
for why. Where the registry's counter was seen to do otherwise, the name says "better".
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from backports import zstd

__all__ = ["CASES", "FIELDS", "Case", "cloudfront", "fastly", "json_lines", "w3c"]

Key = tuple[str, str, str]
ONE: dict[Key, int] = {("2026-03-01", "a", "1.2.3"): 1}
CRATE = "/crates/a/a-1.2.3.crate"
CARGO = "cargo/1.92.0 (344c4567c 2025-10-21)"
FIELDS = ("date", "time", "cs-method", "cs-uri-stem", "sc-status", "cs(User-Agent)", "x-edge-result-type")
_NOT_NUMBERS = ("000", "0200", "200 ", "-", "")
HEADER = "#Version: 1.0\n#Fields: " + " ".join(FIELDS) + "\n"


@dataclass(frozen=True)
class Case:
    """One file, and what is in it."""

    name: str
    file: str
    data: bytes
    downloads: dict[Key, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    refused: str = ""


def cloudfront(
    path: str = CRATE,
    *,
    method: str = "GET",
    status: str = "200",
    agent: str = "cargo/1.92.0%20(344c4567c%202025-10-21)",
    date: str = "2026-03-01",
) -> str:
    """A line under HEADER."""
    return "\t".join((date, "23:59:58", method, path, status, agent, "Hit"))


def w3c(*lines: str, header: str = HEADER) -> bytes:
    """A CloudFront log."""
    return (header + "".join(f"{line}\n" for line in lines)).encode()


def fastly(path: str = CRATE, *, agent: str | None = CARGO, **other: Any) -> str:
    """A line of the second CDN; a key is left out by None, the agent's by None too."""
    fields = {
        "bytes": 11355,
        "date_time": "2026-03-01T23:59:58.460557177Z",
        "http": {"protocol": "HTTP/2", "referer": None, "useragent": agent},
        "method": "GET",
        "status": 200,
        "url": f"https://static.example.org{path}",
        "version": "1",
        **other,
    }
    kept = {name: value for name, value in fields.items() if value is not None}
    return "<134>2026-03-01T23:59:58Z cache-iad-kiad7000128 requests[322614]: " + json.dumps(kept, ensure_ascii=False)


def json_lines(path: str = CRATE, **other: Any) -> str:
    """A line of CloudFront's standard logging v2 as JSON; a key is left out by None."""
    fields = {
        "date": "2026-03-01",
        "time": "23:59:58",
        "cs-method": "GET",
        "cs-uri-stem": path,
        "sc-status": "200",
        "cs(User-Agent)": "cargo/1.92.0%20(344c4567c%202025-10-21)",
        **other,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False)


def _log(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _both(name: str, path: str, crate: str = "a", version: str = "1.2.3", reason: str = "") -> list[Case]:
    """One path in each kind of log, where decoding it once or twice makes no difference."""
    downloads = {} if reason else {("2026-03-01", crate, version): 1}
    reasons = {reason: 1} if reason else {}
    return [
        Case(f"cloudfront: {name}", "x.log", w3c(cloudfront(path)), downloads, reasons),
        Case(f"fastly: {name}", "x.log", _log(fastly(path)), downloads, reasons),
        Case(f"cloudfront json: {name}", "x.log", _log(json_lines(path)), downloads, reasons),
    ]


def _each(name: str, reason: str, **changed: str) -> list[Case]:
    """One value in each kind of log: of method, status, agent or date."""
    downloads, reasons = (ONE, {}) if not reason else ({}, {reason: 1})
    columns = {
        {"method": "cs-method", "status": "sc-status", "agent": "cs(User-Agent)", "date": "date"}[key]: value
        for key, value in changed.items()
    }
    other: dict[str, Any] = dict(changed)
    if "status" in other:
        if changed["status"] in _NOT_NUMBERS:
            return [Case(f"cloudfront: {name}", "x.log", w3c(cloudfront(**changed)), downloads, reasons)]
        other["status"] = int(other["status"])
    if "date" in other:
        other["date_time"] = other.pop("date") + "T23:59:58.460557177Z"
    return [
        Case(f"cloudfront: {name}", "x.log", w3c(cloudfront(**changed)), downloads, reasons),
        Case(f"fastly: {name}", "x.log", _log(fastly(**other)), downloads, reasons),
        Case(f"cloudfront json: {name}", "x.log", _log(json_lines(**columns)), downloads, reasons),
    ]


_PATHS = [
    *_both("the .crate form", CRATE),
    *_both("the /download form", "/crates/a/1.2.3/download"),
    *_both("a name with the version's dash", "/crates/a-1/a-1-1.2.3-rc.1.crate", "a-1", "1.2.3-rc.1"),
    *_both("a query is cut off", CRATE + "?x=1/crates/b/1.0.0/download"),
    *_both("%3F decodes to ? and is cut off", CRATE + "%3Fz"),
    *_both("the first /crates/ anywhere", "/x/y/crates/b/1.0.0/download", "b", "1.0.0"),
    *_both("the first of two /crates/", "/crates/b/1.0.0/crates/c/1.0.0/download", reason="version"),
    *_both("the address of the service", "/api/v1/crates/b/1.0.0/download", "b", "1.0.0"),
    *_both("an empty name", "/crates//1.2.3/download", ""),
    *_both("an empty name as .crate", "/crates//-1.2.3.crate", ""),
    *_both("capitals are another name", "/crates/E/E-1.2.3.crate", "E"),
    *_both("a name beyond ASCII", "/crates/é/é-1.2.3.crate", "é"),
    *_both("a name beyond ASCII, encoded", "/crates/%C3%A9/%c3%a9-1.2.3.crate", "é"),
    *_both("an encoded byte that is not UTF-8", "/crates/%FF/%FF-1.2.3.crate", "\ufffd"),
    *_both("a name of two dots", "/crates/../1.2.3/download", ".."),
    *_both("a broken encoding stays as it is", "/crates/a%2/a%2-1.2.3.crate", "a%2"),
    *_both("no hexadecimal encoding stays as it is", "/crates/a%zz/1.2.3/download", "a%zz"),
    *_both("SQL in the name", "/crates/'; DROP TABLE d; --/1.2.3/download", "'; DROP TABLE d; --"),
    *_both("markup in the name", "/crates/<script>alert(1)<%2Fscript>/1.2.3/download", reason="version"),
    *_both("an encoded slash in the name", "/crates/i%2Fj/i%2Fj-1.2.3.crate", reason="path"),
    *_both("an encoded slash in the name, /download", "/crates/i%2Fj/1.2.3/download", reason="version"),
    *_both("a slash at the end", CRATE + "/", reason="path"),
    *_both("a slash at the end, /download", "/crates/a/1.2.3/download/", reason="path"),
    *_both("a space after the version", "/crates/a/a-1.2.3%20.crate", reason="version"),
    *_both("another folder", "/crates/b/a-1.2.3.crate", reason="path"),
    *_both("no extension", "/crates/a/a-1.2.3", reason="path"),
    *_both("another extension", "/crates/a/a-1.2.3.html", reason="path"),
    *_both("@ for the dash", "/crates/a/a@1.2.3.crate", reason="path"),
    *_both("no version", "/crates/a/a.crate", reason="path"),
    *_both("a version of nothing", "/crates/a/a-.crate", reason="version"),
    *_both("no folder", "/crates/a-1.2.3.crate", reason="path"),
    *_both("nothing after /crates/", "/crates/", reason="path"),
    *_both("an empty path", "", reason="path"),
    *_both("a page", "/readmes/a/a-1.2.3.html", reason="path"),
    *_both("climbing out", "/crates/../../etc/passwd", reason="path"),
    *_both("CRATES in capitals", "/CRATES/a/a-1.2.3.crate", reason="path"),
    *_both("DOWNLOAD in capitals", "/crates/a/1.2.3/DOWNLOAD", reason="path"),
]
_VERSIONS = [
    case
    for version, right in {
        "0.0.0": True,
        "1.2.3-alpha.1": True,
        "1.2.3--": True,
        "1.2.3-0a": True,
        "1.2.3-rc.99999999999999999999999": True,
        "1.2.3-x-y.7": True,
        "18446744073709551615.0.0": True,
        "18446744073709551616.0.0": False,
        "0.0.99999999999999999999999": False,
        "01.2.3": False,
        "1.02.3": False,
        "1.2": False,
        "1.2.3.4": False,
        "v1.0.0": False,
        "1.0.0-": False,
        "1.0.0-a..b": False,
        "1.0.0-01": False,
        "1.0.0-ä": False,
        "1.0.0§foo": False,
        "1.0.٣": False,
        "": False,
    }.items()
    for case in [
        *_both(f"version {version!r}", f"/crates/a/a-{version}.crate", "a", version, "" if right else "version"),
        *_both(
            f"version {version!r}, /download", f"/crates/a/{version}/download", "a", version, "" if right else "version"
        ),
    ]
]
_PLUS: dict[Key, int] = {("2026-03-01", "z", "2.0.8+zstd.1.5.5"): 1}
_BUILDS = [
    *(
        Case(
            f"cloudfront: {plus} is a plus", "x.log", w3c(cloudfront(f"/crates/z/z-2.0.8{plus}zstd.1.5.5.crate")), _PLUS
        )
        for plus in ("+", "%2B", "%2b", "%252B", "%252b", "%25%32%42")
    ),
    *(
        Case(f"fastly: {plus} is a plus", "x.log", _log(fastly(f"/crates/z/z-2.0.8{plus}zstd.1.5.5.crate")), _PLUS)
        for plus in ("+", "%2B", "%2b")
    ),
    Case(
        "cloudfront: %252B, %2B and + are one key",
        "x.log",
        w3c(*(cloudfront(f"/crates/z/2.0.8{plus}zstd.1.5.5/download") for plus in ("+", "%2B", "%252B"))),
        {("2026-03-01", "z", "2.0.8+zstd.1.5.5"): 3},
    ),
    Case(
        "cloudfront: not decoded a third time",
        "x.log",
        w3c(cloudfront("/crates/z/z-2.0.8%25252Bzstd.crate")),
        {},
        {"version": 1},
    ),
    Case(
        "fastly: not decoded a second time",
        "x.log",
        _log(fastly("/crates/z/z-2.0.8%252Bzstd.crate")),
        {},
        {"version": 1},
    ),
    Case("cloudfront: %253F is a query", "x.log", w3c(cloudfront(CRATE + "%253Fz")), ONE),
    Case("fastly: %253F is a part of the path", "x.log", _log(fastly(CRATE + "%253Fz")), {}, {"path": 1}),
    *_both("build metadata is part of the key", "/crates/a/a-1.2.3+001.crate", "a", "1.2.3+001"),
    *_both("nothing after the plus", "/crates/a/a-1.2.3+.crate", reason="version"),
    *_both("two plusses", "/crates/a/a-1.2.3+a+b.crate", reason="version"),
    *_both("a dash after the plus", "/crates/a/a-1.2.3+a-01.crate", "a", "1.2.3+a-01"),
]
_VALUES = [
    *(case for method in ("HEAD", "get", "", "-", "POST", "GET ") for case in _each(method, "method", method=method)),
    *(
        case
        for status in ("206", "304", "404", "403", "503", "0")
        for case in _each(f"status {status}", "status", status=status)
    ),
    *(case for status in _NOT_NUMBERS for case in _each(f"{status!r}", "status", status=status)),
    *(
        case
        for agent in ("cargo/1.92.0", "cargo/", "cargo 1.0", "cargo%2f1", "cargo%2F1", "cargo%201.74.0", "cargo%20")
        for case in _each(f"agent {agent!r}", "", agent=agent)
    ),
    *(
        case
        for agent in (
            "cargo",
            "-",
            "",
            "Cargo/1.0",
            "cargo-",
            " cargo/1",
            "xcargo/1",
            "curl/7.64.1",
            "cargo%2",
            "cargo+1",
        )
        for case in _each(f"agent {agent!r}", "agent", agent=agent)
    ),
    *(
        case
        for date in ("2026-02-30", "2026-13-01", "2026-00-10", "2025-02-29", "2026/03/01", "abcd-01-16", "2026-3-001")
        for case in _each(f"date {date}", "date", date=date)
    ),
]
_DATES = [
    Case(
        f"cloudfront: date {date!r}",
        "x.log",
        w3c(cloudfront(date=date)),
        {(day, "a", "1.2.3"): 1} if day else {},
        {} if day else {"date": 1},
    )
    for date, day in {
        "1999-03-01": "1999-03-01",
        "2024-02-29": "2024-02-29",
        "+026-03-01": "0026-03-01",
        "9999-12-31": "9999-12-31",
        "2026-1-6": "",
        "2026-01-16T00": "",
        "2026-01-é": "",
        "é2026-01-16": "",
        "٢٠٢٦-01-16": "",
        "-": "",
        "": "",
    }.items()
]
_MORE_DATES = [
    Case(
        "the date of the line, not of the file",
        "E2.2020-01-01-00.0a1b2c3d.log",
        w3c(cloudfront(date="2026-03-01"), cloudfront(date="2026-03-02"), cloudfront(date="2026-03-02")),
        {("2026-03-01", "a", "1.2.3"): 1, ("2026-03-02", "a", "1.2.3"): 2},
    ),
    Case("fastly: a date and no time", "x.log", _log(fastly(date_time="2026-03-01")), ONE),
    Case("fastly: a date that is too short", "x.log", _log(fastly(date_time="2026-03")), {}, {"date": 1}),
]
_ORDER = [
    Case("a line leaves at the first miss: shape", "x.log", w3c("HEAD\t404"), {}, {"shape": 1}),
    Case(
        "a line leaves at the first miss: method, status, agent, path, version, date",
        "x.log",
        w3c(
            cloudfront("/", method="HEAD", status="404", agent="curl", date="x"),
            cloudfront("/", status="404", agent="curl", date="x"),
            cloudfront("/", agent="curl", date="x"),
            cloudfront("/", date="x"),
            cloudfront("/crates/a/a-1.crate", date="x"),
            cloudfront(date="x"),
        ),
        {},
        {"method": 1, "status": 1, "agent": 1, "path": 1, "version": 1, "date": 1},
    ),
]
_BARE = "#Version: 1.0\n#Fields: "
_W3C = [
    Case(
        "old logs have no agent column",
        "x.log",
        w3c(f"2026-03-01\tGET\t{CRATE}\t200", header=_BARE + "date cs-method cs-uri-stem sc-status\n"),
        ONE,
    ),
    Case(
        "columns are found by name",
        "x.log",
        w3c(f"200\tHit\t{CRATE}\tGET\t2026-03-01", header=_BARE + "sc-status x cs-uri-stem cs-method date\n"),
        ONE,
    ),
    Case(
        "#Fields: may come again",
        "x.log",
        w3c(cloudfront(), "#Fields: cs-uri-stem date sc-status cs-method", f"{CRATE}\t2026-03-01\t200\tGET"),
        {("2026-03-01", "a", "1.2.3"): 2},
    ),
    Case(
        "#Fields: with spaces around",
        "x.log",
        w3c(f"2026-03-01\tGET\t{CRATE}\t200", header=_BARE + "  date cs-method cs-uri-stem sc-status \n"),
        ONE,
    ),
    Case(
        "two spaces make a column without a name",
        "x.log",
        w3c(
            f"2026-03-01\tGET\t{CRATE}\t200",
            f"2026-03-01\t-\tGET\t{CRATE}\t200",
            header=_BARE + "date  cs-method cs-uri-stem sc-status\n",
        ),
        ONE,
        {"shape": 1},
    ),
    Case("a header that is not known", "x.log", w3c("#Foo?", cloudfront(), "#"), ONE),
    Case("no #Version:", "x.log", w3c(cloudfront(), header=HEADER.split("\n", 1)[1]), ONE),
    Case("#Version:1.0 without a space, and late again", "x.log", w3c(cloudfront(), "#Version:1.0"), ONE),
    Case("no #Fields:", "x.log", w3c(cloudfront(), cloudfront(), header="#Version: 1.0\n"), {}, {"shape": 2}),
    Case(
        "#Fields: after the first line",
        "x.log",
        w3c(cloudfront(), HEADER.rstrip("\n"), cloudfront(), header="#Version: 1.0\n"),
        ONE,
        {"shape": 1},
    ),
    Case(
        "too few and too many values",
        "x.log",
        w3c(cloudfront() + "\t-", cloudfront().rsplit("\t", 1)[0], cloudfront()),
        ONE,
        {"shape": 2},
    ),
    Case("spaces for tabs", "x.log", w3c(cloudfront().replace("\t", " ")), {}, {"shape": 1}),
    Case("a blank line is one bad line", "x.log", w3c("", cloudfront(), ""), ONE, {"shape": 2}),
    Case(
        "no column for the method",
        "x.log",
        w3c(f"2026-03-01\t{CRATE}\t200", header=_BARE + "date cs-uri-stem sc-status\n"),
        {},
        {"method": 1},
    ),
    Case(
        "no column for the status",
        "x.log",
        w3c(f"2026-03-01\tGET\t{CRATE}", header=_BARE + "date cs-method cs-uri-stem\n"),
        {},
        {"status": 1},
    ),
    Case(
        "no column for the path",
        "x.log",
        w3c("2026-03-01\tGET\t200", header=_BARE + "date cs-method sc-status\n"),
        {},
        {"path": 1},
    ),
    Case(
        "no column for the date",
        "x.log",
        w3c(f"GET\t{CRATE}\t200", header=_BARE + "cs-method cs-uri-stem sc-status\n"),
        {},
        {"date": 1},
    ),
    Case(
        "a field's name in other capitals is another field",
        "x.log",
        w3c(
            f"2026-03-01\tGET\t{CRATE}\t200\tcurl",
            header=_BARE + "date cs-method cs-uri-stem sc-status cs(user-agent)\n",
        ),
        ONE,
    ),
    Case("CRLF", "x.log", w3c(cloudfront(), cloudfront(status="404")).replace(b"\n", b"\r\n"), ONE, {"status": 1}),
    Case(
        "CRLF after a column that is looked at",
        "x.log",
        w3c(f"2026-03-01\tGET\t{CRATE}\t200", header=_BARE + "date cs-method cs-uri-stem sc-status\n").replace(
            b"\n", b"\r\n"
        ),
        ONE,
    ),
    Case("no end of the last line", "x.log", w3c(cloudfront()).rstrip(b"\n"), ONE),
    Case(
        "quotation marks are nothing special",
        "x.log",
        w3c(cloudfront(agent='cargo/1 "'), cloudfront(agent="cargo/1 '")),
        {("2026-03-01", "a", "1.2.3"): 2},
    ),
    Case(
        "a host is not looked at",
        "x.log",
        w3c(
            f"2026-03-01\tGET\t{CRATE}\t200\tindex.example.org\tindex.example.org",
            header=_BARE + "date cs-method cs-uri-stem sc-status cs(Host) x-host-header\n",
        ),
        ONE,
    ),
]
_PREFIX = "<134>2026-03-01T23:59:58Z cache-iad-kiad7000128 requests[322614]: "
_FASTLY = [
    Case("fastly: old lines have no http", "x.log", _log(fastly(http=None)), ONE),
    Case("fastly: http without an agent", "x.log", _log(fastly(http={"protocol": "HTTP/2"})), ONE),
    Case("fastly: an agent of null", "x.log", _log(fastly(agent=None)), ONE),
    Case("fastly: another host", "x.log", _log(fastly(url=f"https://index.example.org{CRATE}")), ONE),
    Case("fastly: a path alone", "x.log", _log(fastly(url=CRATE)), ONE),
    Case(
        "fastly: any prefix",
        "x.log",
        _log(fastly()) + b"x]: " + fastly().split("]: ")[1].encode() + b"\n",
        {("2026-03-01", "a", "1.2.3"): 2},
    ),
    Case(
        "fastly: JSON from the first brace after a bracket",
        "x.log",
        _log(fastly(service="x]: {"), "<1>]: {]: {" + fastly().split("]: {")[1]),
        ONE,
        {"shape": 1},
    ),
    Case("fastly: no JSON", "x.log", _log("<134>", fastly().replace("]: {", ": {"), fastly()), ONE, {"shape": 2}),
    Case("fastly: JSON cut off", "x.log", _log(fastly()[:-1], fastly()), ONE, {"shape": 1}),
    Case("fastly: more after the JSON", "x.log", _log(fastly() + "x", fastly() + " \t\r"), ONE, {"shape": 1}),
    Case("fastly: another version", "x.log", _log(fastly(version="2"), fastly(version=1)), {}, {"shape": 2}),
    Case("fastly: no version of the line", "x.log", _log(fastly(version=None)), {}, {"shape": 1}),
    Case("fastly: status as text", "x.log", _log(fastly(status="200"), fastly(status=200.5)), {}, {"shape": 2}),
    Case(
        "fastly: keys that are missing",
        "x.log",
        _log(*(fastly(**{key: None}) for key in ("date_time", "method", "status", "url"))),
        {},
        {"shape": 4},
    ),
    Case(
        "fastly: JSON's escapes",
        "x.log",
        _log(fastly().replace("/crates/", "\\/crates\\u002f").replace("GET", "\\u0047ET")),
        ONE,
    ),
    Case("fastly: a blank line", "x.log", _log(fastly(), "", fastly(status=404)), ONE, {"shape": 1, "status": 1}),
    Case("fastly: CRLF", "x.log", _log(fastly(), fastly(method="HEAD")).replace(b"\n", b"\r\n"), ONE, {"method": 1}),
    Case(
        "fastly: keys in another order",
        "x.log",
        _log(_PREFIX + json.dumps(dict(reversed(json.loads(fastly().removeprefix(_PREFIX)).items())))),
        ONE,
    ),
]
_JSON = [
    Case("cloudfront json: a status as a number", "x.log", _log(json_lines(**{"sc-status": 200})), ONE),
    Case("cloudfront json: no agent", "x.log", _log(json_lines(**{"cs(User-Agent)": None})), ONE),
    Case("cloudfront json: decoded twice", "x.log", _log(json_lines("/crates/z/z-2.0.8%252Bzstd.1.5.5.crate")), _PLUS),
    Case(
        "cloudfront json: bad JSON, blank, other JSON",
        "x.log",
        _log(json_lines(), json_lines()[:-1], "", "[1]", "#Version: 2.0"),
        ONE,
        {"shape": 4},
    ),
    Case(
        "cloudfront json: keys that are missing",
        "x.log",
        _log(*(json_lines(**{key: None}) for key in ("cs-method", "sc-status", "cs-uri-stem", "date"))),
        {},
        {"method": 1, "status": 1, "path": 1, "date": 1},
    ),
    Case("cloudfront json: packed", "x.gz", gzip.compress(_log(json_lines())), ONE),
]
_BAD = cloudfront().encode()
_BYTES = [
    Case(
        "better: a bad byte in a field nobody looks at",
        "x.log",
        w3c(cloudfront()) + _BAD.replace(b"Hit", b"H\xfft"),
        {("2026-03-01", "a", "1.2.3"): 2},
    ),
    Case(
        "better: a bad byte costs its line",
        "x.log",
        w3c(cloudfront())
        + b"\n".join(
            (
                _BAD.replace(b"GET", b"G\xffT"),
                _BAD.replace(b"200\t", b"2\xff0\t"),
                _BAD.replace(b"cargo/", b"car\xff/"),
                _BAD.replace(b"/crates/", b"/cr\xfftes/"),
                _BAD.replace(b"1.2.3", b"1.2.\xff"),
                _BAD.replace(b"03-01\t", b"03-\xff1\t"),
            )
        ),
        ONE,
        {"method": 1, "status": 1, "agent": 1, "path": 1, "version": 1, "date": 1},
    ),
    Case(
        "better: a bad byte in a name is a part of it",
        "x.log",
        w3c() + _BAD.replace(b"/a/a-", b"/\xff/\xff-"),
        {("2026-03-01", "\ufffd", "1.2.3"): 1},
    ),
    Case("better: a bad byte in a header", "x.log", w3c("#Foo").replace(b"Foo", b"F\xff") + _BAD, ONE),
    Case(
        "better: fastly: a bad byte",
        "x.log",
        _log(fastly())
        + fastly(service="S").encode().replace(b'"S"', b'"\xff"')
        + b"\n"
        + fastly().encode().replace(b"1.2.3", b"1.2.\xff"),
        {("2026-03-01", "a", "1.2.3"): 2},
        {"version": 1},
    ),
    Case(
        "NUL in a name and in the agent",
        "x.log",
        w3c(cloudfront("/crates/a\0/a\0-1.2.3.crate"), cloudfront(agent="cargo/\0"), cloudfront(agent="\0cargo/")),
        {("2026-03-01", "a\0", "1.2.3"): 1, ("2026-03-01", "a", "1.2.3"): 1},
        {"agent": 1},
    ),
    Case(
        "NUL in JSON is bad JSON",
        "x.log",
        _log(fastly()) + fastly(service="S").encode().replace(b'"S"', b'"\0"'),
        ONE,
        {"shape": 1},
    ),
    Case(
        "other ends of line are none",
        "x.log",
        w3c(cloudfront(agent="cargo/\u2028\u0085\x0b\x0c"), cloudfront(agent="cargo/\r")),
        {("2026-03-01", "a", "1.2.3"): 2},
    ),
]
_TWO: dict[Key, int] = {("2026-03-01", "a", "1.2.3"): 1, ("2026-03-01", "b", "1.0.0"): 1}
_PARTS = (w3c(cloudfront()), _log(cloudfront("/crates/b/b-1.0.0.crate")))
_SPLIT = b"".join(_PARTS)
_FILES = [
    Case("packed by gzip", "x.gz", gzip.compress(_SPLIT), _TWO),
    Case("packed by zstd", "x.zst", zstd.compress(_SPLIT), _TWO),
    Case("better: gzip of two members", "x.gz", b"".join(map(gzip.compress, _PARTS)), _TWO),
    Case("better: zstd of two frames", "x.zst", b"".join(map(zstd.compress, _PARTS)), _TWO),
    Case("better: members that end in mid-line", "x.gz", gzip.compress(_SPLIT[:-9]) + gzip.compress(_SPLIT[-9:]), _TWO),
    Case(
        "better: a zstd frame that is to be skipped",
        "x.zst",
        zstd.compress(_PARTS[0]) + b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zstd.compress(_PARTS[1]),
        _TWO,
    ),
    Case("better: zeros after the last gzip member", "x.gz", gzip.compress(_SPLIT) + bytes(512), _TWO),
    Case("better: a byte order mark", "x.log", b"\xef\xbb\xbf" + _SPLIT, _TWO),
    Case("better: a byte order mark, packed", "x.gz", gzip.compress(b"\xef\xbb\xbf" + _log(fastly())), ONE),
    Case("plain", "x", _SPLIT, _TWO),
    Case("better: packed, but named otherwise", "x.log", gzip.compress(_SPLIT), _TWO),
    Case("better: not packed, but named as if", "x.gz", _SPLIT, _TWO),
    Case("another version refuses the file", "x.log", w3c(cloudfront(), header="#Version: 2.0\n"), refused="header"),
    Case("another version refuses the file, even late", "x.log", w3c(cloudfront(), "#Version: 1.1"), refused="header"),
    Case("an unknown first byte", "x.log", b"foo", refused="format"),
    Case("a blank first line", "x.log", b"\n" + _SPLIT, refused="format"),
    Case("an empty file", "x.log", b"", refused="empty"),
    Case("an empty file, packed", "x.gz", gzip.compress(b""), refused="empty"),
    Case("no bytes at all, named as packed", "x.gz", b"", refused="empty"),
    Case("a gzip that is cut off", "x.gz", gzip.compress(_SPLIT)[:-12], refused="compression"),
    Case("a zstd that is cut off", "x.zst", zstd.compress(_SPLIT)[:-4], refused="compression"),
    Case(
        "a second gzip member that is cut off",
        "x.gz",
        b"".join(map(gzip.compress, _PARTS))[:-12],
        refused="compression",
    ),
]
CASES = [
    *_PATHS,
    *_VERSIONS,
    *_BUILDS,
    *_VALUES,
    *_DATES,
    *_MORE_DATES,
    *_ORDER,
    *_W3C,
    *_FASTLY,
    *_JSON,
    *_BYTES,
    *_FILES,
]
