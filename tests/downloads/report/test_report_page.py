"""The page: one file that loads and runs nothing, with a table behind every chart, whatever crates are called."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.downloads.report import Report, as_html
from slipway.downloads.report.charts import by_day
from slipway.downloads.report.page import _DARK, _LIGHT

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "section", "figure", "figcaption",
    "span", "svg", "line", "rect", "text", "details", "summary", "div", "table", "caption", "thead", "tbody", "tr",
    "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "http-equiv", "id", "class", "viewbox", "role", "aria-labelledby",
    "aria-hidden", "scope", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "text-anchor",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of it: tags, attributes, and texts by the tag they stand in."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: dict[str, list[str]] = {}
        self.source = as_html(report)
        self.feed(self.source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data


def test_hostile_names_are_text_and_nothing_else(hostile) -> None:
    page = Page(hostile.reported(flip="2026-08-02"))
    assert set(page.tags) <= TAGS
    assert {key for key, _ in page.attributes} <= ATTRIBUTES
    assert {"<script>alert(1)</script>", "</title></svg>", "&amp;", "\" onmouseover='x"} <= set(page.texts["td"])
    assert "\\x1b[2J\\x07" in page.texts["td"]
    assert "\\u202egnp.exe" in page.texts["td"]


@given(st.lists(st.text(st.characters(exclude_categories=[])), min_size=1, max_size=3, unique=True))
def test_any_name_at_all_is_text(named, names: list[str]) -> None:
    page = Page(named(*names))
    assert set(page.tags) <= TAGS
    assert {key for key, _ in page.attributes} <= ATTRIBUTES
    page.source.encode()


def test_long_name_is_shortened(hostile) -> None:
    assert max(map(len, Page(hostile.reported()).texts["td"])) <= 200


def test_page_loads_and_runs_nothing(month) -> None:
    """Nothing in it leads elsewhere, and browsers are told so."""
    page = Page(month.reported(flip="2026-08-05"))
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert not re.search(r"https?:|//|url\(|@import|<script|javascript:|href|src=", page.source)


def test_every_chart_has_a_name_a_legend_and_a_table(month) -> None:
    page = Page(month.reported(flip="2026-08-05"))
    charts = page.source.count('role="img"')
    assert charts == 4
    named = {value for key, value in page.attributes if key == "aria-labelledby"}
    assert len(named) == charts
    assert named <= {value for key, value in page.attributes if key == "id"}
    assert page.tags.count("details") == 3  # two charts share one
    assert page.tags.count("table") == 7
    assert page.tags.count("caption") == 7
    assert {"cloudfront", "fastly", "file", "download"} <= set(page.texts["span"])
    assert "Downloads by day; the dashed line is 2026-08-05, when dl changed" in page.texts["p"]


def test_bars_say_their_number_and_missing_days_have_none(month) -> None:
    titles = Page(month.reported()).texts["title"]
    assert "2026-08-06 fastly: 360" in titles
    assert not [title for title in titles if title.startswith("2026-08-07")]


def test_bars_are_as_high_as_their_numbers(month) -> None:
    """Stacked without a gap, from the bottom up."""
    chart = by_day("c", "Chart", [day.date for day in month.reported().days][:2], {"a": [30, 0], "b": [10, 40]})
    bars = re.findall(r'class="c(\d)" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', chart)
    (a, b, alone) = [(int(c), float(y), float(height)) for c, y, height in bars]
    assert (a[0], b[0], alone[0]) == (0, 1, 1)
    assert a[1] + a[2] == pytest.approx(alone[1] + alone[2], abs=0.02)
    assert b[1] + b[2] == pytest.approx(a[1], abs=0.02)
    assert a[2] == pytest.approx(3 * b[2], abs=0.02)
    assert alone[2] == pytest.approx(a[2] + b[2], abs=0.02)


@pytest.mark.parametrize("days", [("2026-08-01",), ("0001-01-01", "9999-12-31")])
def test_one_day_and_all_of_time_are_drawn(counts, days: tuple[str, ...]) -> None:
    for day in days:
        counts.download(day, "a", 1)
    page = Page(counts.reported(flip="2026-08-01"))
    assert len(page.source) < 20_000
    assert page.texts["h1"] == [f"Downloads, {' to '.join(days)}"]


def test_empty_database_is_said_in_words(counts) -> None:
    page = Page(counts.reported())
    assert page.texts["p"] == ["Nothing has been counted yet. Count logs first: `slipway downloads take`."]
    assert "svg" not in page.tags


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_can_be_read_on_light_and_dark(month) -> None:
    """4.5 to 1 for words, WCAG's level AA; the colours of the bars differ in each page."""
    found = re.findall(r"--ink: (#\w+); --quiet: (#\w+); --paper: (#\w+);", as_html(month.reported()))
    papers = [(ink, quiet, paper if len(paper) == 7 else f"#{paper[1:] * 2}") for ink, quiet, paper in found]
    assert len(papers) == 2
    assert all(contrast(ink, paper) > 4.5 and contrast(quiet, paper) > 4.5 for ink, quiet, paper in papers)
    assert len(set(_LIGHT)) == len(set(_DARK)) == 6
