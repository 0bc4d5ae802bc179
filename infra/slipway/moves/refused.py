"""What a move raises that is not to be made, or that did not hold."""

from __future__ import annotations

from slipway.errors import SlipwayError

__all__ = ["Refused"]


class Refused(SlipwayError):
    """A check before or after a move says no. Nothing was moved, or all was put back, unless the message says so."""

    exit_status = 1
