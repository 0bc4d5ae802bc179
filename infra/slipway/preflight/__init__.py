"""Plan -> Verdict: is it safe to apply this? `check` names every stage, in order.

The stages, and what none of them may do: no engine, no network, no clock, no files.

    changes   what the plan does, as root causes with their cascades   (world, edits, differences, causes, groups)
    rules     what stands against it, one rule a file                  (rules/)
    guard     refusals where the environment is guarded, warnings elsewhere
"""

from __future__ import annotations

from slipway.plan import Plan
from slipway.preflight.changes import changes_of, unchanged_in
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules import NOT_EVALUATED, RULES, ask
from slipway.preflight.verdict import Change, ChangeStep, Finding, NotEvaluated, Verdict

__all__ = ["NOT_EVALUATED", "RULES", "Change", "ChangeStep", "Finding", "NotEvaluated", "Verdict", "check"]


def check(
    plan: Plan, *, environment: str, guarded: bool, external: tuple[str, ...] = (), retire: tuple[str, ...] = ()
) -> Verdict:
    """The verdict on a plan for an environment. `external` and `retire` are given host names, passed on as given."""
    changes = changes_of(plan)
    findings = ask(Evidence(plan, changes))
    return Verdict(
        project=plan.project,
        stack=plan.stack,
        environment=environment,
        guarded=guarded,
        digest=plan.digest,
        unchanged=unchanged_in(plan),
        changes=changes,
        refusals=tuple(finding for finding in findings if guarded or finding.always),
        warnings=tuple(finding for finding in findings if not (guarded or finding.always)),
        not_evaluated=NOT_EVALUATED,
        external=external,
        retire=retire,
    )
