"""Asks before something is done to a guarded environment."""

from __future__ import annotations

import sys

import typer

from slipway.errors import BadInput

__all__ = ["consent"]


def consent(question: str, *, guarded: bool, yes: bool) -> None:
    """Come back if it may be done: the environment is not guarded, `--yes` was given, or a person says so. BadInput
    where nobody is there to ask, or the answer is no."""
    if yes or not guarded:
        return
    if not sys.stdin.isatty():
        raise BadInput("this environment is guarded, and nobody is here to be asked", "Add --yes if it is meant.")
    if not typer.confirm(f"{question}?", err=True):
        raise BadInput("not done", "Nothing was changed.")
