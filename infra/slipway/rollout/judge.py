"""A stack's preview by the engine, and the verdict on it by the stack's own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slipway.config import StackConfig, expired_weights
from slipway.engine import Engine, preview
from slipway.engine.child import Watch
from slipway.plan import Plan, read_plan
from slipway.preflight import Durations, Finding, Verdict, check
from slipway.preflight.wayback import LIVE, with_way_back
from slipway.stack_settings import of_slipway

__all__ = ["Judged", "expired", "judge", "judged"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan and the verdict on it. `config` is None for a stack that is not Slipway's; `targets` are the URNs that
    the plan was restricted to, if it was."""

    plan: Plan
    verdict: Verdict
    config: StackConfig | None
    targets: tuple[str, ...] = ()


def judge(
    stack: str,
    project: Path,
    variables: Mapping[str, str] | None = None,
    *,
    engine: Engine | None = None,
    targets: Sequence[str] = (),
    watch: Watch | None = None,
) -> Judged:
    """Preview a stack of the project, and judge that. `variables` are set on top of this process's environment; `watch`
    hears how the preview goes, instead of standard error. EngineError with the engine's words, BadInput for settings or
    a preview that cannot be read."""
    config = of_slipway(project / f"Pulumi.{stack}.yaml")
    plan = read_plan(preview(stack, project, variables, engine=engine, targets=targets, watch=watch))
    return judged(plan, config, tuple(targets))


def judged(plan: Plan, config: StackConfig | None, targets: tuple[str, ...] = ()) -> Judged:
    """A plan, judged by the settings of its stack; without any, all but `staging` is guarded."""
    durations = Durations(**config.durations.model_dump()) if config else Durations()
    if config is None:
        verdict = check(plan, environment=plan.stack, guarded=plan.stack != "staging")
    else:
        verdict = check(
            plan,
            environment=config.environment,
            guarded=config.guarded,
            external=config.all_external,
            retire=config.retire,
            durations=durations,
            noted=expired(config, date.today()),
        )
    return Judged(plan, with_way_back(verdict, plan, durations, LIVE), config, targets)


def expired(config: StackConfig, today: date) -> tuple[Finding, ...]:
    """Weights that were only for the moment, past their day."""
    return tuple(
        Finding(
            "weight-expired",
            f"the weights of {found.name} were meant to hold until {found.until}, which is over",
            f"Decide: other weights in slipway:{found.service}.weights, or another day.",
        )
        for found in expired_weights(config, today)
    )
