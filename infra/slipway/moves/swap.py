"""Record sets of a name exchanged in one change batch, where a plan deletes some and creates others.

The engine creates before it deletes, and one by one: across types that is refused (a CNAME stands alone), and across
two URNs of one record set the delete takes away what the create has made. Route 53 makes a batch whole or not at all.
Sources: Route 53 API Reference, ChangeResourceRecordSets; the ids of record sets: Pulumi AWS registry, Record, Import.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.errors import BadInput, SlipwayError
from slipway.ledger import Value
from slipway.moves import state as states
from slipway.moves.logbook import Logbook
from slipway.moves.record_sets import TYPE, described, from_inputs, swapped
from slipway.moves.refused import Refused
from slipway.moves.shift import Records
from slipway.plan import Op, Plan, Secret, State, Step, Unknown, leaves, urn_name
from slipway.route53.names import Batch, RecordSet, host

__all__ = ["Swap", "batch_of", "exchange", "swap_of"]


@dataclass(frozen=True, slots=True)
class Swap:
    """What goes and what comes at a name, in one zone. `coming` are resources as the state is to hold them, of which
    `new` are the record sets; `old` is what the state holds now."""

    name: str
    zone: str
    domain: str
    old: tuple[states.Held, ...]
    new: tuple[RecordSet, ...]
    coming: tuple[Mapping[str, Any], ...]

    @property
    def urns(self) -> tuple[str, ...]:
        """Everything that an apply has nothing left to do to, afterwards."""
        return (*(each.urn for each in self.old), *(each["urn"] for each in self.coming))

    def state(self, before: states.State) -> states.State:
        """The stack's state afterwards."""
        return states.swapped(before, [each.urn for each in self.old], self.coming)


def swap_of(plan: Plan, state: states.State, name: str) -> Swap | None:
    """What a plan takes away and puts at a name; None if it does neither.

    Refused if it does only one of the two, does something else there as well, or if what it puts there is not known
    before the apply.
    """
    here = [(step, full) for step, full in _record_steps(plan, states.zones(state)) if full == host(name)]
    if not here:
        return None
    if other := [step for step, _ in here if step.op not in (Op.CREATE, Op.DELETE)]:
        raise Refused(
            f"the plan would also {other[0].op} {urn_name(other[0].urn)} at {name}",
            "Apply that alone first: `slipway split` cuts the diff.",
        )
    going = {step.urn for step, _ in here if step.op is Op.DELETE}
    creates = [step.new for step, _ in here if step.op is Op.CREATE and step.new]
    if not (going and creates):
        does = "takes away" if going else "creates"
        raise Refused(f"the plan only {does} record sets of {name}: there is nothing to swap", "`pulumi up` does that.")
    old = tuple(each for each in states.held(state, name) if each.urn in going)
    kept = _held(state, next(iter(going)))
    coming = tuple(_resource(each, name, kept) for each in creates)
    zones = {each.zone for each in old} | {str(each["inputs"]["zoneId"]) for each in coming}
    if len(zones) != 1:
        raise Refused(f"{name} stands in {len(zones)} zones", "One batch changes one zone.")
    domain = states.zones(state).get(old[0].zone, old[0].domain)
    return Swap(
        host(name), old[0].zone, domain, old, tuple(from_inputs(each["inputs"], domain) for each in coming), coming
    )


def batch_of(swap: Swap, live: list[RecordSet]) -> Batch:
    """The batch to send: empty if all of it stands already. Refused if what stands is neither the old nor the new."""
    batch = swapped(live, [each.record for each in swap.old], swap.new)
    if batch is None:
        stands = ", ".join(map(described, live)) or "nothing"
        raise Refused(
            f"{swap.name} is neither as the state has it nor as the plan wants it: {stands} stands there",
            "Somebody changed it by hand: `pulumi refresh`, and see what differs.",
        )
    return batch


