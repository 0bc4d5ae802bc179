"""The downloads that were counted, as files and rows: sorted, and kept apart by what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from slipway.downloads.count import Counted
from slipway.files import beside

__all__ = ["FORMATS", "Apart", "facets_of", "not_counted", "rows", "total", "write"]

Apart: TypeAlias = Literal["cdn", "region", "client"]
FORMATS = {"csv": "FORMAT csv, HEADER true", "json": "FORMAT json, ARRAY true", "parquet": "FORMAT parquet"}
"""What counts are written as, with how DuckDB is told."""


def facets_of(apart: Sequence[Apart]) -> tuple[Literal["region", "client"], ...]:
    """What the counter has to keep apart itself; the CDN it does always."""
    return tuple(each for each in apart if each != "cdn")


def total(found: Counted) -> int:
    """How many downloads there are."""
    ((number,),) = found.database.execute(
        "SELECT coalesce(sum(n), 0)::bigint FROM totals WHERE reason IS NULL"
    ).fetchall()
    return int(number)


def not_counted(found: Counted) -> dict[str, int]:
    """How many lines left at which rule, the most first; lines that are no lines are of the wrong `shape`."""
    left = "SELECT reason, sum(n)::bigint FROM totals WHERE reason IS NOT NULL GROUP BY 1"
    reasons = dict(found.database.execute(left).fetchall())
    reasons["shape"] = reasons.get("shape", 0) + found.malformed
    return {reason: number for reason, number in sorted(reasons.items(), key=lambda each: -each[1]) if number}


def _select(apart: Sequence[Apart]) -> str:
    """date, crate, version and downloads; what is kept apart comes after the date."""
    facets = facets_of(apart)
    columns = ["date"]
    for each in apart:
        columns.append("cdn" if each == "cdn" else f"split_part(facet, chr(31), {facets.index(each) + 1}) AS {each}")
    columns += ["crate", "version"]
    keys = ", ".join(str(number + 1) for number in range(len(columns)))
    return (
        f"SELECT {', '.join(columns)}, sum(n)::bigint AS downloads FROM totals WHERE reason IS NULL "
        f"GROUP BY {keys} ORDER BY {keys}"
    )


def rows(found: Counted, apart: Sequence[Apart], limit: int) -> tuple[list[str], list[tuple[object, ...]]]:
    """The names of the columns, and the rows with the most downloads."""
    others = ", ".join(str(number) for number in range(1, 4 + len(apart)))
    query = f"SELECT * FROM ({_select(apart)}) ORDER BY downloads DESC, {others} LIMIT {limit}"
    result = found.database.execute(query)
    return [column[0] for column in result.description or ()], result.fetchall()


def write(found: Counted, apart: Sequence[Apart], form: str, path: Path) -> None:
    """All rows in one of FORMATS, to a file that is there whole or not at all. Raises BadInput if it cannot be."""
    with beside(path) as temporary:
        quoted = str(temporary).replace("'", "''")
        found.database.execute(f"COPY ({_select(apart)}) TO '{quoted}' ({FORMATS[form]})")
