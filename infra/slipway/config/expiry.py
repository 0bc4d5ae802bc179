"""Settings that were only for the moment, past their day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from slipway.config.model import StackConfig

__all__ = ["Expired", "expired_weights"]


class Expired(NamedTuple):
    """The weights of a name that were meant to hold until a day that is over."""

    service: str
    name: str
    until: date


def expired_weights(config: StackConfig, today: date) -> Iterator[Expired]:
    """Every such name, in the order of the settings."""
    for key, service, _ in config.services():
        for name, share in service.weights.items():
            if share.until and share.until < today:
                yield Expired(key, name, share.until)
