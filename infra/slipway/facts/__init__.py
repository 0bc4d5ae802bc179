"""What is known of each AWS resource type: what forces its replacement, what it requires, how it can hurt.

The table is data (`aws-resource-facts.json`), read from the sources each row names; this module only types it.
It belongs to no cloud and no engine, so that the local cloud and the preflight read the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

__all__ = ["Facts", "all_facts", "facts_for"]


class Facts(msgspec.Struct, frozen=True, gc=False):
    """One resource type, by its Pulumi token. Property paths are camelCase and dotted, without list indices. What the
    table says besides (`unverified`) is for its readers."""

    replace_on: tuple[str, ...] = ()
    replace_conditions: Mapping[str, str] = {}
    required: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = {}
    auto_name: str | None = None
    delete_before_replace: Literal["never", "when_named", "always"] = "never"
    on_existing: Literal["error", "overwrite", "new"] = "new"
    hazards: tuple[str, ...] = ()
    source: str = ""


@cache
def all_facts() -> Mapping[str, Facts]:
    """Every known type's facts, by token such as `aws:route53/record:Record`."""
    table = (Path(__file__).parent / "aws-resource-facts.json").read_bytes()
    return msgspec.json.decode(table, type=dict[str, Facts])


def facts_for(token: str) -> Facts | None:
    """The facts of one type, or None where there are none: the caller decides what the absence means."""
    return all_facts().get(token)
