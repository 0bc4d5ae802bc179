"""The rows of the table of resource types, a module a service or a kind."""

from __future__ import annotations

__all__: list[str] = []
