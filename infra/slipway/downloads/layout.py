"""How a log is laid out, and the SELECT that reads the rules' `lines` from it.

CloudFront's standard logs name their columns themselves (W3C extended). Its version 2 as JSON, and the second CDN's
lines, have a JSON object a line. DuckDB reads either as CSV: a column a field, or a single one. Version 2 as Parquet
has columns of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["FASTLY", "V2", "Facet", "Layout", "lines_of", "parquet", "w3c"]

Facet: TypeAlias = Literal["region", "client", "minute"]
"""What counts may be kept apart by, on top of the CDN: the edge location, the client's agent, the minute and status."""

_USED = ("date", "time", "x-edge-location", "cs-method", "cs-uri-stem", "sc-status", "cs(User-Agent)")
# In JSON a control character is an escape, so a line with this one is none, and is refused for its second column.
_NEVER = r"\x01"


@dataclass(frozen=True, slots=True)
class Layout:
    """The kind of a log's lines, and where they have columns: the names, in order."""

    kind: Literal["w3c", "v2", "parquet", "fastly"]
    fields: tuple[str, ...] = ()


def parquet(fields: Sequence[str]) -> Layout:
    """The layout of a Parquet file with these columns."""
    return Layout("parquet", tuple(fields))


V2 = Layout("v2")
FASTLY = Layout("fastly")


def w3c(fields: Sequence[str]) -> Layout:
    """The layout that a `#Fields:` line gives."""
    return Layout("w3c", tuple(fields))


def lines_of(layout: Layout, facets: Sequence[Facet] = ()) -> str:
    """The SELECT whose rows are the rules' `lines`, of the file that the parameter `$path` names.

    A line of another shape has no row. What a log says never becomes SQL: columns come into it by their numbers, and
    those of Parquet as quoted names.
    """
    if layout.kind == "w3c":
        columns: dict[str, str] = {}
        for number, name in enumerate(layout.fields):
            columns.setdefault(name, f"c{number}")
        return _columns(columns, _csv(len(layout.fields), chr(92) + "t"), facets)
    if layout.kind == "parquet":
        quoted = {_plain(name): f'"{name.replace(chr(34), chr(34) * 2)}"::varchar' for name in reversed(layout.fields)}
        used = {name: quoted[_plain(name)] for name in _USED if _plain(name) in quoted}
        return _columns(used, "read_parquet($path)", facets)
    values = _JSON[layout.kind]
    facet = _joined([values[facet] for facet in facets])
    fault = f"CASE WHEN {values['sound']} THEN NULL ELSE 'shape' END"
    cdn = "fastly" if layout.kind == "fastly" else "cloudfront"
    named = ", ".join(f"{values[name]} AS {name}" for name in ("date", "method", "agent"))
    status = "'200'" if "minute" in facets else values["status"]
    target = f"CASE WHEN {values['sound']} THEN {values['target']} ELSE c0 END"  # of what is malformed a sample is all
    parsed = f"CASE WHEN json_valid({values['json']}) THEN {values['json']}::json END AS j"
    return (
        f"SELECT {fault} AS fault, '{cdn}' AS cdn, {facet} AS facet, {named}, {status} AS status, {target} AS target "
        f"FROM (SELECT c0, {parsed} FROM {_csv(1, _NEVER)})"
    )


def _plain(name: str) -> str:
    """A column's name without signs: Parquet has `cs_user_agent` for `cs(User-Agent)`."""
    return "".join(character for character in name.lower() if character.isalnum())


