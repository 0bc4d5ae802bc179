"""Partition projection: a Glue table's partitions worked out from its own properties, with none of them registered.

Source: Amazon Athena user guide, *Set up partition projection* and *Supported types for partition projection*. The
types here are `enum` columns, which is what the download logs' table has; another type fails the query.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Partition", "is_projected", "partitions"]


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition: the value of each key, and where its objects lie."""

    values: Mapping[str, str]
    bucket: str
    prefix: str


def is_projected(table: Mapping[str, Any]) -> bool:
    """Whether Athena works out the partitions of a Glue table, and so ignores any that are registered."""
    enabled = str((table.get("Parameters") or {}).get("projection.enabled", "")).strip().lower()
    return enabled == "true" and bool(table.get("PartitionKeys"))


def partitions(table: Mapping[str, Any]) -> tuple[Partition, ...]:
    """Every partition that the properties make. Raises ValueError as Athena fails a query on such a table."""
    parameters: Mapping[str, str] = table.get("Parameters") or {}
    keys = [str(key["Name"]) for key in table["PartitionKeys"]]
    choices = [_values(key, parameters) for key in keys]
    template = parameters.get("storage.location.template") or _hive_template(table, keys)
    missing = [key for key in keys if f"${{{key}}}" not in template]
    if missing:
        raise ValueError(f"INVALID_TABLE_PROPERTY: storage.location.template has no ${{{missing[0]}}}: {template}")
    return tuple(_partition(dict(zip(keys, row, strict=True)), template) for row in itertools.product(*choices))


def _values(key: str, parameters: Mapping[str, str]) -> list[str]:
    kind = str(parameters.get(f"projection.{key}.type", "")).strip().lower()
    if kind != "enum":
        raise ValueError(f"NOT_SUPPORTED: projection.{key}.type is {kind!r}; the local cloud projects enum alone")
    # White space is part of a value.
    values = parameters.get(f"projection.{key}.values", "")
    if not values:
        raise ValueError(f"INVALID_TABLE_PROPERTY: projection.{key}.values is missing")
    return values.split(",")


def _hive_template(table: Mapping[str, Any], keys: list[str]) -> str:
    location = str((table.get("StorageDescriptor") or {}).get("Location", "")).rstrip("/")
    return "/".join([location, *(f"{key}=${{{key}}}" for key in keys)])


def _partition(values: dict[str, str], template: str) -> Partition:
    location = re.sub(r"\$\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return Partition(values, bucket, f"{prefix.rstrip('/')}/" if prefix else "")
