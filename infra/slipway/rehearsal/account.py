"""A rehearsal's account: what became of every hostname in every run, beside what the proof had said. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.preflight import Hostname, Verdict
from slipway.rehearsal.timeline import Span, Timeline, Watched

__all__ = ["SCHEMA", "Rehearsal", "Run", "Summary", "as_document", "disagreement", "summaries"]

SCHEMA = "slipway.rehearse/1"
_KEPT = frozenset({"lit", "new"})


@dataclass(frozen=True, slots=True)
class Run:
    """One apply: its seed, or the hostname whose counterexample it `shows`; how many operations ran at a time (0: the
    engine's own choice), the engine's exit status and last words, the resource that a fault struck, what happened when,
    and how many probes a second each name got at least."""

    seed: int
    shows: str
    parallel: int
    status: int
    said: str
    struck: str
    timeline: Timeline
    rate: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was rehearsed, what the proof says of it, and the runs. `scale`: the cloud's seconds in one of ours."""

    stack: str
    scale: float
    verdict: Verdict
    runs: tuple[Run, ...]
    fault: str = ""
    notes: tuple[str, ...] = ()

    @property
    def dark_seconds(self) -> float:
        """The longest that any hostname was dark in any run. A name that is meant to go may."""
        met = (each for run in self.runs for each in run.timeline.hostnames if each.name not in self.verdict.retire)
        return max((each.dark_seconds for each in met), default=0.0)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Where a run shows what the proof rules out: a bug of Slipway's, with the seed that shows it."""
        said = {hostname.name: hostname for hostname in self.verdict.hostnames}
        return tuple(
            f"run with seed {run.seed}{f', {run.shows}' if run.shows else ''}: {words}"
            for run in self.runs
            for each in run.timeline.hostnames
            if (words := disagreement(said[each.name], each))
        )

    @property
    def failed(self) -> tuple[Run, ...]:
        """The applies that did not come to a good end, though no fault struck them."""
        return tuple(run for run in self.runs if run.status and not run.struck)


def disagreement(said: Hostname, met: Watched) -> str:
    """What users met that the proof rules out; empty if nothing."""
    if said.status in _KEPT and met.dark:
        return (
            f"{said.name} is {said.status} by the proof, and was dark for {met.dark_seconds:.0f} s from "
            f"{met.dark[0].began:.0f} s: {met.example}"
        )
    if said.status == "lit" and met.served_first is None and met.requests:
        return f"{said.name} is lit by the proof, and never served"
    if said.status in _KEPT and met.served_first is not None and not met.served_last:
        return f"{said.name} is {said.status} by the proof, and was not served in the end"
    return ""


@dataclass(frozen=True, slots=True)
class Summary:
    """One hostname over all runs: what the proof says, the requests and failures of all, the longest outage of any and
    the most of it that only resolvers' old answers were to blame for (seconds)."""

    said: Hostname
    requests: int
    failures: Mapping[str, int]
    dark_seconds: float
    held_seconds: float


def summaries(rehearsal: Rehearsal) -> Iterator[Summary]:
    """Every hostname of the verdict, in its order."""
    runs = (run.timeline.hostnames for run in rehearsal.runs)  # each in the verdict's order, too
    for said, *met in zip(rehearsal.verdict.hostnames, *runs, strict=True):
        failures = sum((Counter(each.failures) for each in met), Counter[str]())
        yield Summary(
            said,
            requests=sum(each.requests for each in met),
            failures=dict(sorted(failures.items())),
            dark_seconds=max((each.dark_seconds for each in met), default=0.0),
            held_seconds=max((each.held_seconds for each in met), default=0.0),
        )


def as_document(rehearsal: Rehearsal) -> dict[str, Any]:
    """The account as JSON: seconds are the cloud's own, since the first operation began."""
    return {
        "schema": SCHEMA,
        "stack": rehearsal.stack,
        "scale": rehearsal.scale,
        "verdict": "approved" if rehearsal.verdict.approved else "refused",
        "fault": rehearsal.fault or None,
        "dark_seconds": round(rehearsal.dark_seconds, 1),
        "hostnames": [_summary(each) for each in summaries(rehearsal)],
        "notes": list(rehearsal.notes),
        "disagreements": list(rehearsal.disagreements),
        "runs": [_run(run) for run in rehearsal.runs],
    }


def _summary(each: Summary) -> dict[str, Any]:
    return {
        "name": each.said.name,
        "status": each.said.status,
        "worst_case_seconds": each.said.worst_case_seconds,
        "requests": each.requests,
        "failures": dict(each.failures),
        "dark_seconds": round(each.dark_seconds, 1),
        "held_seconds": round(each.held_seconds, 1),
    }


def _run(run: Run) -> dict[str, Any]:
    timeline = run.timeline
    return {
        "seed": run.seed,
        "counterexample_of": run.shows or None,
        "parallel": run.parallel or None,
        "engine_status": run.status,
        "struck": run.struck or None,
        "applied_seconds": round(timeline.applied, 1),
        "probes_a_second": round(run.rate, 1),
        "notes": list(timeline.notes),
        "hostnames": [_watched(each) for each in timeline.hostnames],
        "operations": [
            {
                "op": each.op,
                "urn": each.urn,
                "began": round(each.began, 1),
                "ended": None if each.ended is None else round(each.ended, 1),
                "failure": each.failure or None,
            }
            for each in timeline.operations
        ],
    }


def _watched(each: Watched) -> dict[str, Any]:
    def spans(given: tuple[Span, ...]) -> list[list[float]]:
        return [[round(span.began, 1), round(span.ended, 1)] for span in given]

    return {
        "name": each.name,
        "requests": each.requests,
        "failures": dict(sorted(each.failures.items())),
        "first": round(each.dark[0].began, 1) if each.dark else None,
        "last": round(each.dark[-1].ended, 1) if each.dark else None,
        "dark_seconds": round(each.dark_seconds, 1),
        "dark": spans(each.dark),
        "held": spans(each.held),
        "served_first": None if each.served_first is None else round(each.served_first, 1),
        "example": each.example or None,
    }
