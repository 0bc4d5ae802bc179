"""Every error Slipway raises on purpose, and the exit status each one ends a command with.

    SlipwayError
    ├── BadInput           2  an argument, a file or a config value is wrong; nothing was changed
    │   └── ConfigError    2  a stack's config value, with file, key, value and what is allowed
    ├── EngineError        3  the Pulumi engine failed, or there is none
    │   └── CloudError     3  the cloud, local or AWS, could not be reached or turned a call down
    ├── fetch.NotFetched   1  a file did not come
    ├── NotAnnounced       3  nobody could be told that production is about to be touched
    ├── moves.Refused      1  a move is not to be made, or did not hold and was taken back
    └── index.Refused      1  what was asked for would break downloads, or cannot be undone

Anything else that escapes is a bug, and the command line says so.
"""

from __future__ import annotations

__all__ = ["BadInput", "CloudError", "ConfigError", "EngineError", "SlipwayError"]


class SlipwayError(Exception):
    """One sentence that says what is wrong, and `advice`: one that says what to do about it."""

    exit_status = 2

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class BadInput(SlipwayError):
    """An argument, a file or a value that Slipway cannot work with."""


class ConfigError(BadInput):
    """A stack's configuration that does not fit the model."""


class EngineError(SlipwayError):
    """The Pulumi engine failed or is missing."""

    exit_status = 3


class CloudError(EngineError):
    """The cloud, the local one or AWS, is not running, does not answer or turned a call down."""
