"""The rules of what counts as one query in Athena's SQL, which is Trino's: over a table of lines instead of files.

The rules are those of `rules.sql`, and their functions those of `functions.sql`, put where they are called, since
Athena has no macros. Before them come the rules' `lines` (`table.sql`), worked out from the table that the program
declares (`slipway.components.download_queries`): one text column `line`, partitions `cdn` and `host`, and Athena's
hidden column `"$path"`, the object's URL.

A table has no order of lines, so what a header line says is joined to its object's lines: an object with several
different `#Fields:` lines, with none, or with a `#Version:` other than 1.0, has lines without a shape. That reads
CloudFront's logs twice. (A window over each object's lines would read them once, and hold all of them in memory.)

Sources of what functions do: Trino documentation, *Functions and operators*; Amazon Athena user guide, *Functions in
Amazon Athena* and *Get the file locations for source data in Amazon S3*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import sqlglot
from sqlglot import exp

from slipway.downloads.named import Between
from slipway.downloads.rules import FUNCTIONS, rules

__all__ = ["COLUMNS", "READINGS", "Apart", "Question", "query"]

Apart: TypeAlias = Literal["region", "client"]

COLUMNS = ("reason", "cdn", "facet", "date", "crate", "version", "n")
"""The columns of the answer; `reason` is null for what counts."""

READINGS: Mapping[str, int] = {"cloudfront": 2, "fastly-requests": 1}
"""How often the query reads each partition `cdn`; each time is billed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted, in the table `database`.`table`.

    `cdns` and `hosts` are partitions; none means all. `first` and `last` are days, both included, of the lines: a line
    of no day stays, and is told by its reason. `paths` are the objects to read; none means all. `facets` keep counts
    apart.
    """

    database: str
    table: str
    cdns: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    paths: tuple[Between, ...] = ()
    facets: tuple[Apart, ...] = ()


def query(question: Question) -> str:
    """The whole query, on several lines."""
    put = {
        "chosen": exp.and_(exp.true(), *_chosen(question)),
        "in_time": _in_time(question.first, question.last),
        "facets": _facets(question.facets),
    }

    def placed(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in put and not node.table:
            return put[node.name].copy()
        if isinstance(node, exp.Table) and node.name == "logs":
            return exp.table_(question.table, question.database, quoted=True)
        return node

    whole = _around().transform(placed)
    ctes = [*whole.args["with_"].expressions, *rules().copy().ctes]
    whole.set("with_", exp.With(expressions=ctes))
    return _inlined(whole).sql(dialect="athena", pretty=True, comments=False)


def _chosen(question: Question) -> list[exp.Expr]:
    """The objects that are read. Each condition is on a partition or on `"$path"` alone, and compares it with texts as
    they are: so Athena leaves the others out before it reads them."""
    found: list[exp.Expr] = []
    for name, values in (("cdn", question.cdns), ("host", question.hosts)):
        if values:
            found.append(exp.column(name).isin(*(exp.Literal.string(each) for each in values)))
    if question.paths:
        path = exp.column(exp.to_identifier("$path", quoted=True))
        between = [
            exp.and_(path.copy() >= exp.Literal.string(each.first), path.copy() < exp.Literal.string(each.end))
            for each in question.paths
        ]
        found.append(exp.paren(exp.or_(*between)))
    return found


def _in_time(first: date | None, last: date | None) -> exp.Expr:
    """The lines of the days. A line of no day stays: it is not counted, and its reason is."""
    sides = ((">=", first), ("<=", last))
    wanted = [f"coalesce(calendar_day(date) {sign} '{day.isoformat()}', true)" for sign, day in sides if day]
    return _trino(" AND ".join(wanted) or "true")


_FACETS: Mapping[Apart, str] = {
    "region": "coalesce(region, '')",
    "client": "coalesce(CASE WHEN kind = 'fastly' THEN agent ELSE percent_decode(percent_decode(agent)) END, '')",
}


def _facets(facets: Sequence[Apart]) -> exp.Expr:
    if not facets:
        return _trino("CAST(NULL AS varchar)")
    return _trino(f"array_join(ARRAY[{', '.join(_FACETS[each] for each in facets)}], chr(31))")


# --- Functions

# `url_decode` of Trino makes a + a space, so characters are decoded from their bytes. What is no character does not
# come back as it was: from_utf8 puts one U+FFFD or several for it, and the rules want one.
_BYTES = "from_hex(replace(c, '%', ''))"
_PERCENT_DECODE = f"""
CASE
    WHEN strpos(x, '%') = 0 THEN x
    ELSE array_join(
        transform(
            regexp_extract_all(x, escapes()),
            c -> CASE
                WHEN c = '%' OR NOT starts_with(c, '%') THEN c
                WHEN to_utf8(from_utf8({_BYTES})) = {_BYTES} THEN from_utf8({_BYTES})
                ELSE chr(65533)
            END
        ),
        ''
    )
END
"""


@dataclass(frozen=True, slots=True)
class _Function:
    """A macro: the names of its arguments, and its body."""

    arguments: tuple[str, ...]
    body: exp.Expr


@cache
def _functions() -> Mapping[str, _Function]:
    """Those of functions.sql, by name in small letters."""
    found = {}
    for made in sqlglot.parse(FUNCTIONS, read="duckdb"):
        assert isinstance(made, exp.Create)  # noqa: S101 - it is ours
        head = made.this
        found[head.this.name.lower()] = _Function(tuple(each.name for each in head.expressions), made.expression)
    found["percent_decode"] = _Function(("x",), _trino(_PERCENT_DECODE))
    found["whole"] = _Function(("line",), _trino(_WHOLE))
    return found


# A newline is off already, and perhaps the carriage return before it. A byte order mark begins a file, and nothing says
# which line does.
_MARK = "chr(65279)"
_WHOLE = f"""
regexp_replace(
    CASE
        WHEN starts_with(line, {_MARK}) AND substr(line, 2, 1) IN ('#', '<', '{{') THEN substr(line, 2)
        ELSE coalesce(line, '')
    END,
    '\\r\\z',
    ''
)
"""


def _inlined(query: exp.Expr) -> exp.Expr:
    """The query with the functions' bodies in place of their calls, and texts in parts as one text."""

    def body(node: exp.Expr) -> exp.Expr:
        function = _functions().get(node.name.lower()) if isinstance(node, exp.Anonymous) else None
        if function is None:
            return _whole_text(node)
        given = dict(zip(function.arguments, (_inlined(each) for each in node.expressions), strict=True))
        made = _inlined(function.body.copy()).transform(
            lambda part: given[part.name].copy() if isinstance(part, exp.Column) and part.name in given else part
        )
        return exp.paren(made) if isinstance(made, exp.Connector) else made

    return query.transform(body)


def _whole_text(node: exp.Expr) -> exp.Expr:
    """A regular expression in one piece is compiled once."""
    if isinstance(node, exp.Concat | exp.ConcatWs) and all(isinstance(each, exp.Literal) for each in node.expressions):
        first, *rest = (each.name for each in node.expressions)
        return exp.Literal.string(first.join(rest) if isinstance(node, exp.ConcatWs) else "".join((first, *rest)))
    return node


@cache
def _around() -> exp.Select:
    """What stands before and after the rules."""
    query = _trino(files(__package__).joinpath("table.sql").read_text(encoding="utf-8"))
    assert isinstance(query, exp.Select)  # noqa: S101 - it is ours
    return query


def _trino(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="trino")
