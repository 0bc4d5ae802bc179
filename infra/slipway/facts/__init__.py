"""What is known of each AWS resource type: what forces its replacement, what it requires, how it can hurt.

The table is data (`aws-resource-facts.json`), read from the sources each row names; this module only types it.
It belongs to no cloud and no engine, so that the local cloud and the preflight read the same facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = ["Facts", "all_facts", "facts_for"]


@dataclass(frozen=True, slots=True)
class Facts:
    """One resource type, by its Pulumi token. Property paths are camelCase and dotted, without list indices."""

    replace_on: tuple[str, ...] = ()
    replace_conditions: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)
    auto_name: str | None = None
    delete_before_replace: Literal["never", "when_named", "always"] = "never"
    on_existing: Literal["error", "overwrite", "new"] = "new"
    hazards: tuple[str, ...] = ()
    source: str = ""


_KNOWN = frozenset(each.name for each in fields(Facts))


@cache
def all_facts() -> Mapping[str, Facts]:
    """Every known type's facts, by token such as `aws:route53/record:Record`."""
    rows = json.loads((Path(__file__).parent / "aws-resource-facts.json").read_text(encoding="utf-8"))
    return {token: _facts(row) for token, row in rows.items()}


def facts_for(token: str) -> Facts | None:
    """The facts of one type, or None where there are none: the caller decides what the absence means."""
    return all_facts().get(token)


def _facts(row: Mapping[str, Any]) -> Facts:
    """A row as a value; what the table says besides (`unverified`) is for its readers."""
    known: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items() if key in _KNOWN
    }
    return Facts(**known)
