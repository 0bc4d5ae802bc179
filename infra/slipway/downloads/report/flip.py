"""Days -> means before and after a change of `dl`. Pure.

Only days on which something was counted take part: a day without logs was not a day without downloads. A share is of
all requests of those days together, so a day counts as much as was asked on it. The day of the change is left out: it
is partly the one, partly the other, and clients keep the old `dl` for as long as they cache it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from slipway.downloads.report.model import Comparison, Day, Measure

__all__ = ["compare"]


def compare(days: Sequence[Day], flip: date) -> Comparison:
    """The days before `flip` beside those after it; a side without days has no numbers."""
    before = [day for day in days if day.date < flip]
    after = [day for day in days if day.date > flip]
    return Comparison(flip, len(before), len(after), tuple(_measures(before, after)))


def _measures(before: Sequence[Day], after: Sequence[Day]) -> Iterator[Measure]:
    forms = sorted({form for day in (*before, *after) for form in day.requests})
    yield Measure("downloads", True, *(_mean(day.total for day in days) for days in (before, after)))
    for form in forms:
        yield Measure(f"requests, form {form}", True, *(_mean(_asked(days, [form])) for days in (before, after)))
    for form in forms:
        shares = (_percent(_asked(days, [form]), _asked(days, forms)) for days in (before, after))
        yield Measure(f"share of form {form}", False, *shares)
    yield Measure("success rate", False, *(_percent(_served(d, forms), _asked(d, forms)) for d in (before, after)))
    for form in forms:
        rates = (_percent(_served(days, [form]), _asked(days, [form])) for days in (before, after))
        yield Measure(f"success rate, form {form}", False, *rates)


def _asked(days: Iterable[Day], forms: Sequence[str]) -> list[int]:
    return [sum(day.requests.get(form, 0) for form in forms) for day in days]


def _served(days: Iterable[Day], forms: Sequence[str]) -> list[int]:
    return [sum(day.served.get(form, 0) for form in forms) for day in days]


def _mean(counts: Iterable[int]) -> float | None:
    numbers = list(counts)
    return sum(numbers) / len(numbers) if numbers else None


def _percent(parts: Iterable[int], wholes: Iterable[int]) -> float | None:
    whole = sum(wholes)
    return 100 * sum(parts) / whole if whole else None
