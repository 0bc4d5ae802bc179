"""What the engine was doing when it was killed, by the state that it left. Pure.

The engine writes an operation down before it begins, and takes it out when it has ended. What is still there is in
nobody's hands: it may have happened, or not, or be under way in AWS. Updates and deletes can be begun again; a create
of what is there already fails, and the engine forgets about a pending one only when told to.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slipway.plan import one_line

__all__ = ["Pending", "half_made", "pending_of", "settled", "unread"]


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that has not ended: `creating`, `updating`, `deleting`, `reading` or `importing`, on a resource with
    these new inputs."""

    operation: str
    urn: str
    type: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The resource's name in the program, as one printable line."""
        return one_line(self.urn.rpartition("::")[2])


def pending_of(exported: Mapping[str, Any]) -> tuple[Pending, ...]:
    """The operations that an exported state says have not ended."""
    operations = exported["deployment"].get("pending_operations") or ()
    return tuple(
        Pending(each["type"], each["resource"]["urn"], each["resource"]["type"], each["resource"].get("inputs") or {})
        for each in operations
    )


def half_made(exported: Mapping[str, Any]) -> dict[str, Pending]:
    """The creates that failed when AWS had made the resource already, by its id: the engine keeps it, and would change
    it on the next occasion, whether there is a difference or not."""
    return {
        each["id"]: Pending("creating", each["urn"], each["type"], each.get("inputs") or {})
        for each in exported["deployment"].get("resources") or ()
        if each.get("initErrors") and not each.get("delete")
    }


def settled(exported: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    """The state without pending operations; of the pending creates, those are taken in whose resource was `found`: the
    id of each by URN. Its outputs are the inputs until a refresh has read it.

    What a pending create was to replace is as the engine leaves it after such a create: to be deleted, or, where it
    was deleted before, gone.
    """
    state = copy.deepcopy(dict(exported))
    deployment = state["deployment"]
    resources: list[dict[str, Any]] = deployment.get("resources") or []
    for operation in deployment.pop("pending_operations", None) or ():
        made = operation["resource"]
        if operation["type"] == "creating" and (id_ := found.get(made["urn"])):
            _take_in({**made, "id": id_, "outputs": made.get("inputs") or {}}, resources)
    deployment["resources"] = resources
    return state


def unread(exported: Mapping[str, Any]) -> tuple[str, ...]:
    """The URNs of what was taken in and has not been read since: its outputs are still its inputs, to the letter. (Of
    what the engine itself has made they are not: it keeps notes for itself among the inputs alone.)"""
    resources = exported["deployment"].get("resources") or ()
    return tuple(
        each["urn"]
        for each in resources
        if each.get("id") and each.get("inputs") and each["inputs"] == each.get("outputs") and not _is_provider(each)
    )


def _is_provider(resource: Mapping[str, Any]) -> bool:
    return str(resource["type"]).startswith("pulumi:")


def _take_in(made: dict[str, Any], resources: list[dict[str, Any]]) -> None:
    old = [each for each in resources if each["urn"] == made["urn"] and not each.get("delete")]
    if not old:
        resources.append(made)
        return
    # Before the old one: whatever depends on the resource by its URN comes after both.
    at = resources.index(old[0])
    if old[0].get("pendingReplacement"):
        resources[at] = made
    else:
        old[0]["delete"] = True
        resources.insert(at, made)
