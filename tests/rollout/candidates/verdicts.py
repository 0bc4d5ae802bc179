"""Commits and verdicts as tests speak of them."""

from __future__ import annotations

from datetime import UTC, datetime

from slipway.plan import Op
from slipway.preflight import NOT_EVALUATED, Change, ChangeStep, Finding, Verdict
from slipway.repository import Commit

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def commit(name: str, subject: str = "a commit", author: str = "Ada") -> Commit:
    return Commit(name, NOON, author, subject)


def change(number: int, title: str = "", *, cosmetic: bool = False) -> Change:
    urn = f"urn:pulumi:production::cdn::aws:route53/record:Record::{number}"
    steps = (ChangeStep(Op.UPDATE, urn),)
    return Change(number, "dns", cosmetic, title or f"record {number} changed", urn, steps)


def verdict(changes: int = 0, *rules: str, cosmetic: int = 0, digest: str = "sha256:0") -> Verdict:
    """A verdict with so many changes, refused by these rules."""
    return Verdict(
        project="cdn",
        stack="production",
        environment="production",
        guarded=True,
        digest=digest,
        unchanged=5,
        changes=tuple(change(number, cosmetic=number > changes) for number in range(1, changes + cosmetic + 1)),
        refusals=tuple(Finding(rule, f"{rule} says no", f"mend {rule}") for rule in rules),
        warnings=(),
        not_evaluated=NOT_EVALUATED,
    )
