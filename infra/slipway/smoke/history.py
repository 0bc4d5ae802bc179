"""The results of one day, kept for the next: what a deploy broke, and what it moved.

A run of all checks is kept, one file an environment. `--since-deploy` compares with it and keeps nothing, so it can be
asked again and again until the environment has settled. The real environment's file is in the user's state directory;
that of a local cloud lies with the cloud, and goes with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from slipway import state
from slipway.errors import BadInput
from slipway.smoke.model import Result

__all__ = ["Before", "Drift", "Since", "compare", "keep", "place", "recall"]

_SCHEMA = "slipway.smoke-results/1"


@dataclass(frozen=True, slots=True)
class Before:
    """Kept results, and when they were found (UTC)."""

    at: datetime
    results: Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Drift:
    """A value of a check that is another than it was; empty where there was or is none."""

    id: str
    value: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Since:
    """What is otherwise than before. `broken`: passed before and does not now, or was not there before and fails.

    `still` failed before as well; `mended` failed before only; `gone` is no longer looked at, as its name or file has
    left the settings.
    """

    at: datetime
    broken: tuple[Result, ...]
    still: tuple[Result, ...]
    mended: tuple[Result, ...]
    gone: tuple[str, ...]
    drifted: tuple[Drift, ...]


def place(environment: str, zone: str, variables: Mapping[str, str]) -> Path:
    """Where the results of an environment are kept: by its name and zone, as two projects may both have a `staging`."""
    return state.state_folder("smoke", variables) / f"{environment}.{zone}.json"


def keep(path: Path, results: Sequence[Result], now: datetime) -> None:
    """Write the results down, whole or not at all."""
    document = {"schema": _SCHEMA, "at": now.astimezone(UTC).isoformat(timespec="seconds")}
    state.keep(path, json.dumps({**document, "results": [asdict(one) for one in results]}, indent=1) + "\n")


def recall(path: Path) -> Before:
    """Read what was kept. BadInput if there is nothing, or nothing of ours."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != _SCHEMA:
            raise ValueError(document["schema"])
        results = [Result(**one) for one in document["results"]]
        return Before(datetime.fromisoformat(document["at"]), {one.id: one for one in results})
    except FileNotFoundError:
        raise BadInput(
            "there are no results from before the change to compare with",
            "Run `slipway smoke` for this environment before you apply a change; it keeps them.",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path} cannot be read: {error}", "Remove it, and run `slipway smoke` again.") from None


def compare(before: Before, results: Sequence[Result], families: Sequence[str] = ()) -> Since:
    """What a change did; `families` are those that were run, if not all. A check that passed and is now skipped is
    broken: nothing says any more that it works."""
    broken: list[Result] = []
    still: list[Result] = []
    mended: list[Result] = []
    drifted: list[Drift] = []
    for now in results:
        was = before.results.get(now.id)
        if was and was.status == "failed":
            (mended if now.status == "passed" else still).append(now)
        elif now.status == "failed" or (was and was.status == "passed" and now.status == "skipped"):
            broken.append(now)
        elif was and now.status == "passed":
            drifted.extend(_drift(was, now))
    asked = {one.id for one in before.results.values() if not families or one.family in families}
    gone = sorted(asked - {one.id for one in results})
    return Since(before.at, tuple(broken), tuple(still), tuple(mended), tuple(gone), tuple(drifted))


def _drift(was: Result, now: Result) -> list[Drift]:
    keys = sorted(was.seen.keys() | now.seen.keys())
    found = [Drift(now.id, key, was.seen.get(key, ""), now.seen.get(key, "")) for key in keys]
    return [one for one in found if one.was != one.now]
