"""The rules in Athena's SQL: what the query says, and that its grammar is Trino's."""

from __future__ import annotations

from datetime import date

import pytest
import sqlglot
from sqlglot import exp

from slipway.downloads.dialect import COLUMNS, READINGS, Question, query
from slipway.downloads.named import Between
from slipway.downloads.rules import FUNCTIONS, rules

PLAIN = Question("logs", "lines")
HOSTILE = "'; DROP TABLE lines; --"
FULL = Question(
    'da"ta',
    HOSTILE,
    cdns=("cloudfront",),
    hosts=("static.example.org", HOSTILE),
    first=date(2026, 3, 1),
    last=date(2026, 3, 2),
    paths=(Between("s3://logs/cloudfront/a'", "s3://logs/cloudfront/b"), Between("s3://logs/x", "s3://logs/y")),
    facets=("region", "client"),
)


@pytest.mark.parametrize("dialect", ["athena", "trino"])
@pytest.mark.parametrize("question", [PLAIN, FULL], ids=["plain", "full"])
def test_the_query_is_one_statement_that_comes_back_as_it_was_written(question: Question, dialect: str) -> None:
    sql = query(question)
    (statement,) = sqlglot.parse(sql, read=dialect)
    assert isinstance(statement, exp.Select)
    assert statement.sql(dialect=dialect, pretty=True) == sql
    assert [each.alias_or_name for each in statement.selects] == list(COLUMNS)


def test_no_function_of_ours_is_left_and_none_that_only_duckdb_has() -> None:
    """Athena has no macros. What is called is Trino's, by the documentation."""
    made = [each.this.this.name.lower() for each in sqlglot.parse(FUNCTIONS, read="duckdb") if each is not None]
    assert {"percent_decode", "calendar_day", "semantic_version"} <= set(made)
    parsed = sqlglot.parse_one(query(FULL), read="trino")
    unknown = {each.name.lower() for each in parsed.find_all(exp.Anonymous)}
    assert unknown == set()
    assert "url_decode" not in query(FULL).lower()  # Java's, which makes a space of a plus sign


def test_every_rule_is_in_the_query() -> None:
    """In the order of rules.sql, between the lines and the sums."""
    names = [cte.alias for cte in sqlglot.parse_one(query(PLAIN), read="trino").ctes]
    of_rules = [cte.alias for cte in rules().ctes]
    assert names[-len(of_rules) :] == of_rules
    assert names[-len(of_rules) - 1] == "lines"


def test_the_table_is_read_as_often_as_is_said() -> None:
    """CloudFront's logs once more, for their headers."""
    tables = [each for each in sqlglot.parse_one(query(PLAIN), read="trino").find_all(exp.Table) if each.db]
    assert [(each.db, each.name) for each in tables] == [("logs", "lines")] * 2
    headers = [each.parent_select for each in tables if "cdn = 'cloudfront'" in each.parent_select.sql()]
    assert len(headers) == READINGS["cloudfront"] - READINGS["fastly-requests"] == 1


def test_what_is_asked_are_texts_and_quoted_names_and_nothing_else() -> None:
    parsed = sqlglot.parse_one(query(FULL), read="athena")
    tables = [each for each in parsed.find_all(exp.Table) if each.db]
    assert {(each.db, each.name) for each in tables} == {('da"ta', HOSTILE)}
    texts = {each.name for each in parsed.find_all(exp.Literal) if each.is_string}
    assert {HOSTILE, "static.example.org", "s3://logs/cloudfront/a'", "2026-03-01", "2026-03-02"} <= texts
    assert len(list(parsed.find_all(exp.Drop))) == 0


def test_objects_are_chosen_by_conditions_that_athena_knows_before_it_reads_them() -> None:
    """Partitions and "$path" alone, compared with texts as they are; in both readings."""
    parsed = sqlglot.parse_one(query(FULL), read="athena")
    for table in [each for each in parsed.find_all(exp.Table) if each.db]:
        where = table.parent_select.args["where"]
        assert {each.name for each in where.find_all(exp.Column)} == {"cdn", "host", "$path"}
        assert not list(where.find_all(exp.Func)) or all(
            isinstance(each, exp.And | exp.Or) for each in where.find_all(exp.Func)
        )
