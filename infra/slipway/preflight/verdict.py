"""The verdict as a value: what `slipway preflight` says, before any writer has put it into words or JSON."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from slipway.plan import Op
from slipway.preflight.kinds import Kind

__all__ = [
    "Answer", "AwsRefusal", "Change", "ChangeStep", "Event", "Finding", "Hostname", "Irreversible", "NotEvaluated",
    "Override", "Status", "Verdict", "WayBack",
]  # fmt: skip

Status: TypeAlias = Literal["lit", "dark", "stale", "dim", "unknown", "retired", "new"]


class ChangeStep(msgspec.Struct, frozen=True, gc=False):
    """One engine step that a change makes."""

    op: Op
    urn: str


class Change(msgspec.Struct, frozen=True, gc=False):
    """A root cause with everything that follows from it. `id` counts from 1 in the engine's order; a cosmetic change
    touches only tags, comments and descriptions; one that `removes` only takes away."""

    id: int
    kind: Kind
    cosmetic: bool
    title: str
    root: str
    steps: tuple[ChangeStep, ...]
    removes: bool = False


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event of a run of the apply: an operation starts, or it is done."""

    event: Literal["start", "end"]
    op: Op
    urn: str


class Hostname(msgspec.Struct, frozen=True, gc=False):
    """What the apply may do to a public name. The `counterexample` is the shortest run that ends in the worst of it,
    `worst_case_seconds` how long that may last (None: not known, or beyond this apply). For the advice: `faults` names
    what fails, `causes` the resources whose operations bring it about, `awaited` those it should have waited for."""

    name: str
    status: Status
    because: str
    counterexample: tuple[Event, ...] = ()
    worst_case_seconds: int | None = None
    faults: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()

    @property
    def urns(self) -> tuple[str, ...]:
        """The resources that bring it about or should have been awaited, each once."""
        return tuple(dict.fromkeys((*self.causes, *self.awaited)))


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What a rule has against a plan, where, and what to do instead.

    `always` refuses even where the environment is not guarded: the rule could not do its work, so nobody knows.
    `hostnames` are the names that the finding is about and nothing else, if it is about names at all.
    """

    rule: str
    message: str
    advice: str
    urns: tuple[str, ...] = ()
    always: bool = False
    hostnames: tuple[str, ...] = ()


class AwsRefusal(msgspec.Struct, frozen=True, gc=False):
    """A step that AWS turns down in some run of the apply, with AWS's own error code; `others` stand in its way."""

    error: str
    urn: str
    because: str
    advice: str
    others: tuple[str, ...] = ()


class NotEvaluated(msgspec.Struct, frozen=True, gc=False):
    """A rule of the contract that could not be asked, and why: never the same as a rule that passed."""

    rule: str
    because: str


class Override(msgspec.Struct, frozen=True, gc=False):
    """Somebody's word that a rule shall not refuse for a while: about one `hostname`, or about all if that is empty.
    `entry` is its number in the ledger; `since` and `until` are UTC, as `2026-11-20 12:00Z`."""

    rule: str
    hostname: str
    who: str
    reason: str
    since: str
    until: str
    entry: int

    @property
    def scope(self) -> str:
        """What it holds for, as it is written on the command line."""
        return f"{self.rule}:{self.hostname}" if self.hostname else self.rule


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A question of the checklist, with the answer that the evidence gives. `met` is None where there is none."""

    question: str
    answer: str
    met: bool | None = None


class Irreversible(msgspec.Struct, frozen=True, gc=False):
    """A step past which there is no proven way back, and why. `operation` is its number among the plan's operations,
    None where it does nothing to the world."""

    op: Op
    urn: str
    because: str
    operation: int | None = None


class WayBack(msgspec.Struct, frozen=True, gc=False):
    """What the commit before does if it is applied again after this apply, or after a part of it.

    `proven`: wherever the apply stops, no hostname falls on the way back and AWS refuses nothing. `partial`: that holds
    as long as `until` and what comes after it have not started. `none`: it does not hold from the first step on, or
    cannot be told (`because`). `finished` says whether it holds for the whole apply, done: that may be so although it
    does not for a part of it. `seconds` is how long the way back takes at most, until every user is back; where it is
    partial, from just before `until`. `hostnames` and `aws_refusals` are what goes wrong on the way back from the whole
    apply, `irreversible` what the apply loses. `exact`: every stop was looked at.
    """

    status: Literal["proven", "partial", "none"]
    finished: bool
    because: str = ""
    until: Irreversible | None = None
    seconds: int | None = None
    hostnames: tuple[Hostname, ...] = ()
    aws_refusals: tuple[AwsRefusal, ...] = ()
    irreversible: tuple[Irreversible, ...] = ()
    exact: bool = True


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """The whole answer. `refusals` stop an apply; `warnings` are the same findings where nothing is guarded, and
    what is worth a look anywhere. `overrides` are those in force, whether they change anything here or not; `way_back`
    is None where it was not worked out."""

    project: str
    stack: str
    environment: str
    guarded: bool
    digest: str
    unchanged: int
    changes: tuple[Change, ...]
    refusals: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    external: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    aws_refusals: tuple[AwsRefusal, ...] = ()
    hostnames: tuple[Hostname, ...] = ()
    overrides: tuple[Override, ...] = ()
    checklist: tuple[Answer, ...] = ()
    way_back: WayBack | None = None

    @property
    def approved(self) -> bool:
        """Whether nothing stands against this apply."""
        return not self.refusals
