"""The conductor: lets an apply run at the cloud's own pace, in an order that a seed decides, and writes down its times.

Where the director goes event by event, the conductor only makes each operation wait a while before it begins, a
different one for each run: what the engine leaves open happens in another order then. Faults strike here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from slipway.cloud.clock import Clock
from slipway.rehearsal.cues import Call, Directing
from slipway.rehearsal.faults import Fault
from slipway.rehearsal.times import Times

__all__ = ["Conductor", "pause"]

_LONGEST = 0.6  # of our seconds that an operation is held up; six minutes at the usual scale
_THROTTLED = 120.0  # of the cloud's seconds: a client's retries with growing pauses
_PATIENCE = 1800.0  # of the cloud's seconds, until somebody interrupts an apply that hangs
_ERROR = "InternalError: We encountered an internal error. Please try again. (a fault of this rehearsal)"


def pause(seed: int, call: Call) -> float:
    """The seconds an operation is held up in the run of this seed; none in that of seed 0."""
    if not seed:
        return 0.0
    dice = random.Random(f"{seed} {call.op.value} {call.urn}")  # noqa: S311 an order to try, not a secret
    return _LONGEST * dice.random() ** 2


@dataclass(slots=True)
class Conductor(Directing):
    """A context for one apply. Seed 0 holds nothing up: that is the engine's own pace. `kill` and `interrupt` reach the
    engine."""

    clock: Clock
    seed: int = 0
    fault: Fault | None = None
    kill: Callable[[], None] = lambda: None
    interrupt: Callable[[], None] = lambda: None
    struck: str = ""
    times: Times = field(default_factory=Times)
    _begun: int = 0

    async def may_begin(self, call: Call) -> str:
        """Wait for a while, and for the fault if it strikes here."""
        await asyncio.sleep(pause(self.seed, call))
        self._begun += 1
        failure = ""
        if self.fault is not None and not self.struck and self.fault.strikes(self._begun, call.urn):
            self.struck = call.urn
            failure = await self._strike(self.fault, call)
        self.times.began(call)
        return failure

    async def _strike(self, fault: Fault, call: Call) -> str:
        if fault.kind == "fail":
            return _ERROR
        if fault.kind == "throttle":
            await asyncio.sleep(self.clock.real(_THROTTLED))
            return ""
        self.times.began(call, "killed" if fault.kind == "kill" else "hangs")
        if fault.kind == "kill":
            self.kill()
        else:
            await asyncio.sleep(self.clock.real(_PATIENCE))
            self.interrupt()
        await asyncio.Event().wait()  # It goes no further.
        return ""

    def done(self, call: Call, failure: str) -> None:
        """Write down when."""
        self.times.ended(call, failure)
