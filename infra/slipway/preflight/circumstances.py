"""What is known besides the plan, taken into the verdict: what rules about its circumstances found (git, the ledger,
the live world), and who said that a rule shall not refuse for now.

All of that is the world's, so nobody is asked here: whoever can, asks, and hands over the answers.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from slipway.preflight.verdict import Finding, Override, Verdict

__all__ = ["overridden", "with_findings"]


def with_findings(verdict: Verdict, findings: tuple[Finding, ...], asked: Collection[str]) -> Verdict:
    """The verdict with what was found beside it; `asked` are the rules that were asked, whether they found something
    or not. Findings refuse as those of any rule do."""
    refused = tuple(finding for finding in findings if verdict.guarded or finding.always)
    warned = tuple(finding for finding in findings if not (verdict.guarded or finding.always))
    return replace(
        verdict,
        refusals=(*verdict.refusals, *refused),
        warnings=(*verdict.warnings, *warned),
        not_evaluated=tuple(each for each in verdict.not_evaluated if each.rule not in asked),
    )


def overridden(verdict: Verdict, overrides: tuple[Override, ...]) -> Verdict:
    """The verdict with the overrides that are in force: what they are about warns instead of refusing.

    A finding that is `always` refuses on: nobody knows what it would be that one takes upon oneself. One about several
    names refuses on until each of them is overridden.
    """
    kept: list[Finding] = []
    moved: list[Finding] = []
    for finding in verdict.refusals:
        by = _by(finding, overrides)
        if by is None:
            kept.append(finding)
        else:
            said = f"overridden until {by.until} by {by.who} because {by.reason}: {finding.message}"
            moved.append(replace(finding, message=said))
    return replace(
        verdict, refusals=tuple(kept), warnings=(*verdict.warnings, *moved), overrides=(*verdict.overrides, *overrides)
    )


def _by(finding: Finding, overrides: tuple[Override, ...]) -> Override | None:
    """The override that a finding gives way to."""
    if finding.always:
        return None
    mine = [each for each in overrides if each.rule == finding.rule]
    whole = next((each for each in mine if not each.hostname), None)
    if whole or not finding.hostnames:
        return whole
    named = {each.hostname: each for each in mine}
    if not named.keys() >= set(finding.hostnames):
        return None
    return min((named[name] for name in finding.hostnames), key=lambda each: each.until)
