"""Which approval stands for a stack, by its ledger. Pure: what the world says comes in as values.

An approval is about one preflight, and holds for its plan: of this stack, at this commit, with these settings, for so
many hours. A newer approval takes its place, one that refuses takes it back, and an apply that was carried through has
used it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from slipway.errors import SlipwayError
from slipway.ledger import Deed, Entry, Link, Value

__all__ = ["Here", "Permission", "Refused", "again", "standing"]


class Refused(SlipwayError):
    """Something that is not approved; `advice` is what to run instead."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Here:
    """What is about to be applied: the stack, as `project/stack` and by its short name, the commit that is checked
    out, the digest of the settings, and the time by this machine."""

    place: str
    stack: str
    commit: str
    config: str
    now: datetime

    def differs_from(self, preflight: Entry) -> str:
        """Why a preflight is not about what is here; empty if it is."""
        deed = preflight.deed
        if deed.results.get("stack") != self.place:
            return f"it was approved for {deed.results.get('stack')}, and this is {self.place}"
        if not self.commit or self.commit.endswith("-dirty") or deed.commit != self.commit:
            return f"it was approved for {_commit(deed.commit)}, and this is {_commit(self.commit)}"
        if deed.config != self.config:
            return f"the settings of {self.stack} are not those that were approved"
        return ""


@dataclass(frozen=True, slots=True)
class Permission:
    """An approval and the preflight it is about."""

    approval: Entry
    preflight: Entry

    def begun(self, results: Mapping[str, Value]) -> Deed:
        """What is written down when an apply of the plan begins."""
        plan = self.preflight.deed
        return Deed(
            kind="apply",
            outcome="begun",
            commit=plan.commit,
            config=plan.config,
            plan=plan.plan,
            changes=plan.changes,
            same=plan.same,
            targets=plan.targets,
            results=results,
            of=self.approval.number,
        )


def again(stack: str) -> str:
    """What to run for an approval."""
    return f"Run: slipway preflight {stack} && slipway approve {stack}"


def standing(backwards: Iterable[Link], here: Here, hours: float) -> Permission:
    """The approval that stands, by the entries from the newest to the oldest; each holds for so many hours. Raises
    Refused, with the reason."""
    approval: Entry | None = None
    newest: Entry | None = None
    used: set[int] = set()
    for link in backwards:
        entry = link.entry
        newest = newest or entry
        if entry.deed.kind in ("apply", "rollback") and entry.deed.outcome == "done" and not approval:
            used.add(entry.number)
        if entry.deed.kind == "approval" and approval is None:
            if used:
                raise Refused(f"the last approval was used up by the apply of entry {max(used)}", again(here.stack))
            approval = _checked_approval(entry, newest, here, hours)
        if approval and entry.number == approval.deed.of:
            return Permission(approval, _checked_preflight(entry, approval, here))
    if approval is None:
        raise Refused(f"nothing is approved for {here.stack}", again(here.stack))
    raise Refused(f"the approval of entry {approval.number} is about no preflight of this ledger", again(here.stack))


def _checked_approval(entry: Entry, newest: Entry, here: Here, hours: float) -> Entry:
    if entry.deed.outcome != "approved":
        raise Refused(f"{entry.who} took the approval back at {entry.at:%Y-%m-%d %H:%M}Z", again(here.stack))
    now = max(here.now, newest.at)  # A clock that is set back makes nothing young again.
    if newest.at - here.now > timedelta(minutes=5):
        raise Refused("this machine's clock is behind the ledger's last entry", "Set the clock, and try again.")
    age = now - entry.at
    if age > timedelta(hours=hours):
        old = age.total_seconds() / 3600
        raise Refused(f"the approval is {old:.1f} hours old; it holds for {hours:g}", again(here.stack))
    return entry


def _checked_preflight(entry: Entry, approval: Entry, here: Here) -> Entry:
    deed = entry.deed
    if (deed.kind, deed.outcome) != ("preflight", "approved") or deed.plan != approval.deed.plan:
        raise Refused(f"the approval of entry {approval.number} is about no approved preflight", again(here.stack))
    if why := here.differs_from(entry):
        raise Refused(why, again(here.stack))
    if deed.expires and max(here.now, approval.at) > deed.expires:
        raise Refused("an override that it was approved under is over", again(here.stack))
    return entry


def _commit(text: str) -> str:
    name, _, dirty = text.partition("-")
    return f"commit {name[:12]}{' with uncommitted edits' if dirty else ''}" if name else "no commit at all"
