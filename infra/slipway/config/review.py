"""Which changes need how many explicit reviews."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from slipway.config.fields import Hostname, Hostnames, Strict

__all__ = ["ChangeKind", "ReviewConfig", "ReviewRule"]

ChangeKind: TypeAlias = Literal[
    "certificate", "dns", "distribution", "origin", "function", "access", "logging", "alarm", "other"
]
"""A change's kind, as reports call it."""

_KINDS = "certificate, dns, distribution, origin, function, access, logging, alarm or other"
Share = Annotated[float, Field(ge=0, le=100, strict=False)]


class ReviewRule(Strict):
    """So many reviews for every change that meets all of the conditions; without any, for every change."""

    reviews: int = Field(ge=1, le=10, description="how many people must approve, from 1 to 10")
    kinds: tuple[ChangeKind, ...] = Field(
        default=(), strict=False, description=f"a list of kinds of change, each of them {_KINDS}"
    )
    names: Hostnames = Field(
        default=(), description="a list of host names of this stack; *.example.org is every name below example.org"
    )
    traffic_above: Share | None = Field(
        default=None, description="a percentage of the requests, from 0 to 100, that the change's names have together"
    )


class ReviewConfig(Strict):
    """Of the rules that a change meets, the one that asks for the most counts."""

    traffic: dict[Hostname, Share] = Field(
        default_factory=dict,
        max_length=100,
        description="host names of this stack, each with its percentage of all requests; the names that are left out "
        "share the rest",
    )
    rules: tuple[ReviewRule, ...] = Field(
        strict=False,
        min_length=1,
        max_length=50,
        description="1 to 50 rules, each with reviews and any of kinds, names and traffic_above",
    )
