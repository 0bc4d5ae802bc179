"""Log objects: what a SOURCE names, and how each is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["LogObject"]


@dataclass(frozen=True, slots=True)
class LogObject:
    """One object of access logs: its name for messages, its size in bytes, and how it is opened."""

    name: str
    size: int
    open: Callable[[], BinaryIO]
