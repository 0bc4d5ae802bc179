"""Judgement -> what a person reads, and what a machine reads. Names come from outside and are escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from slipway.report.escape import for_terminal
from slipway.runbooks import alarm, url
from slipway.stack_outputs import ServiceOutputs
from slipway.watch.judge import Finding, Judgement, Outcome, ServiceState
from slipway.watch.signs import Kind, Number

__all__ = ["HEADINGS", "Subject", "as_json", "clock", "finding_lines", "headline", "row"]

HEADINGS = ("service", "requests/min", "usual", "4xx %", "5xx %", "MB/min", "usual", "")

_RUNBOOKS = {
    Kind.RETRY_STORM: "request-surge",
    Kind.RISE_5XX: "errors",
    Kind.RISE_4XX: "errors",
    Kind.SILENCE: "service-urgent",
}
_MEANS = {
    Kind.RETRY_STORM: "requests are up and successes are not: clients fail and try again",
    Kind.RISE_5XX: "more answers than allowed are 5xx",
    Kind.RISE_4XX: "many answers are 4xx where there was success before",
    Kind.SILENCE: "hardly anything is served any more",
}
_DARK = (
    "Look at once whether the name is dark, and fetch a real file. If either fails, you may roll back the last apply "
    "or undo the last weight. Nothing is wrong where a weight step took the traffic away."
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is watched: an environment, its services by key, where the runbooks are to be read, and in `note` what is
    to be known about the numbers."""

    environment: str
    services: Mapping[str, ServiceOutputs]
    runbooks: str
    note: str = ""


def clock(minute: int) -> str:
    """A minute as time of day, UTC."""
    return f"{datetime.fromtimestamp(minute * 60, UTC):%H:%M}"


def headline(subject: Subject, judgement: Judgement) -> str:
    """The outcome in one line."""
    counted = [judgement.outcome_of(state) for state in judgement.services]
    parts = [f"{counted.count(outcome)} {outcome}" for outcome in Outcome if outcome in counted]
    judged = max((state.judged for state in judgement.services), default=0)
    minutes = f"{judged} minutes since {clock(judgement.since)} UTC"
    return for_terminal(f"{subject.environment}: {judgement.outcome} ({', '.join(parts)}), {minutes}")


def row(judgement: Judgement, state: ServiceState) -> tuple[str, ...]:
    """A service's newest minute under `HEADINGS`; the last cell says how it stands."""
    point, usual = state.point, state.usual
    known = bool((point and point.bytes) or (usual and usual.bytes.high))  # logs are counted without bytes
    kinds = sorted({finding.kind for finding in judgement.findings if state.service in finding.services})
    standing = ", ".join(kinds) or (f"inconclusive: {state.doubt}" if state.doubt else "as usual")
    numbers = (
        f"{point.requests:,.0f}" if point else "-",
        f"{usual.requests.middle:,.0f}" if usual else "-",
        f"{point.rate_4xx:.1f}" if point else "-",
        f"{point.rate_5xx:.1f}" if point else "-",
        f"{point.bytes / 1e6:,.1f}" if point and known else "-",
        f"{usual.bytes.middle / 1e6:,.1f}" if usual and known else "-",
    )
    return (for_terminal(state.service), *numbers, standing)


def finding_lines(subject: Subject, finding: Finding) -> Iterator[str]:
    """What it is, the numbers, what to do, and the runbook: a heading, and lines below it."""
    yield for_terminal(f"{finding.kind}: {_message(subject, finding)}")
    yield f"do: {_advice(finding)}"
    yield for_terminal(f"runbook: {_runbook(subject, finding)}")


def as_json(subject: Subject, judgement: Judgement) -> dict[str, Any]:
    """The whole judgement, `slipway.watch/1`."""
    return {
        "schema": "slipway.watch/1",
        "environment": subject.environment,
        "outcome": judgement.outcome,
        "since": _iso(judgement.since),
        "until": _iso(judgement.until),
        "note": subject.note,
        "services": [_service(subject, judgement, state) for state in judgement.services],
        "findings": [_finding(subject, finding) for finding in judgement.findings],
    }


def _service(subject: Subject, judgement: Judgement, state: ServiceState) -> dict[str, Any]:
    newest = asdict(state.point) | {"minute": _iso(state.point.minute)} if state.point else None
    return {
        **_place(subject, state.service),
        "outcome": judgement.outcome_of(state),
        "because": state.doubt,
        "minutes": {"judged": state.judged, "of": state.minutes},
        "newest": newest,
        "usual": asdict(state.usual) if state.usual else None,
    }


def _finding(subject: Subject, finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        **_place(subject, finding.service),
        "first": _iso(finding.first),
        "last": _iso(finding.last),
        "numbers": [asdict(number) for number in finding.numbers],
        "message": _message(subject, finding),
        "advice": _advice(finding),
        "runbook": _runbook(subject, finding),
    }


def _place(subject: Subject, service: str) -> dict[str, Any]:
    outputs = subject.services[service]
    return {"service": service, "distribution_id": outputs.distribution_id, "hostnames": _hostnames(outputs)}


def _hostnames(outputs: ServiceOutputs) -> list[str]:
    return list(dict.fromkeys(name for name in (outputs.host, *outputs.hostnames) if name))


def _message(subject: Subject, finding: Finding) -> str:
    outputs = subject.services[finding.service]
    named = ", ".join(filter(None, (outputs.distribution_id, *_hostnames(outputs))))
    where = f"{finding.service} ({named})" if named else finding.service
    when = clock(finding.first) if finding.first == finding.last else f"{clock(finding.first)} to {clock(finding.last)}"
    numbers = _numbers(finding.service, finding.numbers)
    return f"{where}, {when} UTC: {_MEANS[finding.kind]}. By the minute: {numbers}"


def _numbers(service: str, numbers: Sequence[Number]) -> str:
    return "; ".join(
        f"{number.what}{'' if number.service == service else f' of {number.service}'} "
        f"{_shown(number, number.value)}, usually {_shown(number, number.usual)}"
        for number in numbers
    )


def _shown(number: Number, value: float) -> str:
    return f"{value:.2f}" if number.what.endswith("%") else f"{value:,.0f}"


def _advice(finding: Finding) -> str:
    return _DARK if finding.kind is Kind.SILENCE else alarm(_RUNBOOKS[finding.kind]).first_line


def _runbook(subject: Subject, finding: Finding) -> str:
    return url(alarm(_RUNBOOKS[finding.kind]), subject.runbooks)


def _iso(minute: int) -> str:
    return f"{datetime.fromtimestamp(minute * 60, UTC):%Y-%m-%dT%H:%MZ}"
