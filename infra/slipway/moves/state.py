"""A stack's state, as `pulumi stack export` prints it: the record sets in it, and a swap of resources. Pure.

A resource of the state names others by URN: its parent, its provider, and what it depends on. The engine wants each to
stand before whatever names it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from slipway.errors import BadInput, EngineError
from slipway.moves.record_sets import TYPE, from_inputs
from slipway.moves.refused import Refused
from slipway.plan import provider_urn, urn_name
from slipway.route53.names import RecordSet, host

__all__ = [
    "DISTRIBUTION",
    "ZONE",
    "Held",
    "Site",
    "State",
    "distribution",
    "held",
    "of_type",
    "policy_of",
    "read",
    "swapped",
    "zone_around",
    "zones",
]

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ZONE = "aws:route53/zone:Zone"
State: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """A distribution that the state holds: its resource, its id, and its aliases in lower case, sorted."""

    urn: str
    id: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A record set that the state holds: its resource, its zone's id and domain, and itself."""

    urn: str
    zone: str
    domain: str
    record: RecordSet


def read(text: str) -> State:
    """An exported state. EngineError if it is none."""
    try:
        document: State = json.loads(text)
        resources = document["deployment"].setdefault("resources", [])
        known = all(isinstance(each["urn"], str) and isinstance(each["type"], str) for each in resources)
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise EngineError("the engine's export of the state is none", "Run `slipway engine verify`.")
    return document


def of_type(state: State, type_: str) -> Iterator[dict[str, Any]]:
    """The deployed resources of a type; what is to be deleted yet is not among them."""
    for each in state["deployment"]["resources"]:
        if each["type"] == type_ and not each.get("delete") and each.get("custom", True):
            yield each


def distribution(state: State, which: str) -> Site:
    """The distribution of an id, or of the name that the program gave it. BadInput lists those there are."""
    every = {
        each["id"]: Site(each["urn"], each["id"], tuple(sorted(map(host, each["inputs"].get("aliases") or ()))))
        for each in of_type(state, DISTRIBUTION)
    }
    found = [site for site in every.values() if which in (site.id, urn_name(site.urn))]
    if len(found) != 1:
        known = ", ".join(f"{urn_name(site.urn)} ({site.id})" for site in every.values()) or "none"
        raise BadInput(f"the stack has no single distribution {which!r}", f"It has {known}.")
    return found[0]


def policy_of(state: State, id_: str) -> str:
    """The continuous deployment policy that the state has for a distribution, or nothing."""
    found = next((each for each in of_type(state, DISTRIBUTION) if each["id"] == id_), {})
    return str(found.get("outputs", {}).get("continuousDeploymentPolicyId") or "")


def zone_around(state: State, name: str) -> tuple[str, str]:
    """The stack's hosted zone, id and domain, in which a name is. BadInput if it has none."""
    around = [(domain, id_) for id_, domain in zones(state).items() if f".{host(name)}".endswith(f".{domain}")]
    if not around:
        raise BadInput(
            f"{name} is in no hosted zone of the stack", "The zone must be the stack's: the proof goes there."
        )
    domain, id_ = max(around, key=lambda each: len(each[0]))
    return id_, domain


def zones(state: State) -> dict[str, str]:
    """The domains of the stack's hosted zones, by id."""
    return {each.get("id", ""): host(str(each.get("inputs", {}).get("name", ""))) for each in of_type(state, ZONE)}


def held(state: State, name: str) -> tuple[Held, ...]:
    """The record sets of a name."""
    domains = zones(state)
    found = []
    for each in of_type(state, TYPE):
        inputs, outputs = each.get("inputs") or {}, each.get("outputs") or {}
        zone = str(inputs.get("zoneId", ""))
        # Of a zone that is not the stack's, only the whole name tells the domain.
        domain = domains.get(zone) or _domain(str(inputs.get("name", "")), str(outputs.get("fqdn", "")))
        if host(str(outputs.get("fqdn") or inputs.get("name", ""))) == host(name):
            found.append(Held(each["urn"], zone, domain, from_inputs(inputs, domain)))
    return tuple(found)


def _domain(name: str, full: str) -> str:
    """What completes a relative name; empty for one that is whole."""
    short, whole = host(name), host(full)
    return whole.removeprefix(f"{short}.") if short != whole and whole.startswith(f"{short}.") else ""


def swapped(state: State, old: Sequence[str], new: Sequence[Mapping[str, Any]]) -> State:
    """The state with the `new` resources in the place of the `old` ones (URNs); what depended on an old one depends on
    the new ones.

    Refused where that would not hold together: something lives in an old one, or a new one names what is not there.
    """
    document = copy.deepcopy(state)
    kept = [each for each in document["deployment"]["resources"] if each["urn"] not in old]
    coming = [dict(each) for each in new if each["urn"] not in {one["urn"] for one in kept}]
    instead = [each["urn"] for each in new]
    for each in kept:
        if {each.get("parent"), each.get("deletedWith"), *(each.get("replaceWith") or ())} & set(old):
            raise Refused(
                f"{urn_name(each['urn'])} lives and dies with the record set that goes",
                "Take it out of that record set in the program first.",
            )
        each["dependencies"] = _redirected(each.get("dependencies"), old, instead)
        each["propertyDependencies"] = {
            key: _redirected(urns, old, instead) for key, urns in (each.get("propertyDependencies") or {}).items()
        }
    everything = {each["urn"]: each for each in [*kept, *coming]}
    for each in coming:
        if missing := [urn for urn in _named(each) if urn not in everything]:
            raise Refused(
                f"{urn_name(each['urn'])} depends on {urn_name(missing[0])}, which is not there yet",
                "Apply what it depends on first: `slipway split` cuts the diff.",
            )
    document["deployment"]["resources"] = _in_order(everything)
    return document


def _redirected(urns: Sequence[str] | None, old: Sequence[str], instead: Sequence[str]) -> list[str]:
    found = [each for urn in urns or () for each in (instead if urn in old else [urn])]
    return list(dict.fromkeys(found))


def _named(resource: Mapping[str, Any]) -> list[str]:
    """The URNs that a resource names."""
    properties = resource.get("propertyDependencies") or {}
    urns = [
        resource.get("parent") or "",
        provider_urn(resource.get("provider") or ""),
        *(resource.get("dependencies") or ()),
        *(urn for urns in properties.values() for urn in urns or ()),
        resource.get("deletedWith") or "",
    ]
    return [urn for urn in dict.fromkeys(urns) if urn and urn != resource["urn"]]


def _in_order(resources: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Each after all that it names, and else as they stood."""
    placed: dict[str, dict[str, Any]] = {}

    def place(urn: str, above: tuple[str, ...] = ()) -> None:
        if urn in above:
            raise BadInput(f"{urn_name(urn)} depends on itself, through {urn_name(above[-1])}")
        if urn not in placed and urn in resources:
            for other in _named(resources[urn]):
                place(other, (*above, urn))
            placed[urn] = resources[urn]

    for urn in resources:
        place(urn)
    return list(placed.values())
