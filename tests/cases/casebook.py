"""What a captured case is: an edit of the standard site, and the verdict that somebody decided it must get.

    @case("a TTL", changes=1)
    def record_ttl_changed(site: Site) -> Edit:
        yield                                  # above: what stands before, where it is not the standard site
        change(site, "static", ttl=60)         # below: the edit

The folder is named after the function; `edits/` holds them by theme.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import edits
from sites import STATIC, Site, declared, standard

__all__ = ["CASES", "RULES", "Case", "Edit", "case", "every_case"]

Edit = Iterator[None]
RULES = (
    "aws-refusal",
    "double-claim",
    "hostname-dark",
    "hostname-dim",
    "hostname-retired",
    "hostname-stale",
    "hostname-unknown",
    "one-change",
    "protected-delete",
)


@dataclass(frozen=True, slots=True)
class Case:
    """`before` and `after` are resources for program.py; `expected` is what expected.json holds; `stopped` if the
    preview itself fails."""

    name: str
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    expected: dict[str, Any]
    stopped: bool

    @property
    def site(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after}


CASES: dict[str, Case] = {}


def case(
    why: str,
    *,
    changes: int = 1,
    cosmetic: int = 0,
    rules: tuple[str, ...] = (),
    aws: tuple[str, ...] = (),
    args: tuple[str, ...] = (),
    hostnames: dict[str, str] | None = None,
    stopped: bool = False,
) -> Callable[[Callable[[Site], Edit]], Callable[[Site], Edit]]:
    """Declare a case: its real and its cosmetic changes, the rules that refuse it (no other may; none: it is approved),
    AWS's errors (exactly these), and the status of hostnames: the site's own is lit unless something is said of it.
    `stopped`: the engine's own preview ends with an error."""
    rules = tuple(sorted({*rules, *(["aws-refusal"] if aws else []), *(["one-change"] if changes > 1 else [])}))
    statuses = {STATIC: "lit", **(hostnames or {})}
    expected = {
        "args": list(args),
        "exit": 1 if rules else 0,
        "changes": changes,
        "cosmetic": cosmetic,
        "rules": list(rules),
        "not_rules": [rule for rule in RULES if rule not in rules],
        "aws": list(aws),
        "hostnames": {name: [status] for name, status in statuses.items() if status},
        "why": why,
    }

    def keep(edit: Callable[[Site], Edit]) -> Callable[[Site], Edit]:
        name = edit.__name__
        assert name not in CASES, f"two cases are named {name}"
        CASES[name] = Case(name, *_sides(edit), expected, stopped)
        return edit

    return keep


def _sides(edit: Callable[[Site], Edit]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    site = standard()
    running = edit(site)
    next(running)
    before = deepcopy(declared(site))
    next(running, None)
    return before, declared(site)


def every_case() -> dict[str, Case]:
    """All that edits/ declares, by name."""
    for module in pkgutil.iter_modules(edits.__path__):
        importlib.import_module(f"edits.{module.name}")
    return CASES
