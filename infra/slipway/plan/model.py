"""`Plan`: what the engine says it will do, as a frozen value. No meaning is added here, and none is lost.

Steps stand in the engine's own order, old and new state beside each other: enough to know what exists before and
after, which edges order the operations, and whether a replacement creates or deletes first.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

import msgspec

from slipway.plan.values import NOTHING, Value, as_value, is_plain, properties

__all__ = ["AnyStep", "Op", "Plan", "State", "Step", "UnknownStep"]


class Op(StrEnum):
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


class _Once:
    """A part of a state that is read when it is first asked for, and kept: `functools.cached_property` without the
    lock that it takes before Python 3.12."""

    def __init__(self, read: Callable[[State], dict[str, Value]]) -> None:
        self._read, self._name = read, read.__name__
        self.__doc__ = read.__doc__

    def __get__(self, state: State, owner: type[State]) -> dict[str, Value]:
        found = state.__dict__[self._name] = self._read(state)
        return found


class State(msgspec.Struct, frozen=True, dict=True, rename="camel", omit_defaults=True):
    """One resource as the engine's state holds it (old) or will hold it (new), in the engine's own fields.

    `inputs` and `outputs` are read when they are first asked for: most of a plan is resources that stay, of types
    nobody asks about. `property_dependencies` says, for each input, which resources its value was computed from; it is
    empty where a language host does not report it, and then `dependencies` stands for every input.
    """

    urn: str
    type: str
    custom: bool = True
    external: bool = False
    raw_id: str = msgspec.field(name="id", default="")
    raw_inputs: msgspec.Raw = msgspec.field(name="inputs", default=NOTHING)
    raw_outputs: msgspec.Raw = msgspec.field(name="outputs", default=NOTHING)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, tuple[str, ...] | None] = {}
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

    @property
    def id(self) -> Value:
        """The provider's name for the real thing; None before it is created."""
        return as_value(self.raw_id) or None

    @_Once
    def inputs(self) -> dict[str, Value]:
        """What the program asks for. Raises BadInput if the preview holds something else."""
        return properties(self.raw_inputs, self.urn)

    @_Once
    def outputs(self) -> dict[str, Value]:
        """What the provider answered. Raises BadInput if the preview holds something else."""
        return properties(self.raw_outputs, self.urn)

    @property
    def is_plain(self) -> bool:
        """Whether no input can be unknown or secret."""
        return is_plain(bytes(self.raw_inputs))

    def sources(self, key: str) -> tuple[str, ...]:
        """The resources that the input `key` was computed from."""
        return (self.property_dependencies.get(key) or ()) if self.property_dependencies else self.dependencies


class Step(msgspec.Struct, frozen=True, gc=False):
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


class UnknownStep(msgspec.Struct, frozen=True, gc=False):
    """A step of a kind this version does not know: nothing may be concluded from it, so it always refuses."""

    op: str
    urn: str


AnyStep: TypeAlias = Step | UnknownStep


class Plan(msgspec.Struct, frozen=True):
    """A whole preview. `blocked` names protected resources over which the engine itself stopped: then the steps may
    be incomplete, and the plan can only be refused. `digest` binds the content to project and stack."""

    project: str
    stack: str
    steps: tuple[AnyStep, ...]
    blocked: tuple[str, ...]
    digest: str
