"""The cloud's directory, as its MiniStack knows it."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["FAULTS", "directory", "faults_file"]

FAULTS = "SLIPWAY_LOCAL_FAULTS"
"""The environment variable with the path of `faults.json`, which is in the cloud's directory."""


def faults_file() -> Path:
    """Where `slipway.cloud.process.fail_origin` writes."""
    return Path(os.environ.get(FAULTS, "faults.json")).absolute()


def directory() -> Path:
    """The cloud's directory."""
    return faults_file().parent
