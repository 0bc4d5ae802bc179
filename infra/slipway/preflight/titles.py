"""One line for each change, in the words a reviewer uses. Plan text stays raw here: the writers escape it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from slipway.plan import Secret, Unknown, Value, one_line, provider_urn, urn_name
from slipway.preflight.causes import Diagnosis
from slipway.preflight.differences import Absent, Difference
from slipway.preflight.edits import Action, Edit
from slipway.preflight.kinds import is_validation
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, alias_names, certificate_names
from slipway.preflight.shares import percent, weight_of
from slipway.preflight.world import World

__all__ = ["edit_title", "label_title"]

_MOST = 3  # Differences named in a title before the rest is counted.
_DONE = {Action.CREATE: "added", Action.DELETE: "removed", Action.REPLACE: "replaced", Action.UPDATE: "updated"}


def edit_title(world: World, diagnosis: Diagnosis) -> str:
    """What one edit does: `certificate static.example.org gains index.example.org`."""
    edit = diagnosis.edit
    subject = _subject(world, edit)
    if edit.action in (Action.CREATE, Action.DELETE):
        return f"{subject} {_DONE[edit.action]}"
    details = [*_moved_names(edit), *_details(diagnosis.own or diagnosis.found, edit)]
    if share := _share(world, edit):
        details = [*details[:-1], f"{details[-1]} ({share})"]
    done = "" if edit.action is Action.UPDATE and details else f" {_DONE[edit.action]}"
    return f"{subject}{done}" + (": " if done and details else " " if details else "") + _some(details)


def _share(world: World, edit: Edit) -> str:
    """From which share of the answers to which an edit of a weight leads: `2 % -> 7 %`; "" if it leads nowhere."""
    if edit.type != RECORD or not edit.old or not edit.new or weight_of(edit.new) == weight_of(edit.old):
        return ""
    was = percent(edit.old, world.sets_before, world.record_name)
    now = percent(edit.new, world.sets_after, world.record_name)
    return f"{was} -> {now}" if was and now else ""


def label_title(diagnoses: Iterable[Diagnosis]) -> str:
    """What a purely cosmetic change does: `tags of 5 resources`."""
    found = list(diagnoses)
    keys = sorted({d.key.replace("tagsAll", "tags") for diagnosis in found for d in diagnosis.found})
    where = one_line(urn_name(found[0].edit.urn), 60) if len(found) == 1 else f"{len(found)} resources"
    return f"{' and '.join(keys)} of {where}"


def _subject(world: World, edit: Edit) -> str:
    state, name = edit.state, one_line(urn_name(edit.urn), 80)
    if edit.type == RECORD:
        kind = "validation record" if is_validation(state) else "record"
        record_type = (edit.old or state).inputs.get("type") if edit.action is not Action.UPDATE else None
        policy = state.inputs.get("setIdentifier")
        parts = [kind, record_type, world.record_name(state) or name]
        parts += [f"({one_line(policy, 40)})"] if isinstance(policy, str) else []
        return " ".join(part for part in parts if isinstance(part, str))
    if edit.type == CERTIFICATE:
        domain = (edit.old or state).inputs.get("domainName")
        return f"certificate {domain if isinstance(domain, str) else name}"
    short = edit.type.rpartition(":")[2]
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in short).strip()
    if edit.type.startswith("pulumi:providers:"):
        return f"provider {short} {name}"
    return f"{words} {name}"


def _moved_names(edit: Edit) -> Iterator[str]:
    if edit.type not in (CERTIFICATE, DISTRIBUTION):
        return
    read = certificate_names if edit.type == CERTIFICATE else alias_names
    old, new = read(edit.old_inputs), read(edit.new_inputs)
    alias = "" if edit.type == CERTIFICATE else "alias "
    for verb, names in (("gains", new - old), ("loses", old - new)):
        if names:
            yield f"{verb} {alias}{_some(sorted(names))}"


def _details(found: tuple[Difference, ...], edit: Edit) -> Iterator[str]:
    told = {CERTIFICATE: ("domainName", "subjectAlternativeNames"), DISTRIBUTION: ("aliases",)}.get(edit.type, ())
    for difference in sorted(found, key=lambda d: d.key != "type"):
        if difference.key not in told:
            yield f"{difference.path}{_from_to(difference)}"
    if not found:
        names = [urn_name(provider_urn(state.provider)) for state in (edit.old, edit.new) if state]
        yield f"provider {' -> '.join(names)}" if len(set(names)) > 1 else "without a difference in its inputs"


def _from_to(difference: Difference) -> str:
    old, new = _short(difference.old), _short(difference.new)
    return f" {old} -> {new}" if old and new else ""


def _short(value: Value | Absent) -> str:
    """A scalar short enough for a title; "" for anything else."""
    match value:
        case Absent.ABSENT | None:
            return "none"
        case Unknown():
            return "(known after apply)"
        case Secret() | Mapping():
            return ""
        case list():
            return _short(value[0]) if len(value) == 1 else ""
        case bool():
            return str(value).lower()
        case str():
            return one_line(value, 60) if len(value) <= 60 and value.strip() else ""
        case _:
            return str(value)


def _some(items: list[str]) -> str:
    rest = len(items) - _MOST
    return ", ".join(items[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
