"""A timeline as a picture: operations above, hostnames below, outages in red. One self-contained SVG. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from slipway.rehearsal.axis import Axis, axis_of, clock_text, shown, title
from slipway.rehearsal.timeline import Operation, Timeline, Watched
from slipway.report.escape import for_terminal

__all__ = ["as_svg"]

_LABELS, _WIDTH, _RIGHT = 300, 760, 130
_LANE, _BAR, _TOP = 22, 12, 58
_COLOURS = {"create": "#2f7d4f", "update": "#2f5f9e", "delete": "#7a4f9e"}
_FAILED, _DARK, _HELD, _LIT, _NONE = "#b3261e", "#d93025", "#f29900", "#9cd3ae", "#dddddd"
_STYLE = "text{font:12px system-ui,sans-serif;fill:#222} .h{font-size:15px;font-weight:600} .q{fill:#666}"


def as_svg(timeline: Timeline, heading: str) -> str:
    """The picture. Names are written as text, whatever they hold."""
    operations, names, left = shown(timeline)
    axis = axis_of(timeline, _WIDTH)
    below = _TOP + _LANE * (len(operations) + 1)
    height = below + _LANE * (len(names) + 1) + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LABELS + _WIDTH + _RIGHT} {height}" role="img">',
        f"<title>{_text(heading)}</title><style>{_STYLE}</style>",
        f'<rect width="100%" height="100%" fill="#fff"/><text class="h" x="12" y="24">{_text(heading)}</text>',
        *_marks(axis, height),
        *(line for lane, each in enumerate(operations) for line in _operation(axis, _TOP + _LANE * lane, each)),
        *(line for lane, each in enumerate(names) for line in _hostname(axis, below + _LANE * lane, each, timeline)),
        f'<text class="q" x="12" y="{height - 12}">{_legend(left)}</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _marks(axis: Axis, height: int) -> Iterator[str]:
    moment = 0.0
    while moment <= axis.ended:
        x = _LABELS + axis.at(moment)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 12}" y2="{height - 34}" stroke="#eee"/>'
        yield f'<text class="q" x="{x:.1f}" y="{_TOP - 16}" text-anchor="middle">{clock_text(moment)}</text>'
        moment += axis.step


def _operation(axis: Axis, y: int, each: Operation) -> Iterator[str]:
    colour = _FAILED if each.failure or each.ended is None else _COLOURS.get(each.op, "#555")
    ended = axis.ended if each.ended is None else each.ended
    yield _label(y, title(each))
    yield _bar(axis, y, each.began, ended, colour)
    if each.failure or each.ended is None:
        words = each.failure.partition(":")[0] or "never ended"
        yield f'<text x="{_LABELS + axis.at(ended) + 6:.1f}" y="{y + 14}" fill="{_FAILED}">{_text(words[:40])}</text>'


def _hostname(axis: Axis, y: int, each: Watched, timeline: Timeline) -> Iterator[str]:
    yield _label(y, each.name)
    yield _bar(axis, y, axis.began, timeline.ended, _NONE)
    if each.served_first is not None:
        yield _bar(axis, y, max(each.served_first, axis.began), timeline.ended, _LIT)
    for spans, colour in ((each.dark, _DARK), (each.held, _HELD)):
        for span in spans:
            yield _bar(axis, y, span.began, span.ended, colour)
    words = f"dark for {clock_text(each.dark_seconds)}" if each.dark else "0.0 s dark"
    yield f'<text x="{_LABELS + _WIDTH + 8}" y="{y + 14}">{words}</text>'


def _label(y: int, words: str) -> str:
    short = words if len(words) <= 42 else f"{words[:41]}…"
    return f'<text x="{_LABELS - 8}" y="{y + 14}" text-anchor="end">{_text(short)}</text>'


def _bar(axis: Axis, y: int, began: float, ended: float, colour: str) -> str:
    x, end = axis.at(began), axis.at(ended)
    return f'<rect x="{_LABELS + x:.1f}" y="{y + 4}" width="{max(end - x, 1.5):.1f}" height="{_BAR}" fill="{colour}"/>'


def _legend(left: int) -> str:
    more = f"; {left} more lanes are not shown" if left else ""
    return f"red: dark; orange: dark only for those whose resolver holds an old answer; grey: not served yet{more}"


def _text(words: str) -> str:
    return escape(for_terminal(words))
