"""Waiting for what AWS does after it has answered: polling as the official provider does, in the cloud's own time.

A wait holds no lock and takes one of the provider's many threads, so other operations go on beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from slipway.cloud.provider.cloud import Cloud

__all__ = ["until"]

_SOONEST, _LATEST = 0.02, 1.0  # seconds between two questions
_SHARE = 0.03  # of the time waited so far: a long wait asks less often
_LEAST = 60.0  # real seconds that a wait may take on a cloud whose time flies


def until(cloud: Cloud, done: Callable[[], bool], minutes: float) -> bool:
    """Ask until it is done. False if it is not after so many minutes of the cloud's clock, at least one of ours."""
    began = time.monotonic()
    limit = max(_LEAST, cloud.clock.real(minutes * 60))
    while not done():
        waited = time.monotonic() - began
        if waited > limit:
            return False
        time.sleep(min(_LATEST, max(_SOONEST, _SHARE * waited)))
    return True
