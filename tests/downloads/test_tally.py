"""What one log adds to the counting database."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from cases import CASES, Case, cloudfront, fastly, w3c
from slow import count as slowly

from slipway.downloads.tally import Download, Missed, Requests, tally
from slipway.errors import BadInput

pytestmark = pytest.mark.thorough
WHOLE = [case for case in CASES if not case.refused]


@pytest.mark.parametrize("case", [case for at, case in enumerate(WHOLE) if at % 4 == 0], ids=lambda case: case.name)
def test_a_tally_counts_and_skips_as_the_slow_counter(case: Case) -> None:
    found, slow = tally(io.BytesIO(case.data), case.file), slowly(case.data)
    assert Counter(
        {(day, crate, version): number for (day, _, crate, version), number in found.downloads.items()}
    ) == Counter(slow.downloads)
    assert Counter(found.skipped) == Counter(slow.reasons)


def test_what_was_not_served_is_missed_and_counts_in_its_minute() -> None:
    log = w3c(
        cloudfront(),
        cloudfront(status="404"),
        cloudfront(status="404", method="HEAD"),
        cloudfront(status="503", agent="curl/8"),
    )
    found = tally(io.BytesIO(log), "log")
    ((minute, *_), *_) = found.requests
    assert found.downloads == {Download("2026-03-01", "cloudfront", "a", "1.2.3"): 1}
    assert found.missed == {Missed("2026-03-01", "cloudfront", "a", "404"): 1}
    assert found.requests == {
        Requests(minute, "cloudfront", "file", "200"): 1,
        Requests(minute, "cloudfront", "file", "404"): 1,
    }
    assert minute.startswith("2026-03-01T")
    assert found.skipped == {"status": 2, "method": 1}
    assert found.lines == 4


def test_both_cdns_have_minutes() -> None:
    found = tally(io.BytesIO(("".join(f"{line}\n" for line in [fastly(), fastly(status=404)])).encode()), "log")
    assert {(each.cdn, each.status) for each in found.requests} == {("fastly", "200"), ("fastly", "404")}
    assert all(len(each.minute) == 16 for each in found.requests)


def test_what_is_no_log_is_refused_by_its_name() -> None:
    with pytest.raises(BadInput, match=r"logs/x is no log: it begins with b'hello"):
        tally(io.BytesIO(b"hello\n"), "logs/x")
