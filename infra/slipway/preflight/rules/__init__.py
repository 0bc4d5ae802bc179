"""The rules, one a file. A rule reads the evidence and yields findings; it decides nothing about environments.

A rule that raises refuses: what it would have found, nobody knows. Rules of the contract that cannot be asked yet are
listed with the reason, so that no reader takes their silence for consent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from slipway.errors import BadInput
from slipway.preflight.bugs import log_bug
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules import (
    aws_refusal,
    double_claim,
    hostname_dark,
    hostname_dim,
    hostname_retired,
    hostname_stale,
    hostname_unknown,
    one_change,
    protected_delete,
)
from slipway.preflight.verdict import Finding, NotEvaluated

__all__ = ["NOT_EVALUATED", "RULES", "Rule", "ask"]


class Rule(Protocol):
    """A module of this package."""

    ID: str
    TITLE: str
    WHY: str
    SOURCE: str

    @property
    def findings(self) -> Callable[[Evidence], Iterator[Finding]]:
        """Everything the rule has against a plan."""


RULES: tuple[Rule, ...] = (
    one_change,
    protected_delete,
    hostname_dark,
    hostname_stale,
    hostname_dim,
    hostname_unknown,
    hostname_retired,
    aws_refusal,
    double_claim,
)

_FILE_ONLY = "the plan alone does not hold what this rule compares it with"
NOT_EVALUATED: tuple[NotEvaluated, ...] = (
    NotEvaluated("staging-first", _FILE_ONLY),
    NotEvaluated("locked-commit", _FILE_ONLY),
    NotEvaluated("drift", _FILE_ONLY),
    NotEvaluated("review", _FILE_ONLY),
    NotEvaluated("policy", "the policy pack is asked by the engine: pulumi up --policy-pack infra/policy-pack"),
)


def ask(evidence: Evidence, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """Every rule's findings, in the rules' order; a rule that raises becomes a finding that nothing can switch off."""
    return tuple(finding for rule in rules for finding in _findings(rule, evidence))


def _findings(rule: Rule, evidence: Evidence) -> tuple[Finding, ...]:
    try:
        return tuple(rule.findings(evidence))
    except BadInput:
        raise  # the preview's fault, not the rule's
    except Exception as error:
        log_bug(f"the rule {rule.ID} raised")
        message = f"the rule {rule.ID} could not be asked: it failed with {type(error).__name__}"
        advice = "This is a bug in Slipway: report it with the preview. Until then the plan counts as refused."
        return (Finding(rule.ID, message, advice, always=True),)
