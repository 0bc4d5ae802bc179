"""The previews that are missing, several at once: each of its commit's own files, in a work tree of its own.

A preview does not lock the stack. However this ends, no work tree and no engine is left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Event
from typing import TypeAlias

from slipway.engine.child import Watch
from slipway.errors import SlipwayError
from slipway.preflight import Verdict
from slipway.repository import Repository
from slipway.rollout.candidates.choice import Failed, Outcome
from slipway.rollout.candidates.memory import Memory

__all__ = ["Judge", "Judging", "Previews"]

Judge: TypeAlias = Callable[[Path, Watch], Verdict]
"""Previews the project in a directory, and judges that. While it waits, it calls the watch; what the watch raises ends
it. SlipwayError if there is no verdict."""

Judging: TypeAlias = Callable[[], AbstractContextManager[Judge]]
"""What a judge needs is there as long as the context; nobody enters it if nothing is missing."""

_TICK = 0.5  # seconds


class _Stopped(Exception):
    """Nobody waits for this preview any more."""


@dataclass(frozen=True, slots=True)
class Previews:
    """How previews are made: of the project in `folder` of the repository, so many at once."""

    repository: Repository
    folder: PurePosixPath
    judging: Judging
    memory: Memory
    jobs: int

    def outcomes(self, commits: Mapping[str, str], say: Callable[[int, int], None]) -> dict[str, Outcome]:
        """What comes of each commit, by the key that it is given under. What is remembered is not previewed again, what
        failed is. `say` hears how many of how many previews are done."""
        found: dict[str, Outcome] = {
            key: verdict for key in commits if (verdict := self.memory.recall(key)) is not None
        }
        missing = {key: commit for key, commit in commits.items() if key not in found}
        if missing:
            found |= self._made(missing, say)
        return found

    def _made(self, missing: Mapping[str, str], say: Callable[[int, int], None]) -> dict[str, Outcome]:
        stopped = Event()
        with self.judging() as judge, ThreadPoolExecutor(max_workers=self.jobs) as pool:
            futures = {pool.submit(self._preview, judge, commit, stopped): key for key, commit in missing.items()}
            try:
                return self._gathered(futures, say)
            finally:
                stopped.set()
                pool.shutdown(cancel_futures=True)

    def _gathered(self, futures: Mapping[Future[Outcome], str], say: Callable[[int, int], None]) -> dict[str, Outcome]:
        """The outcomes as they come; a verdict is remembered at once, so that an interruption loses little."""
        found: dict[str, Outcome] = {}
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=_TICK, return_when=FIRST_COMPLETED)
            for future in done:
                key, outcome = futures[future], future.result()
                found[key] = outcome
                if isinstance(outcome, Verdict):
                    self.memory.remember(key, outcome)
            say(len(found), len(futures))
        return found

    def _preview(self, judge: Judge, commit: str, stopped: Event) -> Outcome:
        def watch(seconds: float, stderr: str) -> None:
            if stopped.is_set():
                raise _Stopped

        try:
            with self.repository.checked_out(commit) as tree:
                try:
                    return judge(tree / self.folder, watch)
                except SlipwayError as error:
                    return Failed(error.message.replace(f"{tree}/", ""), error.advice.replace(f"{tree}/", ""))
        except SlipwayError as error:  # there is no such work tree
            return Failed(error.message, error.advice)
