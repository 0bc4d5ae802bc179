"""Roots -> changes: which roots a reviewer would call one thing. Each rule below joins; nothing else does.

A consequence goes where its first cause goes, and never joins two roots: a distribution that follows both a new
certificate and a new function is where two changes meet, not what makes them one. The rules, with their reasons, are
docs/decisions/0003-changes.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from slipway.plan import State, provider_urn
from slipway.preflight.causes import Diagnosis
from slipway.preflight.edits import Action, Edit
from slipway.preflight.kinds import is_bucket, is_bucket_setting, is_validation, kind_of
from slipway.preflight.lifetimes import joined_lifetimes
from slipway.preflight.names import CERTIFICATE, RECORD
from slipway.preflight.serving import joined_by_serving
from slipway.preflight.union import Union
from slipway.preflight.world import World

__all__ = ["group"]


def group(world: World, diagnoses: Mapping[str, Diagnosis]) -> tuple[tuple[str, ...], ...]:
    """Every edit's URN in exactly one group, in engine order; one group is one change."""
    union = Union()
    primary = _primary_causes(diagnoses)
    roots = [urn for urn, cause in primary.items() if cause == ""]
    for urn, cause in primary.items():
        union.join(urn, cause or urn)
    for urn in roots:
        for thing in _things(world, diagnoses[urn]):
            union.join(urn, thing)
    _join_all(union, joined_lifetimes(world, diagnoses))
    _join_all(union, joined_by_serving(world, diagnoses))
    _join_all(union, _same_public_name(world, primary))
    _join_labels(union, diagnoses)
    return union.groups(diagnoses)


def _primary_causes(diagnoses: Mapping[str, Diagnosis]) -> dict[str, str]:
    """Each edit's first cause, "" for a root. Every edit is reached from a root: a circle of causes, which no engine
    prints, gets one, so that nothing can hide by explaining itself."""
    follows: dict[str, list[str]] = defaultdict(list)
    first: dict[str, str] = {}
    for urn, diagnosis in diagnoses.items():
        if diagnosis.is_root:
            first[urn] = ""
        else:
            material = [c for c in diagnosis.causes if not diagnoses[c].is_cosmetic]
            follows[(material or diagnosis.causes)[0]].append(urn)
    pending = list(first)
    for urn in (*pending, *diagnoses):
        reached = [urn]
        if urn not in first:
            first[urn] = ""
        while reached:
            cause = reached.pop()
            for follower in follows[cause]:
                if follower not in first:
                    first[follower] = cause
                    reached.append(follower)
    return first


def _things(world: World, diagnosis: Diagnosis) -> Iterator[str]:
    """The things an edit is about: one public name, one bucket, one certificate, one component that is one thing."""
    edit = diagnosis.edit
    for state in (edit.old, edit.new):
        if state:
            yield from _physical(world, state)
    component = world.component(edit.urn)
    if component and world.is_one_thing(component):
        yield f"component {component}"
    if kind_of(edit.state) == "alarm" and diagnosis.own and edit.action is Action.UPDATE:
        # An alarm serves nobody: one threshold turned in all services' alarms is one decision.
        yield "alarm " + "; ".join(sorted(f"{d.path} {d.old!r} {d.new!r}" for d in diagnosis.own))
    if edit.old and edit.new and not diagnosis.found and edit.old.provider != edit.new.provider:
        yield f"provider {provider_urn(edit.new.provider)}"  # A default provider's own step is never printed.


def _physical(world: World, state: State) -> Iterator[str]:
    if state.type == RECORD and (name := world.record_name(state)):
        yield f"name {name}"
    if is_bucket(state.type):
        yield f"bucket {state.urn}"
        yield from (f"bucket {name}" for name in (state.inputs.get("bucket"), state.id) if isinstance(name, str))
    if is_bucket_setting(state.type):
        buckets = [s for s in state.sources("bucket") if (found := world.state(s)) and is_bucket(found.type)]
        written = state.inputs.get("bucket")
        if not buckets and isinstance(written, str):
            buckets = [written]
        yield from (f"bucket {bucket}" for bucket in buckets)
    if is_validation(state):
        yield from (f"certificate {s}" for s in state.sources("name") if f"{CERTIFICATE}::" in s)
    if state.type == CERTIFICATE:
        yield f"certificate {state.urn}"


def _same_public_name(world: World, primary: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A record set written by hand goes with one of the same name that follows from something else: AAAA with A."""
    following: dict[str, str] = {}
    for urn, cause in primary.items():
        edit = world.edits[urn]
        if cause and edit.type == RECORD and not is_validation(edit.state):
            for name in _names(world, edit):
                following.setdefault(name, urn)
    for urn, cause in primary.items():
        if not cause and world.edits[urn].type == RECORD:
            yield from ((urn, following[name]) for name in _names(world, world.edits[urn]) if name in following)


def _names(world: World, edit: Edit) -> frozenset[str]:
    return world.names(state for state in (edit.old, edit.new) if state)


def _join_all(union: Union, pairs: Iterator[tuple[str, str]]) -> None:
    for one, other in pairs:
        union.join(one, other)


def _join_labels(union: Union, diagnoses: Mapping[str, Diagnosis]) -> None:
    """The same labels on many resources are one cosmetic change, as long as nothing material hangs on them."""
    for members in union.groups(diagnoses):
        if all(diagnoses[urn].is_cosmetic for urn in members):
            keys = {d.key.replace("tagsAll", "tags") for urn in members for d in diagnoses[urn].found}
            union.join(members[0], "labels " + " ".join(sorted(keys)))