def _columns(columns: Mapping[str, str], rows: str, facets: Sequence[Facet]) -> str:
    """CloudFront's columns, of those that there are; in SQL."""

    def column(name: str) -> str:
        return columns.get(name, "NULL::varchar")

    apart = {
        "region": f"coalesce({column('x-edge-location')}, '')",
        "client": f"coalesce(percent_decode(percent_decode({column('cs(User-Agent)')})), '')",
        "minute": _minute(f"concat({column('date')}, ' ', {column('time')})", column("sc-status")),
    }
    used = {
        "date": column("date"),
        "method": column("cs-method"),
        "status": "'200'" if "minute" in facets else column("sc-status"),
        "agent": column("cs(User-Agent)"),
        "target": column("cs-uri-stem"),
    }
    named = ", ".join(f"{value} AS {name}" for name, value in used.items())
    return (
        f"SELECT NULL::varchar AS fault, 'cloudfront' AS cdn, {_joined([apart[facet] for facet in facets])} AS facet, "
        f"{named} FROM {rows}"
    )


def _csv(columns: int, delimiter: str) -> str:
    """DuckDB's reader, told everything, so that it guesses nothing; a line it cannot take is left out, and missed.

    An empty value is an empty text: null is what has no column. So the text for null is one that no value can be.
    """
    types = ", ".join(f"c{number}: 'varchar'" for number in range(columns))
    return (
        f"read_csv($path, columns={{{types}}}, delim=E'{delimiter}', quote='', escape='', nullstr=E'\\n', "
        "header=false, auto_detect=false, null_padding=false, strict_mode=true, new_line='\\n', ignore_errors=true, "
        "max_line_size=2000000)"
    )


def _joined(parts: Sequence[str]) -> str:
    return f"concat_ws(chr(31), {', '.join(parts)})" if parts else "NULL::varchar"


def _minute(time: str, status: str) -> str:
    """The minute and the status, with which the lines of every status are judged as if it were 200."""
    minute = f"strftime(try_cast({time} AS timestamp), '%Y-%m-%dT%H:%M')"
    known = f"CASE WHEN regexp_full_match({status}, '[0-9]{{3}}') THEN {status} ELSE '000' END"
    return f"concat(coalesce({minute}, ''), ' ', {known})"


def _text(path: str) -> str:
    return f"json_extract_string(j, '{path}')"


def _is(path: str, *types: str) -> str:
    return f"json_type(j, '{path}') IN ({', '.join(repr(each) for each in types)})"


_TEXT, _NUMBER = ("VARCHAR",), ("UBIGINT", "BIGINT")
# For each kind of JSON line: the object, whether it is sound, and the values of the rules.
_JSON = {
    "fastly": {
        "json": "substr(c0, nullif(strpos(c0, ']: {'), 0) + 3)",
        "sound": " AND ".join(
            [
                "coalesce(" + _text("$.version") + ", '') = '1'",
                *(_is(path, *_TEXT) for path in ("$.version", "$.date_time", "$.method", "$.url")),
                _is("$.status", *_NUMBER),
                "coalesce(" + _is("$.http", "OBJECT", "NULL") + ", true)",
                "coalesce(" + _is("$.http.useragent", "VARCHAR", "NULL") + ", true)",
            ]
        ),
        "date": f"substr({_text('$.date_time')}, 1, 10)",
        "method": _text("$.method"),
        "status": _text("$.status"),
        "agent": _text("$.http.useragent"),
        "target": _text("$.url"),
        "region": f"coalesce({_text('$.region')}, '')",
        "client": f"coalesce({_text('$.http.useragent')}, '')",
        "minute": _minute(f"substr({_text('$.date_time')}, 1, 19)", _text("$.status")),
    },
    "v2": {
        "json": "c0",
        "sound": "coalesce(json_type(j) = 'OBJECT', false)",
        "date": _text('$."date"'),
        "method": _text('$."cs-method"'),
        "status": _text('$."sc-status"'),
        "agent": _text('$."cs(User-Agent)"'),
        "target": _text('$."cs-uri-stem"'),
        "region": f"""coalesce({_text('$."x-edge-location"')}, '')""",
        "client": f"""coalesce(percent_decode(percent_decode({_text('$."cs(User-Agent)"')})), '')""",
        "minute": _minute(f"""concat({_text('$."date"')}, ' ', {_text('$."time"')})""", _text('$."sc-status"')),
    },
}
