"""The drain between two steps: how long old answers and things under way outlive the step that ended them.

Whether anything has to be waited for is proven, not assumed: the steps since the last wait are put together into one
plan in which each follows the one before at once. If the proof finds nothing in it, no wait is needed.

- Resolvers hold an answer for its old TTL, and an alias for 60 seconds, or for the TTL of the name behind it.
- They remember for the zone's negative TTL that a name was missing, which matters once another name leads to it.
- `pulumi up` waits for what the program awaits: the issuance where there is a CertificateValidation, the deployment
  where `waitForDeployment` is not off. What it does not wait for, the next step must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from slipway.plan import AnyStep, Op, Plan, State, Step, leaves, urn_name
from slipway.preflight import Verdict
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, record_name
from slipway.preflight.resources.types import VALIDATION
from slipway.split.model import Circumstances, Piece, Wait
from slipway.split.synthesis import movable, plan_of

__all__ = ["with_waits"]

_ALIAS_TTL = 60  # What Route 53 gives an alias to a CloudFront distribution.
_BARRIER = "slipway:split:Barrier"
_FALLEN = ("dark", "stale", "dim", "unknown")


def with_waits(
    plan: Plan, pieces: Sequence[Piece], judge: Callable[[Plan], Verdict | None], given: Circumstances
) -> tuple[Piece, ...]:
    """The pieces, each with what has to pass before the next. One more plan is judged for each but the last."""
    steps = movable(plan)
    found: list[Piece] = []
    first = 0  # of the pieces whose old answers may still be held
    for at, piece in enumerate(pieces):
        if at + 1 == len(pieces):
            return (*found, piece)
        since = [each.targets for each in pieces[first : at + 1]]
        done = [urn for each in pieces[:first] for urn in each.targets]
        caches = _caches(plan, done, [*since, pieces[at + 1].targets], judge, given)
        seconds, because = _longest([*caches, *_under_way(steps, piece.targets, given)])
        if caches:
            first = at + 1
        found.append(replace(piece, wait=Wait(seconds, because)))
    return ()


def _longest(waits: Sequence[tuple[int, str]]) -> tuple[int, tuple[str, ...]]:
    ranked = sorted(waits, key=lambda wait: -wait[0])
    return max((seconds for seconds, _ in ranked), default=0), tuple(dict.fromkeys(words for _, words in ranked))


def _caches(
    plan: Plan,
    done: Sequence[str],
    windows: Sequence[Sequence[str]],
    judge: Callable[[Plan], Verdict | None],
    given: Circumstances,
) -> list[tuple[int, str]]:
    """What resolvers may hold of the pieces in all windows but the last, if the last one breaks it."""
    *before, last = windows
    edits = [step for step in _records(plan) if any(step.urn in window for window in before)]
    held = [_held(step, edits, plan) for step in edits if step.old is not None]
    missing = [] if not any(_leads_to(plan, last, step) for step in edits if step.old is None) else [given]
    if not held and not missing:
        return []
    verdict = judge(_in_a_row(plan, done, windows))
    fallen = [host for host in verdict.hostnames if host.status in _FALLEN] if verdict else []
    found = []
    if held and (verdict is None or fallen):
        names = ", ".join(host.name for host in fallen) or "what was changed"
        seconds = max(*held, *(host.worst_case_seconds or 0 for host in fallen if host.status == "stale"), 0)
        found.append((seconds, f"resolvers may hold old answers for {names} so long, and the next step ends them"))
    if missing:
        found.append((given.durations.negative_ttl, "resolvers may remember so long that a new name was missing"))
    return found


def _records(plan: Plan) -> Iterator[Step]:
    """The steps that make, change or take away record sets, one a resource."""
    for step in plan.steps:
        if isinstance(step, Step) and step.op in (Op.CREATE, Op.UPDATE, Op.REPLACE, Op.DELETE):
            state = step.state
            if state is not None and state.type == RECORD:
                yield step


def _held(step: Step, edits: Sequence[Step], plan: Plan) -> int:
    """Seconds for which resolvers may hold the old answer. What an alias to another name is held for, that name says;
    the longest of all in the plan stands for it."""
    assert step.old is not None  # noqa: S101 - asked for those that have one
    ttl = step.old.inputs.get("ttl")
    if isinstance(ttl, (int, float)):
        return int(ttl)
    targets = [leaf for leaf in leaves(step.old.inputs.get("aliases")) if isinstance(leaf, str)]
    if any(target.rstrip(".").endswith(".cloudfront.net") for target in targets):
        return _ALIAS_TTL
    olds = (each.old for each in plan.steps if isinstance(each, Step) and each.old and each.old.type == RECORD)
    ttls = (old.inputs.get("ttl") for old in olds)
    return max((int(ttl) for ttl in ttls if isinstance(ttl, (int, float))), default=_ALIAS_TTL)


def _leads_to(plan: Plan, urns: Sequence[str], made: Step) -> bool:
    """Whether a record set among these leads to one that was made before."""
    assert made.new is not None  # noqa: S101 - asked for what was made
    name = record_name(made.new)
    for step in _records(plan):
        if step.urn in urns and step.new is not None:
            leads = [*leaves(step.new.inputs.get("records")), *leaves(step.new.inputs.get("aliases"))]
            if made.urn in step.new.dependencies or (name and name in leads):
                return True
    return False


def _under_way(
    steps: Mapping[str, tuple[Step, ...]], urns: Sequence[str], given: Circumstances
) -> Iterator[tuple[int, str]]:
    """What the engine does not wait for."""
    news = [new for urn in urns for new in (_new(steps[urn]),) if new is not None]
    awaited = {source for new in news if new.type == VALIDATION for source in new.sources("certificateArn")}
    for new in news:
        made = any(step.op in (Op.CREATE, Op.REPLACE) for step in steps[new.urn])
        if new.type == CERTIFICATE and made and new.urn not in awaited:
            yield given.durations.issuance, f"nothing in the program waits until {urn_name(new.urn)} is issued"
        if new.type == DISTRIBUTION and new.inputs.get("waitForDeployment") is False:
            yield given.durations.distribution, f"the engine does not wait until {urn_name(new.urn)} is deployed"


def _new(steps: Iterable[Step]) -> State | None:
    return next((step.new for step in steps if step.new is not None and step.op is not Op.DELETE), None)


def _in_a_row(plan: Plan, done: Sequence[str], windows: Sequence[Sequence[str]]) -> Plan:
    """A plan that does all of these one window after the other: a component that stands between two of them depends on
    all of the first, and all of the second depends on it."""
    at = {urn: number for number, window in enumerate(windows) for urn in window}
    together = plan_of(plan, done, at)
    members: list[list[str]] = [[] for _ in windows]
    ordered: list[AnyStep] = []
    for step in together.steps:
        number = at.get(step.urn)
        if number is None or not isinstance(step, Step) or step.new is None:
            continue
        members[number].append(step.urn)
    barriers = [
        Step(Op.CREATE, urn, None, State(urn, _BARRIER, custom=False, dependencies=tuple(members[number])))
        for number in range(len(windows) - 1)
        for urn in (f"urn:pulumi:{plan.stack}::{plan.project}::{_BARRIER}::{number}",)
    ]
    for step in together.steps:
        number = at.get(step.urn, 0)
        if number and isinstance(step, Step) and step.new is not None:
            new = replace(step.new, dependencies=(*step.new.dependencies, barriers[number - 1].urn))
            step = replace(step, new=new)
        ordered.append(step)
    return replace(together, steps=(*barriers, *ordered))
