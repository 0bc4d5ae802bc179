"""What rules about a plan's circumstances found (git, the ledger, the live world), taken into the verdict.

Those rules ask the world, so they are not asked here: whoever can, asks them, and hands over what they found.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from slipway.preflight.verdict import Finding, Verdict

__all__ = ["with_findings"]


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
