"""One apply of a rehearsal: the engine under whoever directs it, watched from before its start until no resolver can
hold anything of it any more."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from slipway.cloud.clock import Clock
from slipway.engine.redaction import redact
from slipway.preflight import Event, Verdict
from slipway.preflight.resources import BUCKET, DISTRIBUTION
from slipway.rehearsal.account import Run
from slipway.rehearsal.conductor import Conductor
from slipway.rehearsal.director import Director
from slipway.rehearsal.faults import Fault
from slipway.rehearsal.perform import Applied, Engineer
from slipway.rehearsal.scene import FILE, Scene
from slipway.rehearsal.schedules import Replay
from slipway.rehearsal.timeline import WAYS, Probe, Timeline, watched
from slipway.rehearsal.times import Times
from slipway.rehearsal.watch import watching

__all__ = ["Play", "play"]

_UP = ("up", "--yes", "--skip-preview")
_PARALLEL = (1, 2, 4, 8, 16, 64)
_MANY = 64  # operations at a time, where a run is replayed: none may wait for a place
_SERVED_LIMIT = 10.0  # seconds until every hostname must have been served once, before the apply
_TAIL_TTL = 300  # seconds; what resolvers may still hold when the last record has changed
_LAST_WORDS = 4000  # characters


@dataclass(frozen=True, slots=True)
class Play:
    """In which order to apply. Seed 0 is the engine's own pace, others decide the order and the parallelism; a `run`
    is replayed event by event, the counterexample of the hostname `shows`."""

    seed: int = 0
    fault: Fault | None = None
    run: tuple[Event, ...] = ()
    shows: str = ""

    @property
    def parallel(self) -> int:
        """How many operations at a time; 0 leaves it to the engine."""
        if self.run:
            return _MANY
        return random.Random(self.seed).choice(_PARALLEL) if self.seed else 0  # noqa: S311 an order, not a secret


def play(scene: Scene, how: Play, pace: Clock, verdict: Verdict, say: Callable[[str], None]) -> Run:
    """Apply the program to the scene, which has just been set up, with users at every hostname of the verdict."""
    names = [hostname.name for hostname in verdict.hostnames]
    new = {hostname.name for hostname in verdict.hostnames if hostname.status == "new"}
    scene.run_at(pace)
    with watching(scene.cloud.directory, names, f"/{FILE}", verdict.external) as watch:
        unserved = watch.await_served(set(names) - new, _SERVED_LIMIT)
        applied, directed = _applied(scene, how, pace, say)
        time.sleep(pace.real(pace.durations.negative_ttl + pace.durations.record + _TAIL_TTL))
        ended = time.monotonic()
        zero = directed.times.first or applied.began  # Until then the engine only runs the program.
        probes = watch.probes(pace, zero)
    timeline = Timeline(
        directed.times.operations(pace, zero),
        watched(probes, names, pace.scaled(ended - zero), new=new),
        applied=pace.scaled(applied.ended - zero),
        ended=pace.scaled(ended - zero),
        notes=tuple(f"{name} was not served before the apply" for name in sorted(unserved)),
    )
    said = redact(applied.said, scene.shell)[-_LAST_WORDS:]
    struck = directed.struck if isinstance(directed, Conductor) else ""
    return Run(how.seed, how.shows, how.parallel, applied.status, said, struck, timeline, _rate(probes, pace))


def _applied(scene: Scene, how: Play, pace: Clock, say: Callable[[str], None]) -> tuple[Applied, Conductor | Director]:
    engineer = Engineer()
    directed: Conductor | Director = Conductor(
        pace, how.seed, how.fault, kill=engineer.kill, interrupt=engineer.interrupt
    )
    if how.run:
        directed = Director(Replay(how.run))
    command = scene.command(*_UP, *(("--parallel", str(how.parallel)) if how.parallel else ()))
    what = f"the counterexample of {how.shows}" if how.run else f"seed {how.seed}"
    with directed:
        applied = engineer.run(
            command,
            scene.project,
            {**scene.shell, **directed.environment},
            tick=_ticking(scene, directed.times, lambda seconds: say(f"{what}: the apply, {seconds:.0f} s")),
        )
    return applied, directed


def _ticking(scene: Scene, times: Times, say: Callable[[float], None]) -> Callable[[float], None]:
    """What there is to do while the engine runs: tell how long it has, and fill the buckets that it has created."""
    seen = 0

    def tick(seconds: float) -> None:
        nonlocal seen
        say(seconds)
        if (now := times.created(*BUCKET, DISTRIBUTION)) != seen:
            with suppress(BotoCoreError, ClientError, OSError):  # A bucket may go again, and the cloud may die.
                scene.fill()
            seen = now

    return tick


def _rate(probes: list[Probe], pace: Clock) -> float:
    """How often the least asked name was probed in one of our seconds, by all kinds of users at once."""
    counts = Counter(probe.name for probe in probes if probe.way == WAYS[0])
    if not counts:
        return 0.0
    spell = max(probe.ended for probe in probes) - min(probe.began for probe in probes)
    return min(counts.values()) / max(pace.real(spell), 0.001)
