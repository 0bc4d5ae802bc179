"""What comes of cutting a plan: steps in their order, or the two requirements that no order meets."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from slipway.durations import Durations
from slipway.preflight import Hostname, Verdict

__all__ = ["Circumstances", "Conflict", "Cut", "Phase", "Piece", "Requirement", "Wait"]

Phase: TypeAlias = Literal["expand", "switch", "contract"]


class Circumstances(msgspec.Struct, frozen=True):
    """What a plan is judged by besides itself, as `preflight.check` takes it. There is no `guarded`: where nothing is
    guarded nothing need be cut, so a cut is always asked for as if it were."""

    environment: str
    external: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    durations: Durations = Durations()


class Wait(msgspec.Struct, frozen=True):
    """The drain after a step: so many seconds, and why each of them."""

    seconds: int = 0
    because: tuple[str, ...] = ()


class Piece(msgspec.Struct, frozen=True):
    """One step: the URNs to hand to `pulumi up --target`, and the verdict on the plan that the engine then makes.

    `proven` is False if names rest on values that only the steps before it bring to light: then the verdict is
    approved but for those, and the piece is to be previewed and judged when they have been applied.
    """

    targets: tuple[str, ...]
    verdict: Verdict
    proven: bool = True
    wait: Wait = Wait()

    @property
    def phase(self) -> Phase:
        """Expand adds and touches nothing that stands, contract takes away, all else switches."""
        changes = [change for change in self.verdict.changes if not change.cosmetic] or self.verdict.changes
        if changes and all(change.removes for change in changes):
            return "contract"
        ops = {step.op.value for change in changes for step in change.steps}
        return "expand" if ops == {"create"} else "switch"

    @property
    def title(self) -> str:
        """The change that it makes, in a line."""
        changes = sorted(self.verdict.changes, key=lambda change: change.cosmetic)
        return "; ".join(change.title for change in changes) or "what only the engine's state knows"

    @property
    def hostnames(self) -> tuple[Hostname, ...]:
        """What the proof says of each name."""
        return self.verdict.hostnames


class Cut(msgspec.Struct, frozen=True):
    """The steps, in the order to apply them in; one alone if the plan needs no cutting, none if it does nothing."""

    pieces: tuple[Piece, ...]


class Requirement(msgspec.Struct, frozen=True):
    """One thing that must hold, in words; `by` is the rule, or `engine` or `program`."""

    by: str
    words: str
    urns: tuple[str, ...] = ()


class Conflict(msgspec.Struct, frozen=True):
    """Two requirements that no order of steps meets. `apart` are whole changes that have no part in it, as the pieces
    that can be applied all the same."""

    one: Requirement
    other: Requirement
    advice: str
    apart: tuple[Piece, ...] = ()
