"""Faults for a rehearsal: what goes wrong, and at which step. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from slipway.errors import BadInput
from slipway.plan import urn_name

__all__ = ["Fault", "Kind", "parse_fault"]

Kind: TypeAlias = Literal["fail", "hang", "throttle", "kill"]
_HOW = "Write it like fail@3 or kill@static-alias: one of {} @ the number of the step, as they begin, or its name."


@dataclass(frozen=True, slots=True)
class Fault:
    """`fail`: AWS answers with an internal error. `hang`: the operation never begins, until somebody interrupts the
    apply. `throttle`: AWS answers `Throttling`, and the operation comes that much later. `kill`: the engine, its
    plugins and the program are gone from one moment to the next. `step`: the number of the operation, from 1, in the
    order in which they begin; or the name of its resource."""

    kind: Kind
    step: int | str

    def strikes(self, number: int, urn: str) -> bool:
        """Whether it strikes the operation that begins as this number."""
        return self.step in (number, urn, urn_name(urn))


def parse_fault(text: str) -> Fault:
    """Read KIND@STEP. BadInput for anything else."""
    kind, at, step = text.partition("@")
    if not at or not step or kind not in get_args(Kind) or step == "0":
        raise BadInput(f"--fault {text!r} is not a fault at a step", _HOW.format(", ".join(get_args(Kind))))
    return Fault(kind, int(step) if step.isdecimal() else step)  # type: ignore[arg-type]
