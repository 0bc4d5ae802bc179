"""The rules, one a file. A rule reads plain values and yields violations; it knows no engine and no environment.

A rule about a single resource is asked before the engine touches that resource. A rule about the stack sees how the
resources relate, in the preview and again when everything is done. Ask about one resource wherever that is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Protocol, TypeAlias

from slipway.policy.model import Level, Resource, Stack, Violation
from slipway.policy.rules import (
    access_block_complete,
    access_block_present,
    access_logging,
    alarm_present,
    alias_covered,
    allow_overwrite,
    certificate_region,
    delete_first,
    https_only,
    origin_access,
    protected,
    public_acl,
    public_policy,
    tls_version,
    ttl_order,
)

__all__ = ["RESOURCE_RULES", "RULES", "STACK_RULES", "ResourceRule", "Rule", "StackRule"]


class ResourceRule(Protocol):
    """A module of this package about single resources, of the types in `TYPES`."""

    ID: str
    TITLE: str
    WHY: str
    SOURCE: str
    LEVEL: Level

    @property
    def TYPES(self) -> Collection[str]:  # noqa: N802 a constant of the module
        """The type tokens of the resources it is asked about."""

    @property
    def violations(self) -> Callable[[Resource], Iterator[Violation]]:
        """Everything the rule has against a resource of its types."""


class StackRule(Protocol):
    """A module of this package about how the resources of a stack relate."""

    ID: str
    TITLE: str
    WHY: str
    SOURCE: str
    LEVEL: Level

    @property
    def violations(self) -> Callable[[Stack], Iterator[Violation]]:
        """Everything the rule has against a stack."""


Rule: TypeAlias = ResourceRule | StackRule

RESOURCE_RULES: tuple[ResourceRule, ...] = (
    tls_version,
    https_only,
    public_acl,
    public_policy,
    access_block_complete,
    origin_access,
    ttl_order,
    allow_overwrite,
    delete_first,
)
STACK_RULES: tuple[StackRule, ...] = (
    access_block_present,
    access_logging,
    alias_covered,
    certificate_region,
    protected,
    alarm_present,
)
RULES: tuple[Rule, ...] = (*RESOURCE_RULES, *STACK_RULES)
