"""The way back from a plan, worked out before it is applied: what the commit before does when it is applied again.

The stages, and what none of them may do: no engine, no network, no clock, no files.

    fates       what the plan does with each resource                  (fates)
    reverse     the plan of the way back from any stop of the apply    (applied, registered, reverse)
    losses      what no way back undoes                                (losses)
    stops       up to which operation the way back is proven           (stops, on proof/ and rules/)
    seconds     how long it takes until every user is back             (seconds)

A stop's way back is proven if the rules on hostnames, double claims and AWS's refusals find nothing in its plan. A
plan on whose way back something is not known is not proven. docs/wayback.md says more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from slipway.durations import Durations
from slipway.errors import BadInput
from slipway.plan import Operation, Plan, order_of, urn_name
from slipway.preflight.aws import Scene, scene_of
from slipway.preflight.bugs import log_bug
from slipway.preflight.evidence import Evidence
from slipway.preflight.proof.estate import estate_of
from slipway.preflight.proof.records import names_of
from slipway.preflight.resources import RECORD, record_set
from slipway.preflight.rules import (
    ask,
    double_claim,
    hostname_dark,
    hostname_dim,
    hostname_retired,
    hostname_stale,
    hostname_unknown,
)
from slipway.preflight.verdict import AwsRefusal, Hostname, Irreversible, Verdict, WayBack
from slipway.preflight.wayback.fates import Stop, Untold
from slipway.preflight.wayback.losses import losses_of
from slipway.preflight.wayback.reverse import Backwards, backwards, reverse
from slipway.preflight.wayback.seconds import seconds_back
from slipway.preflight.wayback.stops import Found, first_lost, first_without_return

__all__ = ["LIVE", "Untold", "reverse", "way_back_of", "with_way_back"]

Status: TypeAlias = Literal["proven", "partial", "none"]
LIVE = 20_000
"""How much work a way back may make after a preview by the engine, which takes seconds itself."""
_WORK = 4_000  # After a preview from a file: a sixth of a second.
_STOPS = 100
_LEAST = 4  # Stops, below which a plan is not worth the start.
_RULES = (hostname_dark, hostname_stale, hostname_dim, hostname_unknown, hostname_retired, double_claim)
_FILLED = ("BucketNotEmpty", "HostedZoneNotEmpty")
"""What the way back deletes is what the apply has made: a bucket or zone is empty unless others fill it meanwhile."""


def with_way_back(verdict: Verdict, plan: Plan, durations: Durations, work: int = _WORK) -> Verdict:
    """The verdict with its plan's way back; without one where the plan is too large for so much `work`."""
    if _LEAST * len(plan.steps) > work:
        return verdict
    found = way_back_of(plan, external=verdict.external, retire=verdict.retire, durations=durations, work=work)
    return msgspec.structs.replace(verdict, way_back=found)


