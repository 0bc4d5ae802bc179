"""What one log adds to the counting database: downloads, and the requests for crates' files that were none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from slipway.downloads.count import counted
from slipway.downloads.objects import LogObject
from slipway.errors import BadInput

__all__ = ["Download", "Missed", "Requests", "Tally", "tally"]


class Download(NamedTuple):
    """What is counted. The date is YYYY-MM-DD in UTC; the CDN is cloudfront or fastly."""

    date: str
    cdn: str
    crate: str
    version: str


class Requests(NamedTuple):
    """Requests of one minute (YYYY-MM-DDTHH:MM, UTC) by form, `file` (.crate) or `download` (/download), and status."""

    minute: str
    cdn: str
    form: str
    status: str


class Missed(NamedTuple):
    """A client asked for a crate's file on that day and did not get it."""

    date: str
    cdn: str
    crate: str
    status: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What the lines of one log object add. `damaged` says why it could not be read to its end, or is empty."""

    lines: int
    downloads: Mapping[Download, int]
    requests: Mapping[Requests, int]
    missed: Mapping[Missed, int]
    skipped: Mapping[str, int]
    damaged: str = ""


def tally(opened: BinaryIO, name: str) -> Tally:
    """Count one log. Raises BadInput, by `name`, if nothing of it can be read as one."""
    downloads: Counter[Download] = Counter()
    requests: Counter[Requests] = Counter()
    missed: Counter[Missed] = Counter()
    skipped: Counter[str] = Counter()
    with counted([LogObject(name, 0, lambda: opened)], ("minute",)) as found:
        rows = found.database.execute("SELECT reason, cdn, facet, form, date, crate, version, n FROM totals").fetchall()
        if found.malformed:
            skipped["shape"] = found.malformed
        damaged = found.damaged.get(name, "")
        if damaged and not found.lines:
            raise BadInput(f"{name} is no log: {damaged}", "Nothing of it was counted.")
    for reason, cdn, facet, form, date, crate, version, number in rows:
        # All were judged as if their status were 200, which comes before the rules on agent and path.
        minute, _, status = facet.rpartition(" ")
        if reason is None:
            if minute:
                requests[Requests(minute, cdn, form, status)] += number
            if status == "200":
                downloads[Download(date, cdn, crate, version)] += number
            else:
                missed[Missed(date, cdn, crate, status)] += number
                skipped["status"] += number
        else:
            skipped[reason if reason in ("shape", "method") or status == "200" else "status"] += number
    return Tally(found.lines, downloads, requests, missed, skipped, damaged)
