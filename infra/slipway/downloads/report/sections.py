"""Report -> titles, sentences and tables, for people. Cells are as they were counted: who shows them escapes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from slipway.downloads.report.model import Comparison, Day, Measure, Period, Report, Spelling
from slipway.downloads.report.queries import ENOUGH

__all__ = ["Section", "sections", "summary", "title"]

_GAPS = 10  # stretches of missing days that are named one by one
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its title and what is to be said about it; the first `texts` columns are texts, the others numbers.

    `more` is how many rows there are besides these.
    """

    key: str
    title: str
    words: tuple[str, ...]
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    texts: int = 1
    more: int = 0


def title(report: Report) -> str:
    """What the report is about."""
    return f"Downloads, {_stretch(report.period)}" if report.period else "Downloads"


def summary(report: Report) -> tuple[str, ...]:
    """The totals in sentences, and what they lack."""
    if report.counted is None:
        return ("Nothing has been counted yet. Count logs first: `slipway downloads take`.",)
    if report.period is None:
        return (f"Nothing was counted on these days. The database has {_stretch(report.counted)}.",)
    return tuple(_summary(report, report.period))


def sections(report: Report) -> tuple[Section, ...]:
    """What there is to show, in the order of showing; nothing of an empty report."""
    if report.period is None:
        return ()
    comparison = (_comparison(report.comparison),) if report.comparison else ()
    return (*comparison, _days(report), _forms(report), *_most(report), _spellings(report), _worst(report))


def _summary(report: Report, period: Period) -> Iterator[str]:
    days, total = len(report.days), report.total
    mean = f": {total / days:,.0f} a day" if days > 1 else ""
    yield f"{total:,} downloads on {_number(days, 'day')}{mean}."
    if total:
        shares = (f"{cdn} {count:,} ({_percent(100 * count / total)})" for cdn, count in report.by_cdn.items())
        yield f"By CDN: {', '.join(shares)}."
    if report.missing:
        lost = sum(each.last.toordinal() - each.first.toordinal() + 1 for each in report.missing)
        named = ", ".join(_stretch(each) for each in report.missing[:_GAPS])
        rest = f" and {len(report.missing) - _GAPS} more stretches" if len(report.missing) > _GAPS else ""
        yield f"Nothing was counted on {_number(lost, 'day')}: {named}{rest}. They are in no mean."
    if report.newest:
        at = report.newest.isoformat(" ", "minutes")
        yield f"The newest request is of {at} UTC. Logs come late, so the last days may still grow."


def _comparison(comparison: Comparison) -> Section:
    flip, sides = comparison.flip, (comparison.before, comparison.after)
    heading = f"Before and after dl changed on {flip}"
    words = [f"Means of {_number(sides[0], 'day')} before and {_number(sides[1], 'day')} after; {flip} is in neither."]
    words += [
        f"No day {side} {flip} was counted, so there is nothing to compare with."
        for side, count in zip(("before", "after"), sides, strict=True)
        if not count
    ]
    rows = tuple(
        (each.name, _measured(each, each.before), _measured(each, each.after), _changed(each))
        for each in comparison.measures
    )
    return Section("flip", heading, tuple(words), ("mean", "before", "after", "change"), rows)


def _days(report: Report) -> Section:
    cdns = list(report.by_cdn)
    headings = ("day", "downloads", *(heading for cdn in cdns for heading in (cdn, f"{cdn} %")))
    rows = tuple(
        (f"{day.date}", f"{day.total:,}", *(cell for cdn in cdns for cell in _of(day, cdn))) for day in report.days
    )
    return Section("days", "Downloads by day and CDN", (), headings, rows)


def _of(day: Day, cdn: str) -> tuple[str, str]:
    share = day.share(cdn)
    return f"{day.downloads.get(cdn, 0):,}", _NONE if share is None else f"{share:.1f}"


def _forms(report: Report) -> Section:
    forms = report.forms
    words = (
        "Requests of clients for crate files, by the form of the URL: N-V.crate (file) or N/V/download (download).",
    )
    headings = ("day", "requests", *(heading for form in forms for heading in (form, f"{form} %")), "success %")
    rows = []
    for day in report.days:
        asked, served = sum(day.requests.values()), sum(day.served.values())
        each = ((count := day.requests.get(form, 0), _share(count, asked)) for form in forms)
        cells = (cell for count, share in each for cell in (f"{count:,}", share))
        rows.append((f"{day.date}", f"{asked:,}", *cells, _share(served, asked, 2)))
    return Section("forms", "Requests by day and form of the URL", words, headings, tuple(rows))


def _most(report: Report) -> Iterator[Section]:
    total = max(report.total, 1)
    crates = tuple((e.crate, f"{e.downloads:,}", _share(e.downloads, total)) for e in report.crates)
    yield Section("crates", "Top crates", (), ("crate", "downloads", "%"), crates)
    versions = tuple((e.crate, e.version, f"{e.downloads:,}", _share(e.downloads, total)) for e in report.versions)
    yield Section("versions", "Top versions", (), ("crate", "version", "downloads", "%"), versions, 2)


def _spellings(report: Report) -> Section:
    found, heading = report.spellings, "Names still asked for that are not canonical"
    source = "the given list of names" if report.listed else "the most downloaded spelling of each name"
    if not found:
        return Section("spellings", heading, (f"None, by {source}.",))
    words = (
        f"{_number(len(found), 'name')} in {sum(each.requests for each in found):,} requests, by {source}. "
        "A CDN serves a file under one name alone: these stop working once no registry redirects them.",
    )
    headings = ("asked for", "canonical", "status: requests", "last day", "requests")
    rows = tuple(_spelling(each) for each in found[: report.top])
    return Section("spellings", heading, words, headings, rows, 4, len(found) - len(rows))


def _spelling(each: Spelling) -> tuple[str, ...]:
    statuses = ", ".join(f"{status}: {count:,}" for status, count in each.statuses.items())
    return each.crate, each.canonical, statuses, f"{each.last}", f"{each.requests:,}"


def _worst(report: Report) -> Section:
    heading = "Worst minutes"
    if not report.worst:
        return Section("worst", heading, (f"No minute of {ENOUGH} requests or more had one that failed.",))
    words = (f"Of minutes with {ENOUGH} requests or more, by success rate: 2xx and 3xx; 000 is a client that left.",)
    headings = ("minute (UTC)", "requests", "failed", "success %")
    rows = tuple(
        (e.minute.isoformat(" ", "minutes"), f"{e.requests:,}", f"{e.requests - e.served:,}", f"{e.success:.2f}")
        for e in report.worst
    )
    return Section("worst", heading, words, headings, rows)


def _measured(measure: Measure, value: float | None) -> str:
    if value is None:
        return _NONE
    return f"{value:,.1f} a day" if measure.by_day else _percent(value)


def _changed(measure: Measure) -> str:
    """In percent; of a percentage in points as well, which is what it is mostly spoken of in."""
    relative = _NONE if measure.change is None else f"{measure.change:+,.1f} %"
    if measure.by_day or measure.before is None or measure.after is None:
        return relative
    return f"{relative} ({measure.after - measure.before:+.2f} points)"


def _percent(value: float) -> str:
    return f"{value:.2f} %"


def _share(part: int, whole: int, places: int = 1) -> str:
    return f"{100 * part / whole:.{places}f}" if whole else _NONE


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _stretch(period: Period) -> str:
    return _day(period.first) if period.first == period.last else f"{_day(period.first)} to {_day(period.last)}"


def _day(day: date) -> str:
    return day.isoformat()
