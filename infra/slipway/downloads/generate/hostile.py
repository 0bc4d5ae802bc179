"""Lines that were made to break a counter, or to mislead it, each with what it must come to.

Each begins as a line that counts. An `Edit` puts other text into cells, for every format. A `Wreck` damages the line
itself. Bytes that are not UTF-8 are written as their surrogate escapes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from slipway.downloads.generate.draw import Draw
from slipway.downloads.generate.formats import FIELDS, Format
from slipway.downloads.generate.tally import Key
from slipway.downloads.generate.traffic import CRATE, DOWNLOAD

__all__ = ["hostile"]

_SQL = "'; DROP TABLE downloads; --"
_HTML = "<img src=x onerror=alert(1)>"
_LONG = 20_000  # characters
_BAD = "\udcff"  # the byte FF, which no UTF-8 has


class Edit(NamedTuple):
    """Other cells; {0} is the crate, {1} its version, {2} a plus sign as this CDN writes it, {3} the `25` that it
    writes after a percent sign. A release that is named here is counted in place of the line's own."""

    cells: dict[str, str]
    reason: str = ""
    crate: str = "{0}"
    version: str = "{1}"


_LOOKED_AT = ("method", "status", "agent", "path", "date")  # a cell is named as the reason that it is one for
_EDITS = (
    *(Edit({cell: text}, cell) for cell in _LOOKED_AT for text in (_SQL, _HTML, "\x00")),
    *(Edit({"other": text}) for text in (_SQL, _HTML, "../../etc/passwd", f"a{_BAD}b", "%00%", "=cmd|' /C calc'!A1")),
    *(Edit({"agent": f"cargo/1 {text}"}) for text in (_SQL, _HTML, _BAD, "x" * _LONG, "\u202egnp.exe")),
    Edit({"path": f"/crates/{_SQL}/{{1}}/download"}, crate=_SQL),
    Edit({"path": f"/crates/{_HTML}/{_HTML}-{{1}}.crate"}, crate=_HTML),
    Edit({"path": f"/crates/{{0}}/{_SQL}/download"}, "version"),
    Edit({"path": "/crates/=cmd()/{1}/download"}, crate="=cmd()"),
    Edit({"path": "/crates/../{1}/download"}, crate=".."),
    Edit({"path": "/crates/../../{0}/{1}/download"}, "version"),
    Edit({"path": "/../x/.." + DOWNLOAD}),
    Edit({"path": "/crates/..%2F..%2Fetc/..%2F..%2Fetc-{1}.crate"}, "path"),
    Edit({"path": "/crates/{0}%/{1}/download"}, crate="{0}%"),
    Edit({"path": "/crates/{0}%2/{0}%2-{1}.crate"}, crate="{0}%2"),
    Edit({"path": "/crates/{0}%zz/{1}/download"}, crate="{0}%zz"),
    Edit({"path": "/crates/{0}%FF/{1}/download"}, crate="{0}\ufffd"),
    Edit({"path": f"/crates/{{0}}{_BAD}/{{1}}/download"}, crate="{0}\ufffd"),
    Edit({"path": f"/crates/{{0}}/{{0}}-{{1}}{_BAD}.crate"}, "version"),
    Edit({"path": "/crates/{0}\x00/{1}/download"}, crate="{0}\x00"),
    Edit({"path": "/crates/{0}/1.0.0{2}x.1/download"}, version="1.0.0+x.1"),
    Edit({"path": "/crates/{0}/1.0.0%{3}252Bx.1/download"}, "version"),
    Edit({"path": CRATE + "%3Fz"}),
    Edit({"path": CRATE + "?'"}),
    Edit({"path": CRATE + "/"}, "path"),
    Edit({"path": "/crates/{0}/01.2.3/download"}, "version"),
    Edit({"path": "/crates/{0}/1.2.18446744073709551616/download"}, "version"),
    Edit({"path": "/crates/{0}/" + "9" * 5_000 + ".0.0/download"}, "version"),
    Edit({"path": "/crates/" + "a/" * 5_000}, "path"),
    Edit({"path": "/crates/" * 2_000 + "1.0.0/download"}, "version"),
    Edit({"path": "%" * 10_000}, "path"),
    Edit({"path": ""}, "path"),
    Edit({"agent": "cargo"}, "agent"),
    Edit({"agent": ""}, "agent"),
    Edit({"method": "get"}, "method"),
    *(Edit({"date": day}, "date") for day in ("2026-02-30", "2026-13-01", "0000-00-00", "٢٠٢٦-01-01", "2026/01/01")),
)  # fmt: skip
Wreck = tuple[Callable[[str], str], str]  # what is done to the line, and the reason why it does not count any more
_WRECKS: tuple[Wreck, ...] = (
    (lambda line: "", "shape"),
    (lambda line: "\x00" * 300, "shape"),
    (lambda line: _BAD * 300, "shape"),
    (lambda line: "x" * _LONG, "shape"),
    (lambda line: f"{line}\r", ""),
)
_W3C_WRECKS: tuple[Wreck, ...] = (
    (lambda line: line.rpartition("\t")[0], "shape"),
    (lambda line: line + "\t-", "shape"),
    (lambda line: line.replace("\t", " "), "shape"),
    (lambda line: "\t" * (len(FIELDS) - 1), "method"),
    (lambda line: "\t" * _LONG, "shape"),
    (lambda line: f"#Version: 1.0\n{line}", ""),
    (lambda line: f"#Comment {_HTML}{_BAD}\n#\n{line}", ""),
    (lambda line: _reordered(line, FIELDS[::-1]), ""),
    (lambda line: _reordered(line, sorted(FIELDS)), ""),
    (lambda line: _reordered(line, ["cs-uri-stem", "sc-status", "date", "cs-method"]), ""),  # no agent: an old log
    (lambda line: _reordered(line, ["date", "cs-method", "sc-status"]), "path"),
)
_JSON_WRECKS: tuple[Wreck, ...] = (
    (lambda line: line[:-1], "shape"),
    (lambda line: line + "}", "shape"),
    (lambda line: line.replace('"', "'"), "shape"),
    (lambda line: line.replace(":", ":\x00", 3), "shape"),
    (lambda line: line + " \t", ""),
    (lambda line: line[: line.index('{"')] + '{"a":' * 5_000, "shape"),
)


