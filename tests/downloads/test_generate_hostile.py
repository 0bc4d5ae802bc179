"""Hostile lines: each comes to what it says it comes to, and they are of every kind."""

from __future__ import annotations

from collections import Counter

import pytest
from slow import count

from slipway.downloads.generate import CDNS
from slipway.downloads.generate.draw import Draw
from slipway.downloads.generate.formats import Format
from slipway.downloads.generate.hostile import hostile

CRATE, VERSION = "serde-json", "2.0.3+zstd.1.5.3"


def cells(form: Format) -> list[str]:
    """The cells of a line that is for another release, and does not count."""
    row = ["7"] * 33 if form is not CDNS["fastly"] else ["7"] * 16
    row[form.looked_at["date"]] = "2026-03-01"
    return row


def lines(form: Format) -> list[tuple[str, str | tuple[str, str, str]]]:
    """A thousand lines with their outcomes: each kind comes several times."""
    draw = Draw(3)
    return [hostile(form, cells(form), CRATE, VERSION, draw) for _ in range(1_000)]


@pytest.mark.parametrize("cdn", CDNS)
def test_each_hostile_line_comes_to_what_it_says(cdn: str) -> None:
    """Alone in a log, so that no two mistakes make up for each other."""
    form = CDNS[cdn]
    good = form.head or form.line(["HEAD"] * len(cells(form))) + "\n"  # the first byte says whose log it is
    before = count(good.encode())
    for line, outcome in lines(form):
        slow = count((good + line + "\n").encode("utf-8", errors="surrogateescape"))
        found = [*slow.downloads.elements(), *(slow.reasons - before.reasons).elements()]
        assert (slow.refused, found) == ("", [outcome]), line[:300]


@pytest.mark.parametrize("cdn", CDNS)
def test_hostile_lines_are_of_every_kind(cdn: str) -> None:
    """Some count, and the others leave at every step there is."""
    kinds = Counter(outcome if isinstance(outcome, str) else "counts" for _, outcome in lines(CDNS[cdn]))
    steps = {"shape", "method", "agent", "path", "version", "date", "counts"}
    # In the second CDN's JSON a status is a number: text there is bad JSON.
    assert set(kinds) == (steps if cdn == "fastly" else steps | {"status"})
    text = "\n".join(line for line, _ in lines(CDNS[cdn]))
    for attack in ("DROP TABLE", "onerror=alert(1)", "..", "\udcff", "\r", "%zz", "2026-02-30", "x" * 20_000):
        assert attack in text
    assert "\x00" in text


def test_fields_come_again_in_another_order() -> None:
    """In the middle of a W3C log, also without the agent's column."""
    fields = {line.split("\n")[0] for line, _ in lines(CDNS["cloudfront"]) if line.startswith("#Fields:")}
    assert len(fields) == 4
    assert any("cs(User-Agent)" not in names and "cs-uri-stem" in names for names in fields)
