"""What a killed apply leaves behind, cleared up before the next one: its lock, and what the engine was doing.

The lock first: as long as somebody holds it, nothing else is certain. Then the operations that the state says have not
ended, or of which the engine's events say that their plugin was gone, or could not ask AWS any more. AWS may have
carried them out all the same, so it is asked: what it has made is taken into the state, what it has changed is read
again, and what it has not done the next run of the engine does. What the plugin could still say to be made is in the
state already, as a failure: it is read again as well. Nothing is taken for done before AWS has finished it everywhere,
for the proof counts with that. Deletes need nothing: of what is gone already, the provider says that it is deleted.

The engine's own way, `pulumi refresh --import-pending-creates`, forgets about the creates and takes nothing in
(measured with 3.259); so the state is exported, edited and imported. The guard then sees the same approved plan, less
what is done.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from slipway import aws
from slipway.engine import Engine
from slipway.engine.progress import Progress, on_stderr
from slipway.errors import CloudError
from slipway.guard import live
from slipway.preflight.names import DISTRIBUTION, RECORD
from slipway.rollout.command import Pulumi
from slipway.rollout.environment import Environment
from slipway.rollout.events import event_log, lost
from slipway.rollout.found import UNFINISHED, found, full_name
from slipway.rollout.locks import own_the_stack
from slipway.rollout.pending import Pending, half_made, pending_of, settled, unread
from slipway.route53.zone import Zone

__all__ = ["clear_leftovers"]

_PATIENCE = 5400.0  # seconds: as long as the official provider waits for a distribution
_EVERY = 1.0  # seconds


def clear_leftovers(environment: Environment, engine: Engine, variables: Mapping[str, str], *, doubtful: bool) -> None:
    """Clear up after an engine that was killed, so that the next run does what is left to do. `doubtful`: the last
    apply has not ended well, so there may be a lock; without that one look at the state tells whether to do anything.

    Raises Refused, with what to do by hand, where that is not for a program to decide; CloudError, EngineError.
    """
    pulumi = Pulumi(environment, engine, variables)
    if not doubtful and not pending_of(_exported(pulumi)):
        return
    own_the_stack(pulumi)
    with on_stderr() as progress:
        _finish_updates(pulumi, progress)
        _settle_creates(pulumi, progress)


def _finish_updates(pulumi: Pulumi, progress: Progress) -> None:
    """Read what was being updated as AWS has it now. A refresh leaves the pending creates as they are."""
    exported = _exported(pulumi, "updating")
    resources = exported["deployment"].get("resources") or ()
    stands = {each["urn"]: str(each.get("id", "")) for each in resources if not each.get("delete")}
    updated = [each for each in pending_of(exported) if each.operation == "updating" and each.urn in stands]
    for each in updated:
        progress.note(f"interrupted while updating {each.name}: reading it as AWS has it now")
        _await_the_end(each, stands[each.urn], progress)
    _refresh(pulumi, [each.urn for each in updated])


def _settle_creates(pulumi: Pulumi, progress: Progress) -> None:
    """Take in what was made, and forget about the rest. Whoever is killed between the two halves of this finds out by
    the state what is still to be read."""
    exported = _exported(pulumi, "creating")
    pending, resources = pending_of(exported), exported["deployment"].get("resources") or ()
    known, made = {str(each.get("id", "")) for each in resources}, dict[str, str]()
    half = half_made(exported)
    for id_, each in half.items():
        if each.type in UNFINISHED:
            found(each, known - {id_})
        _await_the_end(each, id_, progress)
        progress.note(f"interrupted while creating {each.name}: made as {id_}, and not read")
    for each in pending:
        if each.operation == "creating" and (id_ := found(each, known)):
            made[each.urn] = id_
            _await_the_end(each, id_, progress)
        progress.note(f"interrupted while {each.operation} {each.name}{_came(each, made)}")
    state = settled(exported, made)
    if pending:
        _import(pulumi, state)
    _refresh(pulumi, [*unread(state), *(each.urn for each in half.values())])


def _refresh(pulumi: Pulumi, urns: Sequence[str]) -> None:
    if urns:
        pulumi.done("refresh", "--yes", "--skip-preview", *(f"--target={urn}" for urn in urns))


def _came(each: Pending, made: Mapping[str, str]) -> str:
    if each.operation != "creating":
        return ""
    return f": made as {made[each.urn]}" if each.urn in made else ": not made"


def _exported(pulumi: Pulumi, kind: str = "") -> dict[str, Any]:
    """The state; among its pending operations those of this kind as well that went with a plugin."""
    exported: dict[str, Any] = json.loads(pulumi.done("stack", "export"))
    log = event_log(pulumi.environment.name, pulumi.environment.stack, pulumi.variables)
    if kind and log.exists():
        more = lost(log.read_text(encoding="utf-8", errors="replace").splitlines())
        pending = exported["deployment"].setdefault("pending_operations", [])
        urns = {each["resource"]["urn"] for each in pending} | {each.urn for each in half_made(exported).values()}
        pending += [each for each in more if each["type"] == kind and each["resource"]["urn"] not in urns]
    return exported


def _import(pulumi: Pulumi, state: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as directory:  # Of this user alone: a state may hold what is not for others.
        file = Path(directory) / "state.json"
        file.write_text(json.dumps(state), encoding="utf-8")
        pulumi.done("stack", "import", f"--file={file}")


def _await_the_end(pending: Pending, id_: str, progress: Progress) -> None:
    """Wait until AWS has finished what it was told: an edge location or a name server may not have it yet."""
    if pending.type == DISTRIBUTION:
        _await_deployed(pending, id_, progress)
    if pending.type == RECORD:
        _await_sync(pending, progress)


def _await_sync(pending: Pending, progress: Progress) -> None:
    """Route 53 tells of a change alone whether all its name servers have it, and that change is lost. So the record set
    is replaced by itself, in one batch: Route 53 refuses that if it is another one by then."""
    with aws.reported(f"cannot see whether {pending.name} has reached the name servers"):
        name = full_name(pending.inputs)
    zone = Zone(aws.client("route53"), str(pending.inputs["zoneId"]), name, progress)
    if there := live.record_set({**pending.inputs, "name": name}):
        zone.change([("DELETE", there), ("CREATE", there)], f"to see when {pending.name} is at all name servers")


def _await_deployed(pending: Pending, id_: str, progress: Progress) -> None:
    client, deadline = aws.client("cloudfront"), time.monotonic() + _PATIENCE
    with aws.reported(f"cannot see whether AWS has finished {pending.name}"):
        while client.get_distribution(Id=id_)["Distribution"]["Status"] != "Deployed":
            if time.monotonic() > deadline:
                raise CloudError(f"AWS has not finished {pending.name} in {_PATIENCE / 60:.0f} minutes", "Try again.")
            progress.tick(f"waiting until AWS has finished {pending.name} everywhere")
            time.sleep(_EVERY)