def hostile(form: Format, cells: Sequence[str], crate: str, version: str, draw: Draw) -> tuple[str, Key | str]:
    """One hostile line made from the cells of another, which is for this release, and what it must come to."""
    places = form.looked_at
    day = cells[places["date"]][:10]
    row = list(cells)
    edits = {"method": "GET", "status": "200", "agent": "cargo/1.92.0", "path": CRATE}
    wrecks = (*_WRECKS, *(_JSON_WRECKS if form.json else _W3C_WRECKS))
    number = int(draw.below(len(_EDITS) + 2 * len(wrecks), 1)[0])
    edit = _EDITS[number] if number < len(_EDITS) else Edit({})
    wreck, reason = wrecks[(number - len(_EDITS)) // 2] if number >= len(_EDITS) else (str, edit.reason)
    for cell, text in (edits | edit.cells).items():
        row[places[cell]] = _written(form, cell, text, crate, version)
    key = (day, edit.crate.format(crate), edit.version.format(crate, version))
    return wreck(form.line(row)), _outcome(form, edit, reason) or key


def _written(form: Format, cell: str, text: str, crate: str, version: str) -> str:
    """A cell's text, as this format would have to write it."""
    if cell == "path":
        plain = version.replace("+", form.plus[0])
        text = text.format(crate, plain, form.plus[0], "25" if form.plus[0] == "%252B" else "")
    return json.dumps(text, ensure_ascii=False)[1:-1] if form.json else text


def _outcome(form: Format, edit: Edit, reason: str) -> str:
    """Text where JSON has a number breaks the whole line."""
    return "shape" if form.bare & edit.cells.keys() else reason


def _reordered(line: str, names: Sequence[str]) -> str:
    """The line under another `#Fields:`, and then the usual one again."""
    columns = dict(zip(FIELDS, line.split("\t"), strict=True))
    values = "\t".join(columns[name] for name in names)
    return f"#Fields: {' '.join(names)}\n{values}\n#Fields: {' '.join(FIELDS)}"
