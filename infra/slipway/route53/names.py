"""Record sets and batches of them, and the one spelling that names are compared in. Pure.

Sources: Route 53 API Reference, ResourceRecordSet and ChangeResourceRecordSets (a batch is made whole or not at all).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

__all__ = ["Batch", "RecordSet", "host", "identity"]

RecordSet: TypeAlias = Mapping[str, Any]
Batch: TypeAlias = list[tuple[str, RecordSet]]
"""Actions of one batch, in order, each with its record set."""


def host(name: str) -> str:
    """A DNS name in the one spelling that names are compared in: lower case, no final dot, a plain asterisk."""
    return name.replace("\\052", "*").rstrip(".").lower()


def identity(record: RecordSet) -> tuple[str, str, str]:
    """What makes a record set one thing within its zone: name, type, set identifier."""
    return host(record["Name"]), record["Type"], record.get("SetIdentifier", "")
