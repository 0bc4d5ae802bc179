"""How downloads are counted out of the CDN's logs."""

from __future__ import annotations

from pydantic import Field

from slipway.config.fields import Strict

__all__ = ["DownloadsConfig"]

_GIGABYTE = 1_000_000_000


class DownloadsConfig(Strict):
    """What a query of the logs on Athena may scan; Athena charges for each byte of it, and cancels a query above."""

    scan_gigabytes: int = Field(
        default=200,
        ge=1,
        le=100_000,
        description="whole gigabytes that one query may scan, from 1 to 100000 (a hundred terabytes)",
    )

    @property
    def scan_bytes(self) -> int:
        """The limit as Athena takes it, in bytes."""
        return self.scan_gigabytes * _GIGABYTE
