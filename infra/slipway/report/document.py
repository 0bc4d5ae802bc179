"""Verdict -> JSON, the contract other tools rely on. Fields are added, never renamed or removed."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from slipway.preflight import Finding, Irreversible, Override, Verdict, WayBack

__all__ = ["SCHEMA", "as_json", "override_document"]

SCHEMA = "slipway.preflight/1"


def as_json(verdict: Verdict) -> str:
    """The verdict as one JSON object. ASCII only, so that no character in it can act on a terminal."""
    document = {
        "schema": SCHEMA,
        "verdict": "approved" if verdict.approved else "refused",
        "environment": verdict.environment,
        "guarded": verdict.guarded,
        "project": verdict.project,
        "stack": verdict.stack,
        "plan": verdict.digest,
        "unchanged": verdict.unchanged,
        "external": list(verdict.external),
        "retire": list(verdict.retire),
        "changes": [
            {
                "id": change.id,
                "kind": change.kind,
                "cosmetic": change.cosmetic,
                "title": change.title,
                "root": change.root,
                "steps": [{"op": step.op.value, "urn": step.urn} for step in change.steps],
            }
            for change in verdict.changes
        ],
        "hostnames": [
            {
                "name": hostname.name,
                "status": hostname.status,
                "because": hostname.because,
                "counterexample": [{"event": e.event, "op": e.op.value, "urn": e.urn} for e in hostname.counterexample],
                "worst_case_seconds": hostname.worst_case_seconds,
            }
            for hostname in verdict.hostnames
        ],
        "aws_refusals": [
            {"error": refusal.error, "urn": refusal.urn, "because": refusal.because} for refusal in verdict.aws_refusals
        ],
        "refusals": _findings(verdict.refusals),
        "warnings": _findings(verdict.warnings),
        "not_evaluated": [{"rule": rule.rule, "because": rule.because} for rule in verdict.not_evaluated],
        "overrides": [override_document(each) for each in verdict.overrides],
        "checklist": [
            {"question": each.question, "answer": each.answer, "met": each.met} for each in verdict.checklist
        ],
        "way_back": _way_back(verdict.way_back),
    }
    # Written by C and then laid out by C: with an indent, `json` writes in Python.
    try:
        return msgspec.json.format(json.dumps(document), indent=2) + "\n"
    except msgspec.DecodeError:  # Half a surrogate pair in somebody's text: JSON has it, Unicode has not.
        return json.dumps(document, indent=2) + "\n"


def override_document(override: Override) -> dict[str, object]:
    """An override as one JSON object; `hostname` is null if it is about every name."""
    return {
        "entry": override.entry,
        "rule": override.rule,
        "hostname": override.hostname or None,
        "who": override.who,
        "since": override.since,
        "until": override.until,
        "reason": override.reason,
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [{"rule": f.rule, "message": f.message, "advice": f.advice, "urns": list(f.urns)} for f in findings]


def _way_back(way: WayBack | None) -> dict[str, object] | None:
    if way is None:
        return None
    return {
        "status": way.status,
        "finished": way.finished,
        "because": way.because,
        "until": _irreversible(way.until) if way.until else None,
        "seconds": way.seconds,
        "exact": way.exact,
        "hostnames": [{"name": h.name, "status": h.status, "because": h.because} for h in way.hostnames],
        "aws_refusals": [{"error": r.error, "urn": r.urn, "because": r.because} for r in way.aws_refusals],
        "irreversible": [_irreversible(each) for each in way.irreversible],
    }


def _irreversible(step: Irreversible) -> dict[str, object]:
    return {"op": step.op.value, "urn": step.urn, "because": step.because, "operation": step.operation}
