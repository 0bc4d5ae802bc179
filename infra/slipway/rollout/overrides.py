"""Overrides: somebody's word, kept in the ledger, that a rule shall not refuse for some hours.

For emergencies, when the way that a rule asks for is the worse one. Loud, short, and nobody's secret: every report
shows it until it is over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slipway.errors import BadInput
from slipway.ledger import Book, Deed, Entry, Link
from slipway.preflight import RULES, Finding, Override
from slipway.rollout.gates import GATES

__all__ = ["LONGEST", "Wish", "active", "deed_of", "gives_way", "revocation_of", "wish"]

LONGEST = timedelta(hours=24)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
_WORDS = 3  # of a reason, at least
_TIME = "%Y-%m-%d %H:%MZ"


@dataclass(frozen=True, slots=True)
class Wish:
    """An override that somebody asks for; about every name if `hostname` is empty."""

    rule: str
    hostname: str
    reason: str
    lasting: timedelta


def wish(scope: str, reason: str, expires: str) -> Wish:
    """What `RULE[:HOSTNAME]`, a reason and a time such as `2h` or `30m` ask for. BadInput if that is none."""
    rule, colon, hostname = scope.partition(":")
    known = [*(each.ID for each in RULES), *(each.ID for each in GATES)]
    if rule not in known:
        raise BadInput(f"{rule!r} is no rule that can be overridden", f"Name one of {', '.join(known)}.")
    if colon and not rule.startswith("hostname-"):
        raise BadInput(f"what {rule} finds is about no single host name", f"Override the whole rule: {rule}")
    if colon and not hostname:
        raise BadInput(f"{scope!r} names no host", f"Write {rule}:HOSTNAME, or {rule} for every name.")
    if len(re.findall(r"\w+", reason)) < _WORDS:
        raise BadInput("an override needs a reason that others understand", '--reason "what is worse without it"')
    return Wish(rule, hostname.rstrip(".").lower(), reason, _lasting(expires))


def _lasting(expires: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,4})([mh])", expires)
    lasting = int(found[1]) * _UNITS[found[2]] if found else timedelta()
    if not timedelta() < lasting <= LONGEST:
        raise BadInput(f"--expires {expires!r} is not a time of up to 24 hours", "Write it like 2h or 30m.")
    return lasting


def gives_way(findings: Sequence[Finding], wanted: Wish) -> bool:
    """Whether any of these findings would give way to that override, alone or with others."""
    return any(
        finding.rule == wanted.rule and not finding.always and wanted.hostname in ("", *finding.hostnames)
        for finding in findings
    )


def deed_of(wanted: Wish, book: Book, now: datetime) -> Deed:
    """The deed that puts an override in force from now on, by the ledger's time if that is later."""
    last = book.last()
    begins = max(now, last.entry.at) if last else now
    return Deed(
        kind="override",
        outcome="approved",
        reason=wanted.reason,
        expires=begins + wanted.lasting,
        results={"rule": wanted.rule, "hostname": wanted.hostname},
    )


def revocation_of(number: int, overrides: Iterable[Override]) -> Deed:
    """The deed that ends an override before its time. BadInput if none of that number is in force."""
    for each in overrides:
        if each.entry == number:
            results = {"rule": each.rule, "hostname": each.hostname}
            return Deed(kind="override", outcome="done", of=number, results=results)
    raise BadInput(
        f"no override of entry {number} is in force", "`slipway override STACK --list` shows those that are."
    )


def active(backwards: Iterable[Link], now: datetime) -> tuple[Override, ...]:
    """The overrides in force, the oldest first, by a ledger's entries from the newest back; no more of them are read
    than it takes.

    It is at least as late as the newest entry: a clock that is set back revives nothing.
    """
    found: list[Override] = []
    revoked: set[int] = set()
    for link in backwards:
        entry = link.entry
        now = max(now, entry.at)
        if now - entry.at >= LONGEST:
            break  # and those before it are older still
        deed = entry.deed
        if deed.kind == "override" and deed.outcome == "done":
            revoked.add(deed.of)
        elif deed.kind == "override" and deed.outcome == "approved" and entry.number not in revoked:
            found += _in_force(entry, now)
    return tuple(reversed(found))


def _in_force(entry: Entry, now: datetime) -> Iterator[Override]:
    """An entry's override, unless it is over, or the entry says too little to be one."""
    deed = entry.deed
    rule, hostname, expires = deed.results.get("rule"), deed.results.get("hostname"), deed.expires
    if not (isinstance(rule, str) and isinstance(hostname, str) and expires and expires.utcoffset() is not None):
        return
    until = min(expires, entry.at + LONGEST)
    if now < until:
        since, end = (moment.astimezone(UTC).strftime(_TIME) for moment in (entry.at, until))
        yield Override(rule, hostname, entry.who, deed.reason, since, end, entry.number)
