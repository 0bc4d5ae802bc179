"""The deprecation list: names still asked for that are a crate's name but for case, `-` and `_`.

A registry takes `Serde_JSON` for `serde-json` and redirects; files on a CDN have one name each. So what asks for
another spelling breaks on the day its downloads no longer go through the registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from slipway.downloads.report.model import Spelling
from slipway.downloads.report.queries import canonical_fold
from slipway.errors import BadInput

__all__ = ["Canonical", "deprecated", "read_names"]

Canonical: TypeAlias = Mapping[str, tuple[str, ...]]
"""A name without regard to case, `-` and `_` -> the names that crates really have: one, or else the first is meant."""

_ADVICE = "Write one crate's name a line, in UTF-8."


def read_names(path: Path) -> Canonical:
    """Canonical names from a file, one a line. BadInput if it cannot be read, or names nothing."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}", _ADVICE) from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8", _ADVICE) from None
    found: dict[str, tuple[str, ...]] = {}
    for name in filter(None, map(str.strip, lines)):
        folded = canonical_fold(name)
        found[folded] = (*found.get(folded, ()), name)
    if not found:
        raise BadInput(f"{path} names no crate", _ADVICE)
    return found


def deprecated(asked: Iterable[tuple[Any, ...]], canonical: Canonical) -> tuple[Spelling, ...]:
    """Rows of `queries.spellings` -> the names that are not canonical, the most asked for first.

    A name that is nobody's in any spelling is no candidate: it was mistyped, or guessed by a scanner.
    """
    statuses: dict[str, dict[str, int]] = {}
    last: dict[str, date] = {}
    for crate, status, requests, day in asked:
        meant = canonical.get(canonical_fold(crate))
        if meant is None or crate in meant:
            continue
        statuses.setdefault(crate, {})[status] = int(requests)
        last[crate] = max(day, last.get(crate, day))
    found = (
        Spelling(
            crate, canonical[canonical_fold(crate)][0], sum(counts.values()), dict(sorted(counts.items())), last[crate]
        )
        for crate, counts in statuses.items()
    )
    return tuple(sorted(found, key=lambda each: (-each.requests, each.crate)))
