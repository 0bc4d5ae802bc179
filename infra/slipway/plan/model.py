"""`Plan`: what the engine says it will do, as a frozen value. No meaning is added here, and none is lost.

Steps stand in the engine's own order, old and new state beside each other: enough to know what exists before and
after, which edges order the operations, and whether a replacement creates or deletes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from slipway.plan.values import EMPTY, Value

__all__ = ["AnyStep", "Op", "Plan", "State", "Step", "UnknownStep"]


class Op(Enum):
    """Every kind of step engine 3.259 can print (pulumi/pkg, resource/deploy/step.go)."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    REFRESH = "refresh"
    DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"
    IMPORT = "import"
    IMPORT_REPLACEMENT = "import-replacement"
    DIFF = "diff"
    EXTEND_PARAMETERIZE = "extend-parameterize"


@dataclass(frozen=True, slots=True)
class State:
    """One resource as the engine's state holds it (old) or will hold it (new).

    `property_dependencies` says, for each input, which resources its value was computed from; it is empty where a
    language host does not report it, and then `dependencies` stands for every input.
    """

    urn: str
    type: str
    custom: bool = True
    external: bool = False
    id: Value = None
    inputs: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    outputs: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protect: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    replace_with: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    view_of: str = ""
    delete: bool = False
    pending_replacement: bool = False
    taint: bool = False
    init_errors: tuple[str, ...] = ()

    def sources(self, key: str) -> tuple[str, ...]:
        """The resources that the input `key` was computed from."""
        return self.property_dependencies.get(key, ()) if self.property_dependencies else self.dependencies


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the engine intends to do. The reasons are the engine's: inputs that differ, inputs that replace."""

    op: Op
    urn: str
    old: State | None = None
    new: State | None = None
    diff_reasons: tuple[str, ...] = ()
    replace_reasons: tuple[str, ...] = ()

    @property
    def state(self) -> State | None:
        """The newest state there is."""
        return self.new or self.old


@dataclass(frozen=True, slots=True)
class UnknownStep:
    """A step of a kind this version does not know: nothing may be concluded from it, so it always refuses."""

    op: str
    urn: str


AnyStep: TypeAlias = Step | UnknownStep


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole preview. `blocked` names protected resources over which the engine itself stopped: then the steps may
    be incomplete, and the plan can only be refused. `digest` binds the content to project and stack."""

    project: str
    stack: str
    steps: tuple[AnyStep, ...]
    blocked: tuple[str, ...]
    digest: str
