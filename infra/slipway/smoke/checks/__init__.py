"""The checks, one module a family, each with `checks(target)`. Looking happens when a check is run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slipway.errors import BadInput
from slipway.smoke.checks import dns, downloads, golden, http, releases, tls
from slipway.smoke.model import Check
from slipway.smoke.target import Target

__all__ = ["FAMILIES", "every"]

FAMILIES = {
    "dns": dns.checks,
    "tls": tls.checks,
    "http": http.checks,
    "downloads": downloads.checks,
    "releases": releases.checks,
    "golden": golden.checks,
}


def every(target: Target, only: Sequence[str] = ()) -> Iterator[Check]:
    """The checks of an environment, of all families or of these. BadInput names a family that there is not."""
    if unknown := [name for name in only if name not in FAMILIES]:
        raise BadInput(f"there are no checks called {unknown[0]!r}", f"There are {', '.join(FAMILIES)}.")
    for name, checks in FAMILIES.items():
        if not only or name in only:
            yield from checks(target)
