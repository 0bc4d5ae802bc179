"""What every resource of a type has: a preview that lacks some of it is not the engine's.

What a hostname rests on is read from them, and what says nothing of a name would seem to have nothing to lose.
"""

from __future__ import annotations

from collections.abc import Mapping

from slipway.errors import BadInput
from slipway.plan import Op, Plan, State, Step, Unknown, Value, one_line, urn_name
from slipway.preflight.resources import BUCKET_POLICY, CERTIFICATE, DISTRIBUTION, FUNCTION, RECORD, VALIDATION

__all__ = ["check_required"]

# As far as the proof reads them; the provider's schema requires a few more.
_REQUIRED = {
    RECORD: ("name", "type"),
    DISTRIBUTION: ("origins",),
    BUCKET_POLICY: ("bucket",),
    VALIDATION: ("certificateArn",),
}
# What AWS has told of them: without it nothing shows what else means the same thing.
_TOLD = {
    DISTRIBUTION: ("arn", "domainName"),
    FUNCTION: ("arn",),
    CERTIFICATE: ("arn",),
}
_QUIET = (Op.SAME, Op.READ, Op.REFRESH)


def check_required(plan: Plan) -> None:
    """Raises BadInput, naming input and resource, if a resource that the plan touches lacks one."""
    for step in plan.steps:
        if isinstance(step, Step) and step.op not in _QUIET:
            for state in (step.old, step.new):
                if state is not None and state.custom and not state.external:
                    _check(state, _REQUIRED, state.inputs)
            if step.old is not None and step.old.custom and not step.old.external:
                _check(step.old, _TOLD, step.old.outputs)
                if not step.old.raw_id:
                    raise _missing("id", step.old)


def _check(state: State, wanted: Mapping[str, tuple[str, ...]], values: Mapping[str, Value]) -> None:
    for key in wanted.get(state.type, ()):
        if values.get(key) is None or (wanted is _TOLD and isinstance(values[key], Unknown)):
            raise _missing(key, state)


def _missing(key: str, state: State) -> BadInput:
    name = one_line(urn_name(state.urn), 80)
    return BadInput(
        f"the preview does not say the {key} of {name}, which every {state.type} has: it was cut or edited",
        "Take it anew, and leave the engine's output as it is.",
    )
