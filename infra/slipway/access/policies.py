"""Who may do what: each role's needs, as IAM policy documents that fit into managed policies."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slipway.access.needs import LEDGER_KEPT, PROTECTED, STATE_READ, STATE_WRITE, TASKS, TYPES, Need
from slipway.access.scope import Scope, arns, condition

__all__ = ["LARGEST", "Policy", "Role", "allowed", "denied", "policies"]

LARGEST = 6144
"""Characters of a managed policy, white space not counted (IAM user guide, *IAM and STS quotas*)."""

_CONFIG = (Need("s3:PutObject", "document"),)
_COMMANDS = (
    "the guard",
    "the ledger",
    "slipway apply",
    "slipway watch",
    "slipway invalidate",
    "slipway move",
    "slipway index set-dl",
    "slipway releases index",
)

Statement = dict[str, Any]


class Role(StrEnum):
    """The deployer runs `pulumi up`, the uploader publishes files, the reviewer looks, the counter counts downloads."""

    DEPLOYER = "deployer"
    UPLOADER = "uploader"
    REVIEWER = "reviewer"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Policy:
    """A managed policy: its name, and its document."""

    name: str
    document: dict[str, Any]


def policies(role: Role, scope: Scope) -> tuple[Policy, ...]:
    """The managed policies of a role, each within IAM's limit of size; what is denied stands in the first."""
    statements = [*_statements("Deny", denied(role, scope), scope), *_statements("Allow", allowed(role, scope), scope)]
    parts = tuple(_packed(statements))
    name = f"slipway-{scope.environment}-{role}"
    return tuple(
        Policy(f"{name}-{number}", {"Version": "2012-10-17", "Statement": part}) for number, part in enumerate(parts, 1)
    )


def allowed(role: Role, scope: Scope) -> frozenset[Need]:
    """What a role needs to do its work on the stack, and nothing else."""
    match role:
        case Role.DEPLOYER:
            types = {need for row in TYPES.values() for need in row}
            lost = {need.action for need in PROTECTED} if scope.protected else set()
            types = {need for need in types if need.action not in lost}
            return frozenset(types | {*_tasks("the program", *_COMMANDS), *STATE_WRITE})
        case Role.UPLOADER:
            return frozenset(_tasks("publishing", "slipway invalidate", "slipway releases index"))
        case Role.COUNTER:
            return frozenset(_tasks("slipway downloads", "slipway downloads on Athena"))
        case Role.REVIEWER:
            reads = {need for row in TYPES.values() for need in row.read}
            return frozenset(reads | {*_tasks("the program", "the ledger", "slipway watch"), *STATE_READ})


def denied(role: Role, scope: Scope) -> frozenset[Need]:
    """What a role may not do whatever else it is given: end what is protected, or steer downloads while uploading."""
    match role:
        case Role.DEPLOYER:
            return frozenset((*LEDGER_KEPT, *(PROTECTED if scope.protected else ())))
        case Role.UPLOADER:
            return frozenset(_CONFIG)
        case Role.COUNTER:
            return frozenset()
        case Role.REVIEWER:
            return frozenset(LEDGER_KEPT)


def _tasks(*names: str) -> Iterator[Need]:
    for name in names:
        yield from TASKS[name]


def _statements(effect: str, needs: Iterable[Need], scope: Scope) -> Iterator[Statement]:
    """One statement for what has the same resources and the same condition. A denial has no condition to slip past."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for need in sorted(needs):
        groups[need.kind, json.dumps(condition(scope, need) if effect == "Allow" else {})].append(need.action)
    kinds = [kind for kind, _ in groups]
    for (kind, narrowed), actions in sorted(groups.items()):
        if not (resources := arns(scope, kind)):
            continue  # the stack has no service with any
        yield {
            "Sid": _sid(effect, kind, actions if kinds.count(kind) > 1 else []),
            "Effect": effect,
            "Action": sorted(set(actions)),
            "Resource": list(resources),
            **({"Condition": json.loads(narrowed)} if narrowed != "{}" else {}),
        }


def _sid(effect: str, kind: str, actions: list[str]) -> str:
    """Letters and digits only, unique in a document: the kind, and the first action where a kind has several."""
    words = [effect, *re.split(r"[-:]", kind), *([actions[0].partition(":")[2]] if actions else [])]
    return "".join(word[:1].upper() + word[1:] for word in words)


def _packed(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Statements in order, as many a document as fit."""
    part: list[Statement] = []
    for statement in statements:
        if part and _size([*part, statement]) > LARGEST:
            yield part
            part = []
        part.append(statement)
    if part:
        yield part


def _size(statements: list[Statement]) -> int:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    return len(re.sub(r"\s", "", text))
