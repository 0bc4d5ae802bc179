"""The rules of what counts, in DuckDB's dialect and in two parts: for each piece of a log, and once for all of them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import sqlglot
from sqlglot import exp

__all__ = ["FUNCTIONS", "judging", "rules", "sampling", "screening"]


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


FUNCTIONS = _read("functions.sql")


@cache
def rules() -> exp.Select:
    """The whole query, parsed."""
    query = sqlglot.parse_one(_read("rules.sql"), read="duckdb")
    assert isinstance(query, exp.Select)  # noqa: S101 - it is ours
    return query


def screening(lines: str) -> str:
    """What is done with the rows of the SELECT `lines`: those that may count, grouped, and how many left and why."""
    return _first(lines, "SELECT * FROM requests")


def sampling(lines: str) -> str:
    """One line of `lines` for each reason that a line left for."""
    shown = "concat_ws(' ', method, status, agent, target)"
    return _first(lines, f"SELECT reason, any_value({shown}) FROM screened WHERE reason IS NOT NULL GROUP BY 1")


def _first(lines: str, last: str) -> str:
    first = ", ".join(cte.sql(dialect="duckdb", comments=False) for cte in rules().ctes[:2])
    return f"WITH lines AS ({lines}), {first} {last}"


def judging(table: str) -> str:
    """The rest, of the table that the screened requests are in."""
    query = rules().copy()
    for cte in query.ctes[:2]:
        cte.pop()
    for each in query.find_all(exp.Table):
        if each.name == "requests":
            each.replace(exp.to_table(table, alias="requests"))
    return query.sql(dialect="duckdb", comments=False)
