"""The half sentences that predictions share. Text from a plan is cut to one line."""

from __future__ import annotations

from slipway.plan import one_line, urn_name
from slipway.plan.operations import Act, Operation
from slipway.plan.order import Order
from slipway.preflight.aws.claims import Claim, done_before

__all__ = ["alias_line", "doing", "name_of", "still_there"]

_DOING = {Act.CREATE: "creating", Act.UPDATE: "updating", Act.DELETE: "deleting"}


def name_of(urn: str) -> str:
    """The name the program gave a resource, short and printable."""
    return one_line(urn_name(urn), 80)


def doing(operation: Operation) -> str:
    """`creating static`."""
    return f"{_DOING[operation.act]} {name_of(operation.urn)}"


def still_there(order: Order, held: Claim, operation: Operation) -> str:
    """Why a claim may stand in the way of an operation: when it ends, and when it began if this plan takes it."""
    if held.since is not None and not done_before(order, held.since, operation):
        return f"nothing orders that before or after {doing(held.since)}"
    if held.until is None:
        return "nothing in this plan takes it away"
    if done_before(order, operation, held.until):
        return f"{doing(held.until)}, which frees it, comes only later"
    return f"nothing makes it wait for {doing(held.until)}, which frees it: the engine may run both at once"


def alias_line(old: str, new: str) -> str:
    """The resource option, as Python writes it, that tells the engine of a new name for an old thing."""
    within = old.rpartition("::")[0] == new.rpartition("::")[0]
    alias = f'pulumi.Alias(name="{name_of(old)}")' if within else f'"{one_line(old, 300)}"'
    return f"aliases=[{alias}] in the options of {name_of(new)}"
