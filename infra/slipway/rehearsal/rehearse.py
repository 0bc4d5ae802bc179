"""Rehearse a stack: the deployed state on a fresh local cloud, probes on every hostname, and the real `pulumi up`.

Each run begins from the deployed state again. The first goes at the engine's own pace; the others in an order and with
a parallelism that their seed decides. Or each takes the order of one of the proof's counterexamples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from slipway.cloud.clock import USUAL_SCALE, Clock
from slipway.engine import Engine
from slipway.errors import BadInput
from slipway.plan import read_plan
from slipway.preflight import Durations, Verdict, check
from slipway.rehearsal.account import Rehearsal, Run
from slipway.rehearsal.apply import Play, play
from slipway.rehearsal.faults import Fault
from slipway.rehearsal.scene import Scene, opened

__all__ = ["Wanted", "rehearse"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to rehearse. `scale`: the cloud's seconds in one of ours; `external`, `retire`: as for preflight;
    `counterexamples`: replay those, if there are any, instead of runs by seeds; `official`: by the official AWS plugin,
    which cannot be directed (BadInput if that is asked for as well); `settings`: a file to use instead of the stack's
    own."""

    stack: str
    environment: str
    guarded: bool
    external: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    durations: Durations = field(default_factory=Durations)
    runs: int = 1
    seed: int = 0
    fault: Fault | None = None
    scale: float = USUAL_SCALE
    counterexamples: bool = False
    official: bool = False
    settings: Path | None = None

    def __post_init__(self) -> None:
        if self.official and (self.fault or self.seed or self.runs > 1 or self.counterexamples):
            raise BadInput(
                "the official AWS plugin takes no cues: it cannot be directed, and no fault strikes it",
                "Leave out --fault, --seed, --runs and --counterexamples, or --plugin official.",
            )

    def plays(self, verdict: Verdict) -> list[Play]:
        """The applies, in their order."""
        shown = {hostname.counterexample: hostname.name for hostname in verdict.hostnames if hostname.counterexample}
        if self.counterexamples and shown:
            return [Play(run=run, shows=name) for run, name in shown.items()]
        return [Play(seed, self.fault) for seed in range(self.seed, self.seed + self.runs)]


def rehearse(
    wanted: Wanted, exported: str, project: Path, engine: Engine, say: Callable[[str], None] = lambda words: None
) -> Rehearsal:
    """Rehearse the program in `project` on a stack's exported state. `say` hears what is going on.

    BadInput for a project or a state that cannot be rehearsed; EngineError where the engine fails before the apply.
    An apply that fails is part of the account.
    """
    pace = Clock(wanted.scale, wanted.durations)
    with opened(wanted.stack, project, engine, settings=wanted.settings, official=wanted.official) as scene:

        def set_up() -> tuple[str, ...]:
            return scene.set_up(exported, lambda words: say(f"the deployed state: {words}"))

        foreign = set_up()
        say("the engine's preview")
        verdict = _judged(scene, wanted)
        runs: list[Run] = []
        for how in wanted.plays(verdict):
            if runs:
                set_up()
            runs.append(play(scene, how, pace, verdict, say))
        notes = tuple(f"{urn} is not of AWS: it was left as it was" for urn in foreign)
        if wanted.official:
            notes = (*notes, "the official plugin tells nobody when its operations begin and end")
        fault = f"{wanted.fault.kind}@{wanted.fault.step}" if wanted.fault else ""
        return Rehearsal(wanted.stack, wanted.scale, verdict, tuple(runs), fault, notes)


def _judged(scene: Scene, wanted: Wanted) -> Verdict:
    return check(
        read_plan(scene.preview()),
        environment=wanted.environment,
        guarded=wanted.guarded,
        external=wanted.external,
        retire=wanted.retire,
        durations=wanted.durations,
    )
