"""Edits of the names a distribution answers for: whose change is an alias that comes or goes?

A name is served by a certificate, then an alias, then a record. An alias that waits for a certificate which gains the
same name belongs to the certificate's change. Without a certificate in play, an alias and the first record of a new
name are one change, and so are the last record and the alias of a name that goes. A record never belongs to a change
that issues a certificate: nothing that must exist throughout may wait behind an issuance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from slipway.preflight.causes import Diagnosis
from slipway.preflight.differences import is_cosmetic
from slipway.preflight.edits import Action, Edit
from slipway.preflight.names import CERTIFICATE, DISTRIBUTION, RECORD, alias_names, certificate_names, covers
from slipway.preflight.world import World

__all__ = ["joined_by_serving"]


def joined_by_serving(world: World, diagnoses: Mapping[str, Diagnosis]) -> Iterator[tuple[str, str]]:
    """Pairs of a distribution whose aliases alone were edited, and the certificate or records they go with."""
    coming, going = _records(world, Action.CREATE), _records(world, Action.DELETE)
    for diagnosis in diagnoses.values():
        if not _only_aliases(diagnosis):
            continue
        edit = diagnosis.edit
        old, new = alias_names(edit.old_inputs), alias_names(edit.new_inputs)
        certificates = list(_certificates_behind(diagnosis, diagnoses))
        for certificate in certificates:
            if _moves_the_same_names(certificate, new - old, old - new):
                yield certificate.urn, edit.urn
        if not certificates:
            for name in sorted(new - old - world.names_before):
                yield from ((edit.urn, urn) for urn in coming[name])
            for name in sorted(old - new - world.names_after):
                yield from ((edit.urn, urn) for urn in going[name])


def _only_aliases(diagnosis: Diagnosis) -> bool:
    edit, own = diagnosis.edit, [d for d in diagnosis.own if not is_cosmetic(d)]
    changed = edit.action in (Action.UPDATE, Action.REPLACE)
    return edit.type == DISTRIBUTION and changed and bool(own) and all(d.key == "aliases" for d in own)


def _certificates_behind(diagnosis: Diagnosis, diagnoses: Mapping[str, Diagnosis]) -> Iterator[Edit]:
    """The certificates whose issuance this edit waits for, through their validations."""
    pending, seen = list(diagnosis.causes), set(diagnosis.causes)
    while pending:
        cause = diagnoses[pending.pop()]
        if cause.edit.type == CERTIFICATE:
            yield cause.edit
        elif cause.edit.type == RECORD or cause.edit.type.startswith("aws:acm/"):
            pending.extend(set(cause.causes) - seen)
            seen.update(cause.causes)


def _moves_the_same_names(certificate: Edit, gained: frozenset[str], lost: frozenset[str]) -> bool:
    old, new = certificate_names(certificate.old_inputs), certificate_names(certificate.new_inputs)
    return all(covers(new - old, name) for name in gained) and all(covers(old - new, name) for name in lost)


def _records(world: World, action: Action) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for edit in world.edits.values():
        if edit.type == RECORD and edit.action is action:
            for name in world.names([edit.state]):
                found[name].append(edit.urn)
    return found
