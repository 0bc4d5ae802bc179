"""What a refresh would find -> what was changed by hand. Pure.

A property differs if an `up` of the program as it was applied would put it back: that is how the engine compares
(pulumi/pkg, resource/deploy/step.go, `RefreshStep.Apply`: it asks the provider for the difference between what is
there and the inputs that were applied). So what AWS computes (an ETag, a status, a date) is no drift, and neither is
what the program ignores.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from slipway.drift.model import BY_HAND, Difference, Finding, shown
from slipway.errors import EngineError
from slipway.plan import SECRET, State, one_line, urn_name
from slipway.plan.document import RawStep, decode
from slipway.preflight.differences import Difference as Leaf
from slipway.preflight.differences import differences
from slipway.preflight.edits import Action, Edit
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, alias_names, certificate_names, record_name
from slipway.preflight.resources import record_set

__all__ = ["changed_by_hand"]

_ALIKE = ("refresh", "same")


def changed_by_hand(document: str | bytes) -> tuple[Finding, ...]:
    """Every resource that the world has otherwise than the state; read from what
    `pulumi refresh --preview-only --json` prints.

    BadInput for a text that is no such document, EngineError for a step that no refresh has.
    """
    read = decode(document)
    steps = [step for step in read.steps if step.old_state and step.old_state.custom and not step.old_state.delete]
    found = [finding for step in steps if (finding := _finding(step))]
    named = sum(step.op not in _ALIKE or _is_foreign(step) for step in read.steps)
    if (unsaid := _counted(read.change_summary) - named) > 0:
        found.append(Finding(BY_HAND, f"{unsaid} more, not named: see pulumi refresh --preview-only --diff"))
    return tuple(sorted(found, key=lambda finding: finding.urns))


def _finding(step: RawStep) -> Finding | None:
    old, new = step.old_state, step.new_state
    assert old is not None  # noqa: S101 - only such steps come here
    if step.op in _ALIKE:
        return None
    if step.op == "delete":
        return Finding(BY_HAND, f"{_subject(old)} is gone", (step.urn,), (), _hostnames(old, old), gone=True)
    if step.op != "update" or new is None:
        raise EngineError(
            f"the refresh has a step that is none: {one_line(step.op, 40)} of {one_line(urn_name(step.urn), 80)}",
            "Run `slipway engine verify`.",
        )
    told = tuple(Difference(leaf.path, shown(leaf.old), shown(leaf.new)) for leaf in _leaves(step, old, new))
    return Finding(BY_HAND, _subject(old), (step.urn,), told, _hostnames(old, new))


def _leaves(step: RawStep, old: State, new: State) -> Iterator[Leaf]:
    """What differs under the properties that the engine names. A provider that reads back only the inputs that were
    given tells in the outputs what was added to them; where neither shows a difference, it is a secret's."""
    inputs = _by_key(step.urn, old, new)
    outputs = _by_key(step.urn, _answered(old), _answered(new))
    told = dict.fromkeys(re.split(r"[.\[]", reason, maxsplit=1)[0] for reason in step.diff_reasons or ())
    for key in told or {**inputs, **outputs}:
        yield from inputs.get(key) or outputs.get(key) or (Leaf(key, key, SECRET, SECRET),)


def _by_key(urn: str, old: State, new: State) -> Mapping[str, list[Leaf]]:
    found: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in differences(Edit(urn, Action.UPDATE, old, new, (), (), ())):
        found[leaf.key].append(leaf)
    return found


def _answered(state: State) -> State:
    """The state with what the provider answered for what was asked of it."""
    return replace(state, raw_inputs=state.raw_outputs)


def _is_foreign(step: RawStep) -> bool:
    """Whether the program only reads it. The engine counts it as changed for any output, and does not show which."""
    return step.op in _ALIKE and step.old_state is not None and step.old_state.external


def _counted(summary: object) -> int:
    """How many resources the engine counts that differ or are gone."""
    if not isinstance(summary, dict):
        raise EngineError("the refresh has no changeSummary: it did not finish", "Try again.")
    return sum(count for op, count in summary.items() if op != "same" and isinstance(count, int))


def _subject(state: State) -> str:
    """The resource in words: `bucket versioning crates`, `record TXT example.org`."""
    if state.type == RECORD:
        return f"record {one_line(str(state.inputs.get('type')), 20)} {one_line(record_name(state), 80)}"
    kind = re.sub(r"(?<!^)(?=[A-Z])", " ", state.type.rpartition(":")[2]).lower()
    return f"{kind} {one_line(urn_name(state.urn), 80)}"


def _hostnames(old: State, new: State) -> tuple[str, ...]:
    """The public names that a resource is about: of an alias that was added or taken away as well."""
    if old.type == RECORD:
        view = record_set(old)
        return (view.name,) if view.answers_for_a_host and isinstance(view.name, str) else ()
    if old.type not in (CERTIFICATE, DISTRIBUTION):
        return ()
    names = certificate_names if old.type == CERTIFICATE else alias_names
    return tuple(sorted(names(old.inputs) | names(new.inputs)))