def way_back_of(
    plan: Plan,
    *,
    external: tuple[str, ...] = (),
    retire: tuple[str, ...] = (),
    durations: Durations,
    work: int | None = None,
) -> WayBack | None:
    """The way back from a plan; None for one over which the engine itself stopped.

    `external`, `retire` and `durations` are those of `check`; `work` bounds the steps times the stops that are looked
    at (25,000 take about a second): where it does not suffice, the answer says that it is not exact.
    """
    if plan.blocked:
        return None
    try:
        order = order_of(plan)
        twice = 2 * len(order.operations)
        most = _STOPS if work is None else min(_STOPS, work // len(plan.steps) - twice)
        return _Ways.of(plan, scene_of(plan, order), external, retire, durations).found(most)
    except Untold as error:
        return WayBack("none", finished=False, because=error.because)
    except BadInput:
        raise
    except Exception as error:
        log_bug("the way back could not be worked out")
        return WayBack("none", finished=False, because=f"it could not be worked out ({type(error).__name__})")


class _Ways(msgspec.Struct, frozen=True):
    """All ways back of one plan."""

    scene: Scene
    back: Backwards
    losses: tuple[Irreversible, ...]
    external: tuple[str, ...]
    retire: tuple[str, ...]
    durations: Durations

    @classmethod
    def of(
        cls, plan: Plan, scene: Scene, external: tuple[str, ...], retire: tuple[str, ...], durations: Durations
    ) -> _Ways:
        """Whatever answered before the apply is trusted to answer again, and a name that the apply brings may go."""
        names = names_of(scene, estate_of(scene))
        new = sorted(names.after - names.before)
        trusted = dict.fromkeys((*external, *_answering(scene)))
        back = backwards(plan, names.by_urn)
        return cls(scene, back, losses_of(plan), tuple(trusted), (*retire, *new), durations)

    def found(self, most: int) -> WayBack:
        """The answer; no stop but the last is looked at if `most` is below 0."""
        whole, wrong = self._judged(None)
        stops = self._searched(most)
        until = self._until(stops, wrong)
        because = until.because if until else wrong
        at_once = until is None or (stops.operation is not None and stops.last_good == frozenset())
        status: Status = "proven" if not because else "none" if at_once else "partial"
        last = whole
        if until is not None:
            last = None if stops.last_good is None else self._judged(stops.last_good)[0]
        return WayBack(
            status,
            finished=not wrong and not self.losses,
            because=because,
            until=until,
            seconds=self._seconds(last) if last and status != "none" else None,
            hostnames=tuple(_falling(whole)) if whole else (),
            aws_refusals=tuple(_refusals(whole)) if whole else (),
            irreversible=self.losses,
            exact=stops.exact,
        )

    def _searched(self, most: int) -> Found:
        if most < 0:
            lost = {loss.operation: loss.because for loss in self.losses if loss.operation is not None}
            return first_lost(self.scene.order, lost)
        return first_without_return(self.scene.order, self._wrong_at, most)

    def _until(self, stops: Found, wrong: str) -> Irreversible | None:
        """The point of no return: what the engine only lets go of is lost when all is done."""
        operations = self.scene.order.operations
        if stops.operation is not None:
            return _step(operations[stops.operation], stops.because)
        if lost := next((loss for loss in self.losses if loss.operation is None), None):
            return lost
        return _step(operations[-1], wrong) if wrong and operations else None

    def _wrong_at(self, stop: frozenset[int]) -> str:
        lost = next((loss for loss in self.losses if loss.operation in stop), None)
        return lost.because if lost else self._judged(stop)[1]

    def _judged(self, stop: Stop) -> tuple[Evidence | None, str]:
        """The way back from a stop, and what is wrong with it."""
        try:
            plan = self.back.plan(stop)
            evidence = Evidence(plan, (), self.external, self.retire, self.durations)
            wrong = next(_faults(evidence), "")
            renamed = next((urn_name(fate.urn) for fate in self.back.fates if fate.is_renamed), "")
            return evidence, f"the commit before knows nothing of {renamed}: {wrong}" if wrong and renamed else wrong
        except Untold as error:
            return None, error.because
        except BadInput as error:
            return None, str(error)

    def _seconds(self, evidence: Evidence) -> int:
        missing = {hostname.name for hostname in evidence.proof.with_status("new")}
        return seconds_back(evidence.order, self.durations, missing)


def _faults(evidence: Evidence) -> Iterator[str]:
    """What is wrong with the plan of a way back."""
    yield from (finding.message for finding in ask(evidence, _RULES))
    yield from (f"AWS would refuse it with {each.error}: {each.because}" for each in _refusals(evidence))
    yield from (f"what AWS would refuse could not be predicted for {each}" for each in evidence.prediction.failed)


def _falling(evidence: Evidence) -> Iterator[Hostname]:
    for hostname in evidence.proof.hostnames:
        meant = hostname.status == "retired" and hostname.name in evidence.retire
        if hostname.status not in ("lit", "new") and not meant:
            yield hostname


def _refusals(evidence: Evidence) -> Iterator[AwsRefusal]:
    return (refusal for refusal in evidence.prediction.refusals if refusal.error not in _FILLED)


def _answering(scene: Scene) -> Iterator[str]:
    """Where the record sets led that the apply touches."""
    for life in scene.of(RECORD):
        if life.is_touched and life.born is None:
            view = record_set(life.versions[0].state)
            if view.weight != 0:
                yield from (target.known for target in view.targets if target.known is not None)


def _step(operation: Operation, because: str) -> Irreversible:
    return Irreversible(operation.op, operation.urn, because, operation.index)
