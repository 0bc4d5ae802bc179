"""Approve what a preflight has judged: from then on, and for some hours, the guard lets that very plan through."""

from __future__ import annotations

from slipway.errors import BadInput
from slipway.guard.permission import Refused, again
from slipway.ledger import Deed, Link, newest
from slipway.rollout.environment import Environment

__all__ = ["approve", "withdraw"]


def approve(environment: Environment, plan: str = "", reason: str = "") -> Link:
    """Approve the newest preflight of the environment; of the plan whose digest begins with `plan`, if that is given.

    Raises Refused for a preflight that was refused, or of another commit, settings or stack than what is here;
    Overtaken if somebody else wrote to the ledger meanwhile.
    """
    here, last = environment.here, environment.book.last()
    preflight = newest(environment.book.backwards(), "preflight")
    if preflight is None or last is None:
        raise Refused(f"{here.stack} has no preflight to approve", f"Run: slipway preflight {here.stack}")
    deed, run_again = preflight.entry.deed, again(here.stack)
    if deed.outcome != "approved":
        raise Refused(f"the last preflight of {here.stack} was refused: {', '.join(deed.rules)}", run_again)
    if plan and not deed.plan.removeprefix("sha256:").startswith(plan.removeprefix("sha256:")):
        raise Refused(f"the last preflight of {here.stack} was of the plan {deed.plan[:19]}, not of {plan}", run_again)
    if why := here.differs_from(preflight.entry):
        raise Refused(why, run_again)
    return environment.append(
        Deed(
            kind="approval",
            outcome="approved",
            commit=deed.commit,
            config=deed.config,
            plan=deed.plan,
            changes=deed.changes,
            proof=deed.proof,
            reason=reason,
            of=preflight.entry.number,
        ),
        after=last.entry.number,
    )


def withdraw(environment: Environment, reason: str) -> Link:
    """Take the approval that stands back. BadInput if there is none."""
    approval = newest(environment.book.backwards(), "approval")
    if approval is None or approval.entry.deed.outcome != "approved":
        raise BadInput(f"nothing is approved for {environment.stack}")
    return environment.append(
        Deed(kind="approval", outcome="refused", plan=approval.entry.deed.plan, reason=reason, of=approval.entry.number)
    )
