"""Trino's SQL on DuckDB, as far as counting needs it: words that DuckDB has not, or means otherwise.

MiniStack hands a query to DuckDB as it is. Functions that DuckDB lacks, and those that answer otherwise there, are
macros of the connection; lambdas and `reduce` are grammar, and are rewritten in the text. A macro fails where Trino
fails, and answers NULL where Trino does. Sources: Trino documentation, *String functions and operators*, *URL
functions*, *JSON functions and operators*, *Array functions and operators*, *Lambda expressions*.

Not alike: a group of a regular expression that took no part is '' here and NULL there, and DuckDB's expressions (RE2)
have no lookaround, which fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from ministack.services import athena

__all__ = ["MACROS", "rewritten"]

Token: TypeAlias = tuple[str, str, int, int]  # kind, text, where it begins and ends

# A character of UTF-8 in hexadecimal, and what is replaced by one U+FFFD: the beginning of one, or any other byte
# (Unicode Standard, section 3.9, *Substitution of Maximal Subparts*).
_CHARACTER = (
    "[0-7].|(?:C[2-9A-F]|D[0-9A-F])[89AB].|E0[AB].[89AB].|E[1-9A-CEF][89AB].[89AB].|ED[89].[89AB]."
    "|F0[9AB].[89AB].[89AB].|F[1-3][89AB].[89AB].[89AB].|F48.[89AB].[89AB]."
)
_BROKEN = "E0[AB].|E[1-9A-CEF][89AB].|ED[89].|F0[9AB].(?:[89AB].)?|F[1-3][89AB].(?:[89AB].)?|F48.(?:[89AB].)?|.."

# Trino decodes a + to a space, and refuses a % without two digits. A cast that fails is what TRY may catch.
_NO_ESCAPE = "%([^0-9a-fA-F]|[0-9a-fA-F][^0-9a-fA-F]|[0-9a-fA-F]?$)"
_ESCAPES = (
    "list_transform(regexp_extract_all(replace(s, '+', ' '), '(?s)%..|[^%]+'), "
    "lambda t: CASE WHEN t[1] <> '%' THEN hex(encode(t)) WHEN regexp_full_match(t, '%[0-9a-fA-F]{2}') THEN t[2:] END)"
)

_PATH = """regexp_replace(p, '\\["([^"]*)"\\]', '."\\1"', 'g')"""

MACROS: tuple[str, ...] = tuple(
    f"CREATE TEMP MACRO {macro}"
    for macro in (
        "regexp_like(s, p) AS regexp_matches(s, p)",
        "regexp_extract(s, p) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p) END, "
        "(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p, g) END",
        "element_at(a, i) AS CASE WHEN abs(i) <= len(a) THEN a[i] END",
        "split_part(s, d, i) AS element_at(string_split(s, d), i)",
        "slice(a, i, n) AS a[i:i + n - 1]",
        "array_join(a, d) AS array_to_string(a, d)",
        "codepoint(s) AS unicode(s)",
        "to_utf8(s) AS encode(s)",
        f"from_utf8(b) AS coalesce(try(decode(b)), array_to_string(list_transform(regexp_extract_all(hex(b), "
        f"'{_CHARACTER}|{_BROKEN}'), lambda t: CASE WHEN regexp_full_match(t, '{_CHARACTER}') "
        f"THEN decode(from_hex(t)) ELSE chr(65533) END), ''))",
        f"url_decode(s) AS CASE WHEN regexp_matches(s, '{_NO_ESCAPE}') THEN ('no escape: ' || s)::INTEGER::VARCHAR "
        f"ELSE from_utf8(from_hex(array_to_string({_ESCAPES}, ''))) END",
        f"json_extract_scalar(j, p) AS CASE WHEN json_valid(j) AND json_type(j, {_PATH}) NOT IN ('OBJECT', 'ARRAY') "
        f"THEN json_extract_string(j, {_PATH}) END",
        "json_parse(s) AS s::JSON",
        "json_format(j) AS j::VARCHAR",
        f"json_extract(j, p) AS system.main.json_extract(j, {_PATH})",
        "approx_distinct(x) AS approx_count_distinct(x)",
    )
)
"""Statements for a new connection, in this order."""

_RENAMED = {"transform": "list_transform"}


def rewritten(query: str) -> str:
    """The query with DuckDB's lambdas, and with `reduce` in DuckDB's words; texts and names in quotes stay."""
    return _reduced(_replaced(query, _lambdas(list(athena._sql_tokens(query)))))


def _lambdas(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """`x -> ...` and `(x, y) -> ...` are `lambda x: ...` and `lambda x, y: ...`."""
    for index, (kind, name, begin, _) in enumerate(tokens):
        if kind == "name" and name in _RENAMED and _is(tokens, index + 1, "("):
            yield begin, begin + len(name), _RENAMED[name]
        if index == 0 or not (_is(tokens, index, "-") and _is(tokens, index + 1, ">")):
            continue
        first = index - 1
        if _is(tokens, first, ")"):
            while first and not _is(tokens, first, "("):
                first -= 1
        names = ", ".join(text for kind, text, *_ in tokens[first:index] if kind == "name")
        yield tokens[first][2], tokens[index + 1][3], f"lambda {names}:"


def _reduced(query: str) -> str:
    """`reduce(list, begin, step, end)` becomes a list_reduce, and `end` is applied to a list of what it gives."""
    tokens = list(athena._sql_tokens(query))
    for index in reversed(range(len(tokens) - 1)):  # the innermost of nested ones first
        kind, name, begin, _ = tokens[index]
        if (kind, name) == ("name", "reduce") and _is(tokens, index + 1, "("):
            bounds = list(_arguments(tokens, index + 1))
            if len(bounds) != 5:  # four arguments; DuckDB says what is wrong with any other number
                continue
            source, first, step, last = (
                query[left:right].strip() for left, right in zip([b + 1 for b in bounds], bounds[1:], strict=False)
            )
            made = f"list_transform([list_reduce({source}, {step}, {first})], {last})[1]"
            return _reduced(query[:begin] + made + query[bounds[-1] + 1 :])
    return query


def _arguments(tokens: Sequence[Token], opening: int) -> Iterator[int]:
    """Where a call's arguments are parted: its opening parenthesis, the commas of its own, its closing one."""
    depth = 0
    for kind, text, begin, _ in tokens[opening:]:
        if kind != "punct":
            continue
        depth += (text in "([") - (text in ")]")
        # A lambda of two arguments has a comma of its own, before its colon.
        parts = text == "," and depth == 1 and not _in_head(tokens, begin)
        if parts or depth == 0 or begin == tokens[opening][2]:
            yield begin
        if depth == 0:
            return


def _in_head(tokens: Sequence[Token], comma: int) -> bool:
    """Whether a comma stands between `lambda` and its colon."""
    before = [text for _, text, begin, _ in tokens if begin < comma]
    return len(before) > 1 and before[-2] == "lambda"


def _is(tokens: Sequence[Token], index: int, text: str) -> bool:
    return 0 <= index < len(tokens) and tokens[index][:2] == ("punct", text)


def _replaced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text
