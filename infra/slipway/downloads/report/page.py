"""A report as one HTML file: nothing is loaded from elsewhere, and no script can run in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.downloads.report.charts import COLOURS, by_day, by_name
from slipway.downloads.report.markup import Markup, element, raw
from slipway.downloads.report.model import Report
from slipway.downloads.report.sections import Section, sections, summary, title

__all__ = ["as_html"]

_BARS = 20  # of the top crates
# Told apart with any kind of colour vision, in this order (after Okabe and Ito), on white and on black.
_LIGHT = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#8a5a00")
_DARK = ("#4aa3df", "#f0b429", "#2fc79a", "#e29bc3", "#9ad3f5", "#c89b4a")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --quiet: #595959; --paper: #fff; --line: #d9d9d9; %(light)s }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --quiet: #b3b3b3; --paper: #161616; --line: #3d3d3d; %(dark)s }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.2 } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem }
p { margin: .3rem 0 } .words { color: var(--quiet) }
figure { margin: 1rem 0 } svg { width: 100%%; height: auto; display: block; font: 12px system-ui, sans-serif }
svg text { fill: var(--ink) } .grid { stroke: var(--line) }
.mark { stroke: var(--ink); stroke-dasharray: 4 3; stroke-width: 2 }
.legend span { display: inline-block; margin-right: 1.25rem }
.legend svg { display: inline-block; width: .8rem; margin-right: .4rem }
%(bars)s
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--quiet) }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top }
.text { text-align: left; max-width: 26rem; overflow-wrap: anywhere } summary { cursor: pointer; color: var(--quiet) }
"""


def as_html(report: Report) -> str:
    """The whole page."""
    heading = title(report)
    head = element(
        "head",
        raw('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        raw(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("title", heading),
        element("style", raw(_style())),
    )
    parts = [element("h1", heading), *(element("p", line) for line in summary(report))]
    parts += [element("section", *_section(report, each), id=each.key) for each in sections(report)]
    return f"<!doctype html>\n{element('html', head, element('body', element('main', *parts)), lang='en')}\n"


def _style() -> str:
    def variables(colours: tuple[str, ...]) -> str:
        return " ".join(f"--c{index}: {colour};" for index, colour in enumerate(colours))

    bars = " ".join(f".c{index} {{ fill: var(--c{index}) }}" for index in range(COLOURS))
    return _STYLE % {"light": variables(_LIGHT), "dark": variables(_DARK), "bars": bars}


def _section(report: Report, section: Section) -> Iterator[Markup]:
    """The title, what is to be said, the charts; the table is folded away where a chart shows the same."""
    yield element("h2", section.title)
    yield from (element("p", line, class_="words") for line in section.words)
    charts = list(_charts(report, section.key))
    yield from charts
    if section.rows:
        table = element("div", _table(section), class_="wide")
        yield element("details", element("summary", "The numbers as a table"), table) if charts else table
    if section.more:
        yield element("p", f"{section.more:,} more are in --format csv and json.", class_="words")


def _charts(report: Report, key: str) -> Iterator[Markup]:
    days, mark = [day.date for day in report.days], report.comparison.flip if report.comparison else None
    line = f"; the dashed line is {mark}, when dl changed" if mark else ""
    if key == "days" and report.total:
        cdns = list(report.by_cdn)
        counts = {cdn: [day.downloads.get(cdn, 0) for day in report.days] for cdn in cdns}
        words = f"Downloads by day{line}"
        yield _figure(by_day("days-count", words, days, counts, mark=mark), cdns, words)
        shares = {cdn: [day.share(cdn) or 0 for day in report.days] for cdn in cdns}
        words = f"Share of the downloads by CDN, in percent{line}"
        yield _figure(by_day("days-share", words, days, shares, mark=mark), cdns, words)
    elif key == "forms" and report.forms:
        asked = {form: [day.requests.get(form, 0) for day in report.days] for form in report.forms}
        words = f"Requests by form of the URL{line}"
        yield _figure(by_day("forms-count", words, days, asked, mark=mark), report.forms, words)
    elif key == "crates" and report.crates:
        rows = [(each.crate, each.downloads) for each in report.crates[:_BARS]]
        words = "Downloads of the top crates"
        yield _figure(by_name("crates-count", words, rows), [], words)


def _figure(chart: Markup, names: list[str], words: str) -> Markup:
    legend = (element("span", _swatch(index), name) for index, name in enumerate(names))
    return element("figure", element("figcaption", element("p", words), element("p", *legend, class_="legend")), chart)


def _swatch(index: int) -> Markup:
    square = element("rect", class_=f"c{index % COLOURS}", width=10, height=10)
    return element("svg", square, viewBox="0 0 10 10", aria_hidden="true")


def _table(section: Section) -> Markup:
    def row(tag: str, cells: tuple[str, ...], **attributes: str) -> Markup:
        texts = [{"class_": "text"} if index < section.texts else {} for index in range(len(cells))]
        return element("tr", *(element(tag, c, **attributes, **more) for c, more in zip(cells, texts, strict=True)))

    head = element("thead", row("th", section.headings, scope="col"))
    body = element("tbody", *(row("td", cells) for cells in section.rows))
    return element("table", element("caption", section.title), head, body)
