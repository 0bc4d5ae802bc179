"""The page of a release date: what it lists, how it links, what no name can do to it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.errors import BadInput
from slipway.releases import ReleaseFile, files_of, index_key, page, release_date

DAY = "2024-03-01"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: not name.endswith("/") and name != "index.html"
)


class Reader(HTMLParser):
    """The rows of a page as a browser would read them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells and data != "\n":
            self.cells[-1] += data


def file(name: str, size: int = 1) -> ReleaseFile:
    return ReleaseFile(f"dist/{DAY}/{name}", size)


def test_page_lists_names_and_sizes_sorted() -> None:
    """By name, whatever order the bucket gave them in."""
    read = Reader(page(DAY, [file("b.tar.xz", 20_000_000_000), file("a.tar.xz", 0), file("sub/c", 3)]))
    assert read.cells == ["a.tar.xz", "0", "b.tar.xz", "20000000000", "sub/c", "3"]
    assert read.links == [f"/dist/{DAY}/a.tar.xz", f"/dist/{DAY}/b.tar.xz", f"/dist/{DAY}/sub/c"]


def test_page_lists_neither_itself_nor_folders() -> None:
    """The marker of an empty folder is no file; an index of a folder below is."""
    files = [file("index.html"), file("sub/"), file(""), file("sub/index.html")]
    assert files_of(DAY, files) == [file("sub/index.html")]
    assert Reader(page(DAY, files)).cells == ["sub/index.html", "1"]


@given(st.lists(NAMES, unique=True, max_size=5), st.randoms())
def test_page_is_the_same_for_the_same_files_in_any_order(names: list[str], random: object) -> None:
    """To the letter, so that it is written only when a file changed."""
    files = [file(name) for name in names]
    shuffled = files.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert page(DAY, shuffled) == page(DAY, files)


@given(st.lists(NAMES, unique=True, max_size=5))
def test_every_link_asks_for_its_key_and_no_name_adds_markup(names: list[str]) -> None:
    """From each URL that the page has, on its own host; the tags are those of the page alone."""
    read = Reader(page(DAY, [file(name) for name in names]))
    bare = Reader(page(DAY, [file(f"{number}") for number in range(len(names))]))
    dotted = [name for name in names if {".", ".."} & set(name.split("/"))]
    assert [tag for tag in read.tags if tag != "a"] == [tag for tag in bare.tags if tag != "a"]
    assert len(read.links) == len(names) - len(dotted)
    linked = sorted(set(names) - set(dotted))
    for base in (f"/dist/{DAY}", f"/dist/{DAY}/", f"/dist/{DAY}/index.html"):
        for link, name in zip(read.links, linked, strict=True):
            asked = urlsplit(urljoin(f"https://static.example.org{base}", link))
            assert (asked.hostname, asked.query, asked.fragment) == ("static.example.org", "", "")
            assert unquote(asked.path) == f"/dist/{DAY}/{name}"


@pytest.mark.parametrize(
    ("name", "link", "shown"),
    [
        ("a+b c.tar.gz", "a%2Bb%20c.tar.gz", "a+b c.tar.gz"),
        ("été", "%C3%A9t%C3%A9", "été"),
        ("<script>alert(1)</script>", "%3Cscript%3Ealert%281%29%3C/script%3E", "<script>alert(1)</script>"),
        ('"onclick="x', "%22onclick%3D%22x", '"onclick="x'),
        ("javascript:x", "javascript%3Ax", "javascript:x"),
        ("a?b#c%2F", "a%3Fb%23c%252F", "a?b#c%2F"),
        ("a\x1b[31m\n\u202eb", "a%1B%5B31m%0A%E2%80%AEb", r"a\x1b[31m\n\u202eb"),
    ],
)
def test_name_is_encoded_in_the_link_and_escaped_in_the_text(name: str, link: str, shown: str) -> None:
    """As a URL there, as visible text here."""
    read = Reader(page(DAY, [file(name)]))
    assert (read.links, read.cells[0]) == ([f"/dist/{DAY}/{link}"], shown)


@pytest.mark.parametrize("name", ["../secret", "a/../../b", "./a", "a/.", ".."])
def test_name_with_dots_for_a_folder_is_listed_without_a_link(name: str) -> None:
    """A browser would ask for another key."""
    read = Reader(page(DAY, [file(name)]))
    assert (read.links, read.cells[0]) == ([], name)


def test_page_is_whole_html() -> None:
    """One document, in UTF-8, with the date in its title."""
    text = page(DAY, [])
    assert text.startswith("<!doctype html>\n")
    assert text.endswith("</html>\n")
    assert f"<title>Files of {DAY}</title>" in text
    assert '<meta charset="utf-8">' in text


def test_page_lies_where_the_router_looks() -> None:
    """The key is the path that the releases router rewrites a date to."""
    assert index_key(DAY) == "dist/2024-03-01/index.html"


@pytest.mark.parametrize("text", ["2024-03-01", "2024-02-29", "0001-01-01"])
def test_day_of_the_calendar_is_a_date(text: str) -> None:
    """As YYYY-MM-DD."""
    assert release_date(text) == text


@pytest.mark.parametrize(
    "text",
    ["2024-13-40", "2023-02-29", "0000-00-00", "20240301", "2024-W09-5", "2024-3-1", "2024-03-01/", "", "२०२४-03-01"],
)
def test_what_is_no_day_of_the_calendar_is_refused(text: str) -> None:
    """The router takes the form alone; a page is written only for a day there is."""
    with pytest.raises(BadInput, match=re.escape(f"{text!r} is no date")):
        release_date(text)
