"""The `slipway` command: one module a command group, each a thin shell around the package that does the work.

Exit statuses, everywhere: 0 done or approved, 1 refused, 2 bad input or usage, 3 the engine or the cloud failed. A
watch also knows 4, inconclusive.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from slipway.cli.options import plain
from slipway.errors import SlipwayError

__all__ = ["main"]

# Command -> the module that registers it. A command loads its own module alone: `preflight` is run in every pull
# request, and should not wait for what only the local cloud needs.
_MODULES = {
    "preflight": "preflight",
    "approve": "approve",
    "apply": "apply",
    "rollout": "rollout",
    "rollback": "rollback",
    "next": "next",
    "split": "split",
    "rehearse": "rehearse",
    "smoke": "smoke",
    "watch": "watch",
    "drift": "drift",
    "ledger": "ledger",
    "override": "override",
    "shift": "shift",
    "move": "move",
    "releases": "releases",
    "invalidate": "invalidate",
    "index": "index",
    "access": "access",
    "downloads": "downloads",
    "runbooks": "runbooks",
    "cloud": "cloud",
    "env": "cloud",
    "engine": "engine",
    "doctor": "doctor",
}


def _terminated(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every expected failure ends as one line on standard error and an exit status."""
    signal.signal(signal.SIGTERM, _terminated)  # what CI sends; children are stopped as for Ctrl-C
    try:
        _run(sys.argv[1:])
    except SlipwayError as error:
        print(f"slipway: {error.message}", file=sys.stderr)
        if error.advice:
            print(f"  {error.advice}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("slipway: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os._exit(1)  # whoever read the output has gone: there is nobody to tell, and nothing left to flush


def _run(words: Sequence[str]) -> None:
    """A preflight that is spelled out at once, all else by the typer application."""
    if words and words[0] == "preflight":
        _load_msgspec()
        from slipway.cli import preflight

        if (values := plain(preflight.PARAMETERS, words[1:])) is not None:
            preflight.preflight(**values)
    from slipway.cli.app import application

    application(_MODULES)()


def _load_msgspec() -> None:
    """Load msgspec as if typing_extensions, which it can do without, were not installed: `typing` has all that it looks
    for there, and a sixth of a small plan's time goes into loading it."""
    if "typing_extensions" not in sys.modules:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]
        try:
            import msgspec  # noqa: F401
        finally:
            del sys.modules["typing_extensions"]
