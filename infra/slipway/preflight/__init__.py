"""Plan -> Verdict: is it safe to apply this? `check` names every stage, in order.

The stages, and what none of them may do: no engine, no network, no clock, no files.

    world     the plan's resources, before and after                   (world)
    changes   what the plan does, as root causes with their cascades   (edits, differences, causes, groups)
    order     which steps the engine may take before which others       (evidence)
    aws       what AWS would refuse on the way, one refusal a file      (aws/)
    proof     what becomes of every hostname, in any order             (proof/, on plan/order, resources/)
    rules     what stands against it, one rule a file                  (rules/)
    guard     refusals where the environment is guarded, warnings elsewhere
"""

from __future__ import annotations

from slipway.durations import Durations
from slipway.plan import Plan
from slipway.preflight.changes import changes_of, unchanged_in
from slipway.preflight.circumstances import overridden, with_findings
from slipway.preflight.evidence import Evidence
from slipway.preflight.notes import notes_on
from slipway.preflight.required import check_required
from slipway.preflight.rules import NOT_EVALUATED, RULES, ask
from slipway.preflight.touched import ANY, names_touched, overlap
from slipway.preflight.verdict import (
    Answer,
    AwsRefusal,
    Change,
    ChangeStep,
    Event,
    Finding,
    Hostname,
    Irreversible,
    NotEvaluated,
    Override,
    Verdict,
    WayBack,
)
from slipway.preflight.world import world_of

__all__ = [
    "ANY",
    "NOT_EVALUATED",
    "RULES",
    "Answer",
    "AwsRefusal",
    "Change",
    "ChangeStep",
    "Durations",
    "Event",
    "Finding",
    "Hostname",
    "Irreversible",
    "NotEvaluated",
    "Override",
    "Verdict",
    "WayBack",
    "check",
    "names_touched",
    "overlap",
    "overridden",
    "with_findings",
]


def check(
    plan: Plan,
    *,
    environment: str,
    guarded: bool,
    external: tuple[str, ...] = (),
    retire: tuple[str, ...] = (),
    durations: Durations = Durations(),  # noqa: B008 - frozen
    noted: tuple[Finding, ...] = (),
) -> Verdict:
    """The verdict on a plan for an environment.

    `external` and `retire` are host names: targets outside the plan that serve, and names that are meant to go;
    `durations` is how long AWS takes there, `noted` what else the report shall warn of. Raises BadInput for a plan
    whose steps depend on one another.
    """
    check_required(plan)
    world = world_of(plan)
    changes = changes_of(world)
    evidence = Evidence(plan, changes, external, retire, durations)
    findings = ask(evidence)
    return Verdict(
        project=plan.project,
        stack=plan.stack,
        environment=environment,
        guarded=guarded,
        digest=plan.digest,
        unchanged=unchanged_in(plan),
        changes=changes,
        aws_refusals=evidence.prediction.refusals,
        refusals=tuple(finding for finding in findings if guarded or finding.always),
        warnings=(*(finding for finding in findings if not (guarded or finding.always)), *notes_on(world), *noted),
        not_evaluated=NOT_EVALUATED,
        external=external,
        retire=retire,
        hostnames=evidence.proof.hostnames,
    )