def exchange(
    swap: Swap,
    records: Records,
    answers: Callable[[tuple[RecordSet, ...]], str],
    adjust: Callable[[], None],
    log: Logbook,
    seen: int,
) -> None:
    """Send the batch, see that it is answered, and adjust the state. Where it has been sent already, the rest is done.

    `answers` says what is wrong with the answers, or nothing: then the old record sets are put back at once. Refused
    says what stands; once the new ones stand and the state could not be adjusted, doing it again finishes.
    """
    batch = batch_of(swap, records.at(swap.name))
    results: dict[str, Value] = {
        "move": "record", "name": swap.name, "batch": "; ".join(f"{action} {described(each)}" for action, each in batch)
        or "stands already",
    }  # fmt: skip
    begun = log.begin(results, seen)
    stands = False
    try:
        records.change(batch, f"slipway move record {swap.name}")
        stands = not batch_of(swap, records.at(swap.name))
        if not stands:
            raise Refused(f"{swap.name} is still as it was, though Route 53 took the batch", "Run this again.")
        if wrong := answers(swap.new):
            reverse = swapped(records.at(swap.name), swap.new, [each.record for each in swap.old])
            records.change(reverse or [], f"slipway move record {swap.name}, back")
            stands = False
            raise Refused(f"{swap.name} is back as it was: {wrong}", "The state was not touched.")
        adjust()
    except (SlipwayError, KeyboardInterrupt) as error:
        why = error.message if isinstance(error, SlipwayError) else "interrupted"
        log.end(begun, "failed", {**results, "stands": stands}, why)
        if stands and isinstance(error, SlipwayError):
            raise Refused(
                f"the new record sets of {swap.name} stand, but the state does not say so yet: {why}",
                "Run this again, with the same program: it finishes.",
            ) from error
        raise
    log.end(begun, "done", results)


def _record_steps(plan: Plan, zones: Mapping[str, str]) -> Iterator[tuple[Step, str]]:
    """Every step that does something to a record set, with the whole name of it as far as it is known."""
    for step in plan.steps:
        if isinstance(step, Step) and step.op is not Op.SAME and step.state and step.state.type == TYPE:
            short, zone = step.state.inputs.get("name"), step.state.inputs.get("zoneId")
            if isinstance(short, str):
                domain = zones.get(zone, "") if isinstance(zone, str) else ""
                inside = not domain or host(short).endswith(domain)
                yield step, host(short) if inside else f"{host(short)}.{domain}"


def _resource(new: State, name: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """A resource of the plan, as the state holds one: what Route 53 adds, the refresh brings."""
    values = list(leaves(dict(new.inputs)))
    if any(isinstance(each, Unknown | Secret) for each in values):
        raise Refused(
            f"what {urn_name(new.urn)} is to hold is not known before the apply",
            "Apply what it is computed from first: `slipway split` cuts the diff.",
        )
    inputs: dict[str, Any] = json.loads(bytes(new.raw_inputs))
    identity = [inputs["zoneId"], str(inputs["name"]).lower(), inputs["type"], inputs.get("setIdentifier") or ""]
    told = {key: value for key, value in inputs.items() if key != "__defaults"}
    # What the official provider notes there of its own schema, it wants to find again; and a guard stays on guard.
    noted = {key: value for key, value in (kept.get("outputs") or {}).items() if key == "__meta"}
    hooks = {key: value for key, value in kept.items() if key == "resourceHooks"}
    return {
        "urn": new.urn,
        "custom": True,
        "id": "_".join(part for part in identity if part),
        "type": TYPE,
        "inputs": inputs,
        "outputs": {**told, "fqdn": host(name), **noted},
        "parent": new.parent,
        "provider": new.provider,
        "dependencies": list(new.dependencies),
        "propertyDependencies": {key: list(urns or ()) for key, urns in new.property_dependencies.items()},
        **({"protect": True} if new.protect else {}),
        **({"retainOnDelete": True} if new.retain_on_delete else {}),
        **hooks,
    }


def _held(state: states.State, urn: str) -> Mapping[str, Any]:
    found = next((each for each in states.of_type(state, TYPE) if each["urn"] == urn), None)
    if found is None:
        raise BadInput(f"{urn_name(urn)} is in the plan and not in the state", "Run this again: it has just changed.")
    return found
