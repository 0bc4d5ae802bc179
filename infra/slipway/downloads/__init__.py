"""Download counts from the access logs of the CDNs."""

from __future__ import annotations

__all__: list[str] = []
