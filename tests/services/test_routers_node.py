"""The routers on Node: their golden tables, the redirects that no path may bend, and the language of their runtime."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.releases import index_key

ROUTERS = Path(__file__).parents[2] / "infra" / "services" / "routers"
_TRICKS = [
    "/", "//", "\\", "/\\", "%2F", "%2f", "%5C", "%5c", "%252F", "%09", "%0d%0a", "%00", ".", "..", "/./", "/../", "@",
    ":", "?", "#", "\t", "\r\n", " ", "\u2028", "\uff0f", "é", "evil.example", "https:", "user:pass@", "/doc", "/doc/",
    "/doc/master", "/master", "/stable", "/1.76", "/1.76.0", "/rustup.sh", "/dist/2024-03-01", "index.html",
]  # fmt: skip
PATHS = st.lists(st.sampled_from(_TRICKS) | st.text(max_size=8), max_size=8).map("".join)
QUERIES = st.lists(st.sampled_from(["a", "=", "&", "//", "%2F", "\\", "evil.example"]) | st.text(max_size=4)).map(
    "".join
)


def test_row_names_are_unique(tables: Any) -> None:
    """Every row is a case of its own."""
    for rows in tables.values():
        assert len({golden.row["name"] for golden in rows}) == len(rows)


def test_every_router_has_a_table(router: str, tables: Any) -> None:
    """A new router comes with its golden URLs."""
    assert len(tables[router]) >= 30


def test_router_answers_as_the_table_says(golden: Any, on_node: Any) -> None:
    """A request is passed on with the given path, method and query string, or redirected to the given location."""
    row = golden.row
    answer = on_node(golden.router)(row)
    if "redirect" in row:
        assert answer["statusCode"] == row.get("status", 301)
        assert answer["headers"] == {"location": {"value": row["redirect"]}}
    else:
        assert answer["uri"] == row["uri"]
        assert answer["method"] == row.get("method", "GET")
        assert bool(answer["querystring"]) == ("uri_query" in row)


def test_releases_router_asks_for_the_page_that_the_command_writes(on_node: Any) -> None:
    """`slipway releases index` and the router agree on the key."""
    assert on_node("releases")({"path": "/dist/2024-03-01"})["uri"] == f"/{index_key('2024-03-01')}"


def test_redirect_host_can_say_found(on_node: Any) -> None:
    """The status is a setting."""
    answer = on_node("redirect", status="302")({"path": "/a", "query": "b=1"})
    assert (answer["statusCode"], answer["statusDescription"]) == (302, "Found")
    assert answer["headers"]["location"]["value"] == "https://new.example.net/a?b=1"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, query=QUERIES, method=st.sampled_from(["GET", "HEAD"]))
@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("documentation", set()),
        ("releases", {"doc.example.org", "install.example.org"}),
        ("redirect", {"new.example.net"}),
        ("crates", set()),
    ],
)
def test_no_path_redirects_to_a_host_that_is_not_ours(
    name: str, hosts: set[str], path: str, query: str, method: str, on_node: Any
) -> None:
    """A location is a path with exactly one leading slash, or begins with one of the hosts it was given."""
    for sent in (path, f"/{path}", f"/doc{path}", f"/doc/{path}", f"/doc/master{path}"):
        answer = on_node(name)({"path": sent, "query": query, "method": method})
        if "statusCode" not in answer:
            continue
        location = answer["headers"]["location"]["value"]
        assert re.fullmatch(r"[\x21-\x7e]+", location)
        if hosts:
            assert any(location.startswith(f"https://{host}/") for host in hosts)
        else:
            assert re.match(r"/(?!/|\\|%2f|%5c)", location, re.IGNORECASE)
        # As a browser reads it, to which a backslash is a slash.
        reached = urlsplit(urljoin("https://own.example.org/", location.replace("\\", "/"))).hostname
        assert reached in (hosts or {"own.example.org"})


def test_shared_functions_are_the_same_in_every_router() -> None:
    """A CloudFront Function is one file, so each repeats them; none has its own variety."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(ROUTERS.glob("*.js"))]
    shared = {text[text.index("\nfunction redirect(") :] for text in texts}
    assert len(shared) == 1
    assert re.findall(r"^function (\w+)", shared.pop(), re.MULTILINE) == ["redirect", "search"]


@pytest.mark.parametrize(
    "construct",
    [
        r"\bfor\s*\([^)]*\bof\b",  # for-of
        r"\bclass\b",
        r"\.\.\.\w",  # spread
        r"\?\.(?!\d)",  # optional chaining
        r"\?\?",  # nullish coalescing
        r"\b(import|export)\b",
        r"\b(const|let|var)\s*[\[{]",  # destructuring
        r"function\s*\w*\([^)]*[={\[]",  # default and destructured parameters
        r"\(\?<",  # lookbehind and named groups
        r"/[gi]*[dsuvy]+[dgimsuvy]*[;,)]",  # newer flags of regular expressions
    ],
)
def test_router_keeps_to_the_language_of_the_runtime(router: str, construct: str, code_of: Callable[..., str]) -> None:
    """Node runs what CloudFront's runtime 2.0 refuses; the source has none of it."""
    code = "\n".join(line.split(" //")[0] for line in code_of(router).splitlines() if not line.startswith("//"))
    assert not re.search(construct, code)
