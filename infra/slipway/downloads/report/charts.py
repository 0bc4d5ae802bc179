"""Charts as SVG, drawn from numbers: bars by day, one on top of the other, and bars beside names.

Colours are classes of the page's style sheet, so that they suit a light page and a dark one. Every bar says its number
when it is pointed at; what the chart shows stands in a table as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from slipway.downloads.report.markup import Markup, element

__all__ = ["COLOURS", "by_day", "by_name"]

COLOURS = 6
"""Classes of bars, c0 and on; more series than these begin again."""

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 960, 280, 80, 14, 250
_LABELS, _ROW, _BAR = 300, 24, 14
_WIDEST = 60.0  # of a day
_DAYS = 8  # labels below the bars, at most
_NAME = 40  # characters of a label


def by_day(
    name: str, title: str, days: Sequence[date], series: Mapping[str, Sequence[float]], *, mark: date | None = None
) -> Markup:
    """Bars by day, the series one on top of the other, with a line at the day `mark`. There must be a day.

    A day that is missing among `days` is a gap.
    """
    first, last = days[0].toordinal(), days[-1].toordinal()
    step = (_WIDTH - _LEFT) / (last - first + 1)
    top = _round_up(max(map(sum, zip(*series.values(), strict=True)), default=0))
    parts = [*_scale(top), *_below(first, last, step)]
    floors = [0.0] * len(days)
    for index, (label, numbers) in enumerate(series.items()):
        for place, (day, number) in enumerate(zip(days, numbers, strict=True)):
            if number:
                x = _LEFT + (day.toordinal() - first) * step
                parts.append(
                    _bar(x, step, floors[place] / top, number / top, index, f"{day} {label}: {_shown(number)}")
                )
                floors[place] += number
    if mark is not None and first <= mark.toordinal() <= last:
        x = _LEFT + (mark.toordinal() - first + 0.5) * step
        parts.append(element("line", class_="mark", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=_TOP - 10, y2=_BOTTOM))
    return _picture(name, title, _HEIGHT, parts)


def by_name(name: str, title: str, rows: Sequence[tuple[str, int]]) -> Markup:
    """A bar beside every name, as long as its number."""
    top = max((number for _, number in rows), default=0) or 1
    room = _WIDTH - _LABELS - 110
    parts = []
    for index, (label, number) in enumerate(rows):
        y, width = index * _ROW, max(1.0, number / top * room)
        short = label if len(label) <= _NAME else f"{label[: _NAME - 1]}…"
        parts += [
            element("text", short, x=_LABELS - 8, y=y + 16, text_anchor="end"),
            element("rect", class_="c0", x=_LABELS, y=y + 4, width=f"{width:.1f}", height=_BAR),
            element("text", f"{number:,}", x=f"{_LABELS + width + 6:.1f}", y=y + 16),
        ]
    return _picture(name, title, _ROW * len(rows) + 6, parts)


def _picture(name: str, title: str, height: int, parts: Sequence[Markup]) -> Markup:
    """Who cannot see it is told its title, and finds the table."""
    view = f"0 0 {_WIDTH} {height}"
    named = element("title", title, id=f"{name}-title")
    return element("svg", named, *parts, viewBox=view, role="img", aria_labelledby=f"{name}-title")


def _scale(top: float) -> Iterator[Markup]:
    for quarter in range(5):
        y = _BOTTOM - quarter / 4 * (_BOTTOM - _TOP)
        yield element("line", class_="grid", x1=_LEFT, x2=_WIDTH, y1=f"{y:.1f}", y2=f"{y:.1f}")
        yield element("text", _shown(top * quarter / 4), x=_LEFT - 8, y=f"{y + 4:.1f}", text_anchor="end")


def _below(first: int, last: int, step: float) -> Iterator[Markup]:
    every = math.ceil((last - first + 1) / _DAYS)
    for day in range(first, last + 1, every):
        x = _LEFT + (day - first + 0.5) * step
        anchor = "end" if x > _WIDTH - 40 else "middle"
        yield element("text", f"{date.fromordinal(day)}", x=f"{x:.1f}", y=_BOTTOM + 20, text_anchor=anchor)


def _bar(x: float, step: float, floor: float, share: float, index: int, words: str) -> Markup:
    high = _BOTTOM - _TOP
    width = min(step * 0.85 if step > 3 else max(step, 0.5), _WIDEST)
    return element(
        "rect",
        element("title", words),
        class_=f"c{index % COLOURS}",
        x=f"{x + (step - width) / 2:.2f}",
        y=f"{_BOTTOM - (floor + share) * high:.2f}",
        width=f"{width:.2f}",
        height=f"{share * high:.2f}",
    )


def _round_up(number: float) -> float:
    """The next of 1, 2, 4, 5, 8, 10 times a power of ten, so that the quarters of a scale are round; 1 for nothing."""
    if number <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return next(times * power for times in (1, 2, 4, 5, 8, 10, 20) if times * power >= number * (1 - 1e-9))


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.2f}"
