"""What a ledger's entries amount to: which commit is deployed, and what was begun and has not ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from slipway.ledger.entry import Link

__all__ = ["deployed", "newest", "under_way"]

_ENDS = frozenset({"done", "failed", "passed", "refused", "inconclusive"})


def newest(backwards: Iterable[Link], *kinds: str, outcome: str = "") -> Link | None:
    """The newest entry of these kinds, and with this outcome if one is given; None if there is none. The entries come
    newest first, and no more of them are read than it takes."""
    return next((link for link in backwards if _is(link, kinds, outcome)), None)


def deployed(backwards: Iterable[Link]) -> Link | None:
    """The last apply that was carried through, forwards or back: its commit is what stands there."""
    return newest(backwards, "apply", "rollback", outcome="done")


def under_way(backwards: Iterable[Link], kind: str) -> Link | None:
    """The beginning of a deed of this kind that has not ended, as far as the ledger knows."""
    ended: set[int] = set()
    for link in backwards:
        deed = link.entry.deed
        if deed.kind != kind:
            continue
        if deed.outcome == "begun":
            return link if link.entry.number not in ended else None
        if deed.outcome in _ENDS and deed.of:
            ended.add(deed.of)
    return None


def _is(link: Link, kinds: tuple[str, ...], outcome: str) -> bool:
    deed = link.entry.deed
    return deed.kind in kinds and outcome in ("", deed.outcome)
