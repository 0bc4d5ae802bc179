"""Get an engine: the order of the ways, and what is said when none works."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from slipway.engine import build, cache, download, path
from slipway.engine.cache import CorruptEntryError, Made
from slipway.engine.model import VERSION, Engine, UnavailableError
from slipway.engine.progress import Progress, on_stderr
from slipway.engine.redaction import redact
from slipway.errors import EngineError

__all__ = ["Sources", "locate", "resolve"]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where engines come from: the search path, the cache directory, and the two URLs the download stands under."""

    path: str = field(default_factory=lambda: os.environ.get("PATH", os.defpath))
    cache: Path = field(default_factory=cache.default_root)
    archives: str = download.ARCHIVES
    checksums: str = download.CHECKSUMS

    @property
    def entry(self) -> Path:
        """The cache's directory for the engine of this release and machine."""
        return self.cache / f"{VERSION}-{download.target()}"


def resolve(progress: Progress | None = None, sources: Sources | None = None) -> Engine:
    """The engine to use: from PATH, else the cache, else downloaded, else built. Takes minutes at most once.

    Raises EngineError that names all three ways, and for each why it did not work here.
    """
    if progress is None:
        with on_stderr() as progress:
            return resolve(progress, sources)
    sources = sources or Sources()
    found = locate(sources, progress)
    if isinstance(found, Engine):
        return found
    try:
        return _make(sources, progress, not_on_path=str(found))
    except OSError as error:
        raise EngineError(
            f"the engine cannot be kept in {sources.cache}: {error}",
            "Make that directory writable, with 1 GB to spare, or set XDG_CACHE_HOME to another.",
        ) from error


def locate(sources: Sources, progress: Progress, *, rehash: bool = False) -> Engine | UnavailableError:
    """The engine that is on this machine already, or why there is none on PATH; changes nothing, asks nobody."""
    try:
        # Our own cache may stand on PATH (`slipway engine path`); it is the cache all the same, with its checks.
        outside = [entry for entry in sources.path.split(os.pathsep) if not _within(entry, sources.cache)]
        return path.find(os.pathsep.join(outside))
    except UnavailableError as reason:
        try:
            return cache.load(sources.entry, rehash=rehash) or reason
        except CorruptEntryError as corrupt:
            progress.note(f"the cached engine in {sources.entry} is not usable: {corrupt}")
            return reason


def _within(entry: str, root: Path) -> bool:
    return bool(entry) and Path(entry).absolute().is_relative_to(root.absolute())


def _make(sources: Sources, progress: Progress, not_on_path: str) -> Engine:
    """Fill the cache, unless another process just did."""
    with cache.lock(sources.cache, progress):
        try:
            if (engine := cache.load(sources.entry)) is not None:
                return engine
        except CorruptEntryError:
            progress.note("throwing it away and getting it anew")
            cache.remove(sources.entry)
        ways: tuple[tuple[str, Callable[[Path], Made]], ...] = (
            ("official download", lambda into: download.fetch(into, progress, sources.archives, sources.checksums)),
            ("built from the Go module proxy", lambda into: build.build(into, progress, sources.path)),
        )
        reasons = [("on PATH", not_on_path)]
        for name, fill in ways:
            try:
                return cache.make(sources.entry, fill)
            except UnavailableError as reason:
                progress.note(f"{name}: {redact(str(reason), os.environ)}")
                reasons.append((name, str(reason)))
    raise _none(reasons)


def _none(reasons: list[tuple[str, str]]) -> EngineError:
    lines = [f"  {number}. {name}: {reason}" for number, (name, reason) in enumerate(reasons, 1)]
    return EngineError(
        redact("\n".join(["no Pulumi engine: none of the three ways works here", *lines]), os.environ),
        f"Put Pulumi {VERSION} or newer on PATH (https://www.pulumi.com/docs/install/), or let this machine reach "
        f"get.pulumi.com and github.com, or install Go {build.GO_MINIMUM} or newer; then run `slipway engine`.",
    )
