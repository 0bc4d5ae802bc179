"""Deletes of what something else still refers to: the rule that AWS has for many types, each with a code of its own."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan import Value, leaves
from slipway.plan.operations import Operation
from slipway.preflight.aws.claims import Claim, Key, claims_by, stands_at
from slipway.preflight.aws.lives import Life, Version
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing, name_of, still_there
from slipway.preflight.verdict import AwsRefusal

__all__ = ["still_used"]

_KEEP = "Or keep the old one for now: retain_on_delete=True on it, and delete it by hand when nothing uses it."


def still_used(
    scene: Scene, error: str, doomed: tuple[str, ...], users: tuple[str, ...], *, by: tuple[str, ...]
) -> Iterator[AwsRefusal]:
    """One for each deleted resource of the `doomed` types to which one of the `users` may still refer; `by` says what
    a reference is: the doomed one's `id`, or outputs such as its `arn`."""
    deleted = [(life, end, _names(scene, life, version, by)) for life, version, end in scene.deleted(*doomed)]
    wanted = frozenset(name for _, _, names in deleted for name in names)
    if not wanted:
        return
    references = claims_by(scene.of(*users), lambda version: _references(version, wanted))
    for life, operation, names in deleted:
        claims = (claim for name in sorted(names) for claim in references.get((name,), ()))
        if user := next((claim for claim in claims if stands_at(scene.order, claim, operation)), None):
            yield _refusal(scene, error, life, operation, user)


def _refusal(scene: Scene, error: str, life: Life, operation: Operation, user: Claim) -> AwsRefusal:
    thing, other = name_of(life.urn), name_of(user.life.urn)
    because = f"{doing(operation)} while {other} uses it: {still_there(scene.order, user, operation)}"
    if user.until is None:
        advice = f"First take {thing} off {other} in an apply of its own, then delete it in the next. {_KEEP}"
    else:
        advice = (
            f"Let {other} move off {thing} first: create the new one beside it (no fixed name, no "
            f"delete_before_replace), or split: one apply that moves {other}, the next that deletes. {_KEEP}"
        )
    return AwsRefusal(error, life.urn, because, advice, (user.life.urn,))


def _names(scene: Scene, life: Life, version: Version, by: tuple[str, ...]) -> frozenset[str]:
    """How users name a doomed resource. What still stands under the same URN and name is the one they mean."""
    staying = (other.versions[-1] for other in scene.by_urn[life.urn] if other.end is None)
    return _named(version, by) - frozenset(name for other in staying for name in _named(other, by))


def _named(version: Version, by: tuple[str, ...]) -> frozenset[str]:
    values: list[Value] = [version.id if key == "id" else version.seen.outputs.get(key) for key in by]
    return frozenset(value for value in values if isinstance(value, str) and value)


def _references(version: Version, wanted: frozenset[str]) -> Iterator[Key]:
    for leaf in leaves(version.state.inputs):
        if isinstance(leaf, str) and leaf in wanted:
            yield (leaf,)
