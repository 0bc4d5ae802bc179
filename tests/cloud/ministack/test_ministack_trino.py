"""Trino's words on DuckDB: each answers what Trino's documentation says, or fails where Trino fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.cloud.ministack.trino import MACROS, rewritten


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with duckdb.connect(":memory:") as found:
        for macro in MACROS:
            found.execute(macro)
        yield found


def answer(connection: Any, expression: str, *values: Any) -> Any:
    return connection.execute(rewritten(f"SELECT {expression}"), list(values)).fetchone()[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("split('a//b', '/')", ["a", "", "b"]),
        ("element_at(split('a/b', '/'), 2)", "b"),
        ("element_at(split('a/b', '/'), -1)", "b"),
        ("element_at(split('a/b', '/'), 3)", None),
        ("split_part('a/b', '/', 3)", None),
        ("cardinality(split('a/b', '/'))", 2),
        ("slice(ARRAY[1, 2, 3, 4], 2, 2)", [2, 3]),
        ("array_join(split('a/b', '/'), '-')", "a-b"),
        ("regexp_like('abc', 'B|b')", True),
        ("regexp_extract('abc', 'b(c)', 1)", "c"),
        ("regexp_extract('abc', 'b')", "b"),
        ("regexp_extract('abc', 'x(.)', 1)", None),
        ("regexp_extract('abc', 'x?')", ""),
        ("url_decode('a%2Bb+c')", "a+b c"),
        ("url_decode('%FF%41')", "\N{REPLACEMENT CHARACTER}A"),
        ("url_decode('%C3%A9\u00e9%0a')", "\u00e9\u00e9\n"),
        ("url_decode(url_decode('%252B'))", "+"),
        ("try(url_decode('%4'))", None),
        ("try(url_decode('%zz'))", None),
        ("from_utf8(from_hex('41C3'))", "A\N{REPLACEMENT CHARACTER}"),
        ("from_utf8(to_utf8('\u00e9'))", "\u00e9"),
        ("""json_extract_scalar('{"a": {"b": "x"}}', '$.a.b')""", "x"),
        ("""json_extract_scalar('{"a.b": 5}', '$["a.b"]')""", "5"),
        ("""json_extract_scalar('{"a": {"b": "x"}}', '$.a')""", None),
        ("""json_extract_scalar('{"a": null}', '$.a')""", None),
        ("""json_extract_scalar('{"a"', '$.a')""", None),
        ("""json_format(json_extract(json_parse('{"a": {"b": "x"}}'), '$.a'))""", '{"b":"x"}'),
        ("""json_format(json_extract(json_parse('{"a": null}'), '$.a'))""", "null"),
        ("""json_format(json_extract(json_parse('{"a": 1}'), '$["b"]'))""", None),
        ("""try(json_parse('{"a": 1} x'))""", None),
        ("strpos('abc', 'c')", 3),
        ("substr('abc', 2)", "bc"),
        ("codepoint('A')", 65),
        ("CAST(try(date('2026-02-30')) AS varchar)", None),
        ("CAST(date('2026-02-28') AS varchar)", "2026-02-28"),
        ("transform(ARRAY[1, 2], x -> x + 1)", [2, 3]),
        ("filter(ARRAY[1, 2], x -> x > 1)", [2]),
        ("reduce(split('a/b', '/'), '', (s, x) -> s || x, s -> s || '!')", "ab!"),
        ("reduce(CAST(ARRAY[] AS varchar[]), 'none', (s, x) -> s || x, s -> s)", "none"),
        ("reduce(ARRAY[1, 2], 0, (s, x) -> s + reduce(ARRAY[x, 1], 0, (a, b) -> a + b, a -> a), s -> s)", 5),
        ("'(x, y) -> reduce(1, 2, 3, 4)'", "(x, y) -> reduce(1, 2, 3, 4)"),
    ],
)
def test_function_answers_as_trinos_does(connection: Any, expression: str, expected: Any) -> None:
    assert answer(connection, expression) == expected


@pytest.mark.parametrize("text", ["%", "a%4", "%zz", "%%41"])
def test_percent_without_two_digits_fails(connection: Any, text: str) -> None:
    """Java's URLDecoder throws, and so the query ends."""
    with pytest.raises(duckdb.Error, match="no escape"):
        answer(connection, "url_decode(?)", text)


@given(st.binary(max_size=12) | st.text(max_size=4).map(str.encode))
def test_bytes_that_are_no_utf8_are_replaced_as_everybody_replaces_them(connection: Any, data: bytes) -> None:
    """One U+FFFD for each longest beginning of a character, and for each byte that is none."""
    assert answer(connection, "from_utf8(?::BLOB)", data) == data.decode("utf-8", "replace")


@given(st.text(alphabet="a%é+😀", max_size=6))
def test_what_is_encoded_comes_back(connection: Any, text: str) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in text.encode())
    assert answer(connection, "url_decode(?)", encoded) == text
