"""Verdict -> Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight import Finding, Verdict
from slipway.report.escape import for_markdown
from slipway.report.words import (
    answer_line,
    headline,
    hostname_line,
    lit_line,
    not_evaluated,
    nothing_to_do,
    override_line,
    run_of,
    steps_of,
    way_back_line,
)

__all__ = ["as_markdown"]

_URNS = 10


def as_markdown(verdict: Verdict) -> str:
    """The report as Markdown; every word from the plan is escaped."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"## Preflight {for_markdown(headline(verdict))}"
    yield ""
    for override in verdict.overrides:
        yield f"> **Overridden:** {for_markdown(override_line(override))}"
        yield ""
    if nothing := nothing_to_do(verdict):
        yield for_markdown(nothing)
    elif verdict.changes:
        yield "| | kind | change | steps |"
        yield "| --- | --- | --- | --- |"
    for change in verdict.changes:
        kind = "cosmetic" if change.cosmetic else change.kind
        yield f"| {change.id} | {kind} | {for_markdown(change.title)} | {steps_of(change)} |"
    yield from _hostnames(verdict)
    if way := way_back_line(verdict):
        yield ""
        yield for_markdown(way)
    for finding in verdict.refusals:
        yield from _finding("Refused", finding)
    for finding in verdict.warnings:
        yield from _finding("Warning", finding)
    yield from _checklist(verdict)
    yield ""
    yield "<details><summary>Not evaluated, so not part of this verdict</summary>"
    yield ""
    yield from (f"- {for_markdown(sentence)}" for sentence in not_evaluated(verdict.not_evaluated))
    yield ""
    yield "</details>"


def _hostnames(verdict: Verdict) -> Iterator[str]:
    """A line for the names that are served throughout, an entry with its run for each of the others."""
    if line := lit_line(verdict):
        yield ""
        yield for_markdown(line)
        yield ""
    for hostname in verdict.hostnames:
        if hostname.status != "lit":
            yield f"- {for_markdown(hostname_line(hostname))}"
            yield from (f"  - {for_markdown(event)}" for event in run_of(hostname))


def _checklist(verdict: Verdict) -> Iterator[str]:
    """A task list: ticked where the evidence says so, by nobody's hand."""
    if verdict.checklist:
        yield ""
        yield "### Checklist"
        yield ""
    for answer in verdict.checklist:
        unknown = " (not known)" if answer.met is None else ""
        yield f"- [{'x' if answer.met else ' '}] {for_markdown(answer_line(answer))}{unknown}"


def _finding(word: str, finding: Finding) -> Iterator[str]:
    yield ""
    yield f"### {word} by {for_markdown(finding.rule)}"
    yield ""
    yield for_markdown(finding.message)
    yield ""
    yield f"**Instead:** {for_markdown(finding.advice)}"
    yield ""
    yield from (f"- {for_markdown(urn)}" for urn in finding.urns[:_URNS])
    if len(finding.urns) > _URNS:
        yield f"- and {len(finding.urns) - _URNS} more"
