"""What rules may look at, all of it read from the plan."""

from __future__ import annotations

from functools import cached_property

import msgspec

from slipway.durations import Durations
from slipway.errors import BadInput
from slipway.plan import Plan
from slipway.plan.order import Order, order_of
from slipway.preflight.aws import Prediction, Scene, predict, scene_of
from slipway.preflight.bugs import log_bug
from slipway.preflight.proof import Proof, prove
from slipway.preflight.verdict import Change

__all__ = ["Evidence"]


class Evidence(msgspec.Struct, frozen=True, dict=True):
    """The plan, the changes it amounts to, and what several rules work out of it, once for all of them."""

    plan: Plan
    changes: tuple[Change, ...]
    external: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    durations: Durations = Durations()

    @cached_property
    def order(self) -> Order:
        """The order in which the engine may take the steps. Raises BadInput if the plan has none."""
        return order_of(self.plan)

    @cached_property
    def scene(self) -> Scene:
        """Every real thing of the plan, as it comes and goes."""
        return scene_of(self.plan, self.order)

    @cached_property
    def prediction(self) -> Prediction:
        """What AWS would refuse; says so if that could not be worked out at all."""
        try:
            return predict(self.scene)
        except BadInput:
            raise
        except Exception as error:
            log_bug("nothing could be predicted")
            return Prediction((), (f"every refusal ({type(error).__name__})",))

    @cached_property
    def proof(self) -> Proof:
        """What becomes of every hostname; says so if that could not be worked out at all."""
        try:
            return prove(self.scene, external=self.external, retire=self.retire, durations=self.durations)
        except BadInput:
            raise
        except Exception as error:
            log_bug("nothing could be proven")
            return Proof((), type(error).__name__)
