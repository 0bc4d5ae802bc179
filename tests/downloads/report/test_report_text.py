"""The report as people read it at a terminal."""

from __future__ import annotations

import io
from datetime import date, timedelta

from rich.console import Console

from slipway.downloads.report import as_text, print_text


def test_report_says_the_totals_and_what_they_lack(month) -> None:
    lines = as_text(month.reported()).splitlines()
    assert lines[:5] == [
        "Downloads, 2026-08-01 to 2026-08-09",
        "10,196 downloads on 8 days: 1,274 a day.",
        "By CDN: cloudfront 7,616 (74.70 %), fastly 2,580 (25.30 %).",
        "Nothing was counted on 1 day: 2026-08-07. They are in no mean.",
        "The newest request is of 2026-08-09 23:59 UTC. Logs come late, so the last days may still grow.",
    ]


def test_comparison_is_in_percent_and_points(month) -> None:
    text = " ".join(as_text(month.reported(flip="2026-08-05")).split())
    assert "Means of 4 days before and 3 days after; 2026-08-05 is in neither." in text
    assert "downloads 1,252.0 a day 1,312.0 a day +4.8 %" in text
    assert "share of form file 27.48 % 92.21 % +235.5 % (+64.73 points)" in text


def test_one_sided_comparison_says_so(month) -> None:
    text = as_text(month.reported(flip="2026-08-01"))
    assert "No day before 2026-08-01 was counted, so there is nothing to compare with." in text


def test_one_day_has_no_mean(month) -> None:
    assert "1,252 downloads on 1 day." in as_text(month.reported(first="2026-08-03", last="2026-08-03"))


def test_days_that_have_nothing_are_told_from_an_empty_database(counts) -> None:
    assert as_text(counts.reported()) == (
        "Downloads\nNothing has been counted yet. Count logs first: `slipway downloads take`.\n"
    )
    counts.download("2026-08-01", "a", 1)
    assert "Nothing was counted on these days. The database has 2026-08-01." in as_text(
        counts.reported(first="2026-08-02")
    )


def test_long_period_shows_its_newest_days(counts) -> None:
    for after in range(40):
        counts.download(str(date(2026, 7, 1) + timedelta(after)), "a", 1)
    text = as_text(counts.reported())
    assert "9 more: --format csv has all" in text
    assert ("2026-08-09" in text, "2026-07-09 " in text) == (True, False)


def test_many_gaps_are_named_up_to_ten(counts) -> None:
    for after in range(0, 30, 2):
        counts.download(str(date(2026, 7, 1) + timedelta(after)), "a", 1)
    assert "2026-07-20 and 4 more stretches. They are in no mean." in as_text(counts.reported())


def test_nothing_wrong_is_said_in_words(counts) -> None:
    text = as_text(counts.download("2026-08-01", "a", 1).request("2026-08-01 00:00", 50).reported())
    assert "None, by the most downloaded spelling of each name." in text
    assert "No minute of 20 requests or more had one that failed." in text


def test_no_name_gives_orders_to_a_terminal(hostile) -> None:
    """On a real one, with colour: only rich's own codes are in it."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system=None, width=200)
    print_text(hostile.reported(), console)
    plain = file.getvalue()
    assert "[bold]b[/bold]" in plain
    assert "\\x1b[2J\\x07" in plain
    assert not set(plain) & {"\x1b", "\x07", "\t", "\u202e"}
