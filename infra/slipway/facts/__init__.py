"""What is known of each AWS resource type: what forces its replacement, what it requires, how it can hurt.

The table is data (`aws-resource-facts.json`), read from the sources each row names; this module only types it.
It belongs to no cloud and no engine, so that the local cloud and the preflight read the same facts.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Facts", "all_facts", "facts_for"]


class Facts(BaseModel):
    """One resource type, by its Pulumi token. Property paths are camelCase and dotted, without list indices."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    replace_on: tuple[str, ...] = ()
    replace_conditions: dict[str, str] = Field(default_factory=dict)
    required: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    defaults: dict[str, object] = Field(default_factory=dict)
    auto_name: str | None = None
    delete_before_replace: Literal["never", "when_named", "always"] = "never"
    on_existing: Literal["error", "overwrite", "new"] = "new"
    hazards: tuple[str, ...] = ()
    source: str = ""


@cache
def all_facts() -> dict[str, Facts]:
    """Every known type's facts, by token such as `aws:route53/record:Record`."""
    text = (files(__package__) / "aws-resource-facts.json").read_text(encoding="utf-8")
    rows = cast("dict[str, object]", json.loads(text))
    return {token: Facts.model_validate(row) for token, row in rows.items()}


def facts_for(token: str) -> Facts | None:
    """The facts of one type, or None where there are none: the caller decides what the absence means."""
    return all_facts().get(token)
