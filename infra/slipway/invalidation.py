"""Drop paths from a distribution's caches, and wait until every edge has done so.

The rules of paths and their limits are those of the Amazon CloudFront Developer Guide, *What you need to know when
invalidating paths* and *Concurrent invalidation request maximum*.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from slipway.aws import ClientError, code_of, reported
from slipway.engine.progress import Progress
from slipway.errors import BadInput, CloudError

__all__ = ["EVERYTHING", "Invalidation", "ask", "check_paths", "start", "wait"]

EVERYTHING = "/*"

_MOST_PATHS = 3000
_MOST_WILDCARDS = 15
_LONGEST = 4000  # characters of one path, encoded
_EVERY = 5.0  # seconds between two questions; an invalidation takes from ten seconds to minutes

# Everything but the "unsafe" characters of RFC 1738, which the guide names as what to encode, and no others: encoded
# otherwise than a viewer asks, a path drops nothing and nobody notices. A `~` it also names, but no client encodes it.
_SAFE = "/!$&'()*+,;=:@?~%"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Invalidation:
    """An invalidation that CloudFront has accepted. Nothing stops it any more."""

    id: str
    distribution_id: str
    paths: tuple[str, ...]


def check_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """The paths as CloudFront takes them: percent-encoded, each once. No path means all: `/*`.

    A path is what a viewer asks for, query string included; where a router rewrites it, name both forms. What is
    encoded already stays as it is. BadInput names the first path that CloudFront would refuse, or the limit passed.
    """
    encoded = tuple(dict.fromkeys(_encoded(path) for path in paths or (EVERYTHING,)))
    wildcards = sum(path.endswith("*") for path in encoded)
    if len(encoded) > _MOST_PATHS:
        raise BadInput(f"{len(encoded)} paths, and CloudFront takes {_MOST_PATHS} at a time", "Use a wildcard: /dir/*.")
    if wildcards > _MOST_WILDCARDS:
        raise BadInput(
            f"{wildcards} paths with a wildcard, and CloudFront takes {_MOST_WILDCARDS} at a time",
            "Use one that covers them all, or run this several times.",
        )
    return encoded


def start(client: Any, distribution_id: str, paths: Sequence[str]) -> Invalidation:
    """Ask CloudFront to drop `paths`, as `check_paths` returned them. CloudError in AWS's words if it will not."""
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": f"slipway-{uuid.uuid4()}"}
    with reported(f"distribution {distribution_id} cannot be invalidated"):
        try:
            made = client.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch)
        except ClientError as error:
            if code_of(error) == "TooManyInvalidationsInProgress":
                raise CloudError(
                    f"distribution {distribution_id} has too many invalidations in progress",
                    "Wait for them: `aws cloudfront list-invalidations` shows them.",
                ) from None
            raise
    return Invalidation(str(made["Invalidation"]["Id"]), distribution_id, tuple(paths))


def wait(
    client: Any,
    invalidation: Invalidation,
    progress: Progress,
    *,
    limit: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> float:
    """Return the seconds it took until every edge had dropped the paths.

    CloudError after `limit` seconds: the invalidation goes on, only the waiting ends. The same holds for an interrupt.
    """
    started = clock()
    while not _completed(client, invalidation):
        gone = clock() - started
        if gone >= limit:
            raise CloudError(
                f"invalidation {invalidation.id} is not complete after {gone:.0f} s; it goes on", ask(invalidation)
            )
        progress.tick(f"invalidation {invalidation.id} in progress: {gone:.0f} s")
        sleep(min(_EVERY, limit - gone))
    return clock() - started


def ask(invalidation: Invalidation) -> str:
    """How to see later what became of it."""
    return (
        f"`aws cloudfront get-invalidation --distribution-id {invalidation.distribution_id} --id {invalidation.id}` "
        "says how it stands."
    )


def _completed(client: Any, invalidation: Invalidation) -> bool:
    with reported(f"invalidation {invalidation.id} goes on, but its state cannot be read"):
        answer = client.get_invalidation(DistributionId=invalidation.distribution_id, Id=invalidation.id)
    return bool(answer["Invalidation"]["Status"] == "Completed")


def _encoded(path: str) -> str:
    if not path.startswith("/"):
        raise BadInput(f"the path {path!r} does not begin with a slash", f"Write it as {'/' + path!r}.")
    if "*" in path[:-1]:
        raise BadInput(f"the path {path!r} has a * before its end", "CloudFront takes it as the last character only.")
    if "#" in path:
        raise BadInput(f"the path {path!r} has a fragment, which no client sends", "Write a number sign as %23.")
    if not all(character.isprintable() for character in path):
        raise BadInput(f"the path {path!r} has control characters", "Write them percent-encoded if they are meant.")
    encoded = quote(_BROKEN_ESCAPE.sub("%25", path), safe=_SAFE)
    if len(encoded) > _LONGEST:
        raise BadInput(
            f"the path {path[:60]!r}... has {len(encoded)} characters, and CloudFront takes {_LONGEST}",
            "Use a wildcard.",
        )
    return encoded
