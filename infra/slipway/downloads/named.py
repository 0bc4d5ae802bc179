"""Which objects may hold the lines of some days: told by their names, in ranges of URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Between", "between"]

_DAY = timedelta(days=1)
# CloudFront: DISTRIBUTION.YYYY-MM-DD-HH.ID.gz. The second CDN: YYYY-MM-DDTHH:MM:SS.mmm-ID.log.zst.
_NAMED = re.compile(r"(?P<stem>(?:.*/)?[^/]*?)(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:-[0-9]{2}\.|T)[^/]*")


@dataclass(frozen=True, slots=True)
class Between:
    """URLs from `first` (included) up to `end` (left out), in the order of their characters, which UTF-8 keeps."""

    first: str
    end: str

    def __contains__(self, url: str) -> bool:
        return self.first <= url < self.end


def between(urls: Iterable[str], first: date | None, last: date | None) -> list[Between]:
    """Ranges with those of the objects that may hold lines of `first` to `last`.

    A log may end with lines of the day before or after the day in its name, so it is read if its name is a day off. One
    whose name has no day is always read.
    """
    # A colon comes after every digit.
    begin = (first - _DAY).isoformat() if first and first > date.min else "0"
    end = (last + 2 * _DAY).isoformat() if last and last < date.max - _DAY else ":"
    found = set()
    for url in urls:
        named = _NAMED.fullmatch(url)
        if named is None:
            found.add(Between(url, f"{url}!"))
        elif begin <= named["day"] < end:
            found.add(Between(f"{named['stem']}{begin}", f"{named['stem']}{end}"))
    return sorted(found, key=lambda each: each.first)
