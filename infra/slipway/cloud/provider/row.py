"""One row of the table of resource types: how Pulumi's operations on a type map to boto3 calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.schema import Shape, input_shape, output_names
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import Properties
from slipway.facts import Facts, facts_for

__all__ = ["Operation", "ResourceType", "Validate", "text_name"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One create, update or delete. `cloud` speaks to the resource's own region."""

    cloud: Cloud
    id: str  # empty on create
    old: Properties  # the recorded state: inputs and outputs; empty on create
    new: Properties  # the new inputs; the recorded ones on delete
    ids: list[str] = field(default_factory=list)  # what a create notes as soon as AWS says it, before it goes on

    @property
    def tags(self) -> dict[str, str]:
        """The provider's default tags under the resource's own."""
        return {**self.cloud.default_tags, **self.new.get("tags", {})}

    def changed(self, *names: str) -> bool:
        """Whether any of these inputs differs from the recorded state."""
        return any(self.old.get(name) != self.new.get(name) for name in names)


Validate: TypeAlias = Callable[[Properties, list[Failure]], None]
Same: TypeAlias = Callable[[Any, Any, Properties], bool]


def text_name(name: str, suffix: str) -> str:
    """The official plugin's automatic name: the logical one and seven hexadecimal digits."""
    return f"{name}-{suffix}"


def _nothing(properties: Properties, failures: list[Failure]) -> None:
    """No limits beyond the SDK's types."""


def _any_change(old: Properties, new: Properties, failures: list[Failure]) -> None:
    """Every change of inputs is possible."""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """`read` returns every property the world holds, in the program's terms, or None when the thing is gone."""

    token: str
    create: Callable[[Operation], str]
    read: Callable[[Cloud, str, Properties], Properties | None]
    update: Callable[[Operation], None]
    delete: Callable[[Operation], None]
    validate: Validate = _nothing
    # What cannot become of the recorded inputs, given old and new ones: refused before anything is planned.
    validate_change: Callable[[Properties, Properties, list[Failure]], None] = _any_change
    automatic_name: Callable[[str, str], str] = text_name
    # Dotted paths of lists whose order means nothing to AWS, so that reordering them changes nothing.
    sets: frozenset[str] = frozenset()
    # Inputs that only instruct the provider; they live in Pulumi's state and AWS never sees them.
    local: frozenset[str] = frozenset()
    # Inputs that AWS takes and never gives back: the private half of an imported certificate, an object's body.
    write_only: frozenset[str] = frozenset()
    # Dotted paths of inputs that AWS fills in when the program leaves them out: leaving them out is no difference.
    filled: frozenset[str] = frozenset()
    # Inputs that others may set where the program leaves them out: no drift (Optional and Computed in the official
    # provider, whose refresh takes such a value into the outputs alone).
    elsewhere: frozenset[str] = frozenset()
    # Whether an empty object is more than nothing: a web ACL's action is chosen by its presence.
    empty_counts: bool = False
    # Outputs that any update may change, unknown while it is previewed.
    volatile: frozenset[str] = frozenset()
    # Dotted paths with an equality of their own (policy documents, host names), given both values and the inputs.
    same: Mapping[str, Same] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        facts = facts_for(self.token)
        if facts is None:
            raise LookupError(self.token)
        return facts

    @property
    def shape(self) -> Shape:
        return input_shape(self.token)

    @property
    def outputs(self) -> frozenset[str]:
        return output_names(self.token)
