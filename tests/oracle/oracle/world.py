"""The world that a plan acts on: which things stand, what an operation makes of them, and who is served.

A world is a dict of things by physical identity: a record set by zone, name, type and set identifier; anything else
by its resource and generation, for a replacement is another thing. Outputs of old things are known, so a literal
in an input is looked up among them; an unknown value is what its property's dependency will make.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["BAD", "OK", "UNSURE", "Answer", "World", "WorldOf"]

OK, BAD, UNSURE = "ok", "bad", "unsure"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
HOST_TYPES = ("A", "AAAA", "CNAME")
MAX_HOPS = 8
World = dict[tuple[Any, ...], Any]
Identity = tuple[str, bool]  # URN, and whether it is the generation that this plan makes.


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of one record set: where it leads, and its share (None: not a weighted one)."""

    name: str
    type: str
    target: Identity | str
    weight: int | None


@dataclass(frozen=True, slots=True)
class Distribution:
    aliases: tuple[str, ...]
    enabled: bool
    certificate: Identity | None
    origins: tuple[Identity | None, ...]
    functions: tuple[Identity | None, ...]


def kind_of(type_or_urn: str) -> str:
    return type_or_urn.split("::")[2 if "::" in type_or_urn else 0].rsplit(":", 1)[-1]


def plain(name: str) -> str:
    return name.lower().rstrip(".")


def matches(pattern: str, host: str) -> bool:
    """Whether an alias or a certificate's name stands for the host; a wildcard is one label."""
    pattern = plain(pattern)
    return pattern == host or (pattern.startswith("*.") and pattern[2:] == host.partition(".")[2])


class WorldOf:
    """What one preview says of the world. Worlds themselves are plain values and are never changed."""

    def __init__(self, document: dict[str, Any], declared: tuple[str, ...]) -> None:
        steps = document["steps"]
        self.old = {step["urn"]: step["oldState"] for step in steps if step.get("oldState")}
        self.new = {step["urn"]: step["newState"] for step in steps if step.get("newState")}
        self.fresh = {step["urn"] for step in steps if step["op"] in ("create", "create-replacement")}
        self.by_value = {
            (kind_of(urn), value): (urn, False)
            for urn, state in self.old.items()
            for value in [state.get("id"), *state.get("outputs", {}).values()]
            if isinstance(value, str)
        }
        every = [*self.old.values(), *self.new.values()]
        self.names_held = {plain(state["inputs"]["name"]) for state in every if self._is_host_record(state)}
        policies = [state for state in every if kind_of(state["type"]) == "BucketPolicy"]
        going = [step["oldState"] for step in steps if step["op"] in ("delete", "delete-replaced")]
        self.let_go = [state for state in going if state.get("retainOnDelete")]
        self.declared = {plain(target) for target in declared}
        self.guarded = {bucket for state in policies for bucket in [self._found(state, "bucket", "Bucket")] if bucket}

    def at_first(self) -> World:
        """Before the apply. Certificates that stand are issued."""
        world: World = {}
        for state in self.old.values():
            world |= self._things(state, new=False)
            if kind_of(state["type"]) == "Certificate":
                world["issued", (state["urn"], False)] = True
        return world

    def after(self, world: World, old: dict[str, Any] | None, new: dict[str, Any] | None) -> World:
        """The world once an operation has taken effect: from then on `new` stands in place of `old`, all at once.

        A delete removes whatever stands under the old identity, also what another operation wrote there."""
        going = self._things(old, new=False) if old else {}
        coming = self._things(new, new=True) if new else {}
        return {key: thing for key, thing in world.items() if key not in going} | coming

    def names_before(self) -> set[str]:
        return {plain(s["inputs"]["name"]) for s in self.old.values() if self._is_host_record(s)}

    def names_after(self) -> set[str]:
        """Those of the new program, and those of records that it lets go of without a delete."""
        return {plain(s["inputs"]["name"]) for s in [*self.new.values(), *self.let_go] if self._is_host_record(s)}

    def answers(self, world: World, name: str) -> list[Answer]:
        """What an authoritative server may answer for a name. Weight 0 is left out unless all have it."""
        found = [thing for key, thing in world.items() if key[0] == "record" and thing.name == name]
        shares = [answer for answer in found if answer.weight is None or answer.weight > 0]
        return shares or found

    def outcomes(
        self, world: World, host: str, answers: list[Answer], cached: frozenset[Answer], hops: int = 0
    ) -> set[str]:
        """How a request for the host may end, over all ways that these answers and those behind them may be drawn.
        `cached`: answers for further names that resolvers still hold beside the present ones."""
        found: set[str] = set()
        for answer in answers:
            if isinstance(answer.target, tuple):
                target = world.get(("distribution", answer.target))
                found.add(self._edge(world, host) if target and target.enabled else BAD)
            elif answer.target not in self.names_held:
                found.add(OK if self._trusted(host, answer.target) else UNSURE)
            elif hops >= MAX_HOPS:
                found.add(BAD)
            else:
                behind = self.answers(world, answer.target)
                found |= set() if behind else {BAD}
                behind += [one for one in cached if one.name == answer.target]
                found |= self.outcomes(world, host, behind, cached, hops + 1)
        return found

    def _trusted(self, host: str, target: str) -> bool:
        """Whether something outside the plan is taken as serving the host: it is declared, or did so before."""
        return target in self.declared or target in self._outside(self.at_first(), host)

    def _outside(self, world: World, name: str, hops: int = 0) -> set[str]:
        """The targets outside the plan that a name leads to."""
        targets = {answer.target for answer in self.answers(world, name) if isinstance(answer.target, str)}
        further = [self._outside(world, target, hops + 1) for target in targets & self.names_held if hops < MAX_HOPS]
        return (targets - self.names_held).union(*further)

    def _edge(self, world: World, host: str) -> str:
        """CloudFront takes the distribution with the best alias, whichever domain the request came by. Two with the
        same alias cannot be: the second is refused, and the first goes on serving."""
        enabled = {key: thing for key, thing in world.items() if key[0] == "distribution" and thing.enabled}
        exact = [key for key, thing in enabled.items() if host in map(plain, thing.aliases)]
        chosen = exact or [key for key, thing in enabled.items() if any(matches(a, host) for a in thing.aliases)]
        served = {self._serves(world, key[1], enabled[key], host) for key in chosen}
        return next((outcome for outcome in (OK, UNSURE) if outcome in served), BAD)

    def _serves(self, world: World, identity: Identity, distribution: Distribution, host: str) -> str:
        certificate = distribution.certificate
        if certificate and not (
            ("issued", certificate) in world
            and any(matches(name, host) for name in world.get(("certificate", certificate), ()))
        ):
            return BAD
        if any(one and ("function", one) not in world for one in distribution.functions):
            return BAD
        admitted = {self._admits(world, bucket, identity) for bucket in distribution.origins if bucket}
        return next((outcome for outcome in (BAD, UNSURE) if outcome in admitted), OK)

    def _admits(self, world: World, bucket: Identity, distribution: Identity) -> str:
        if ("bucket", bucket) not in world:
            return BAD
        if bucket not in self.guarded:
            return OK
        admitted = world.get(("policy", bucket), ())
        return UNSURE if admitted == UNKNOWN else (OK if distribution in admitted else BAD)

    def _is_host_record(self, state: dict[str, Any]) -> bool:
        inputs = state.get("inputs", {})
        if kind_of(state["type"]) != "Record" or UNKNOWN in inputs["name"]:
            return False  # No host name is drawn that is not known; a validation record's may be.
        return inputs["type"] in HOST_TYPES and inputs["name"][0] != "_"

    def _things(self, state: dict[str, Any], new: bool) -> World:
        """The things that a state stands for."""
        urn, inputs = state["urn"], state.get("inputs", {})
        identity = (urn, new and urn in self.fresh)
        match kind_of(state["type"]):
            case "Bucket":
                return {("bucket", identity): True}
            case "Function":
                return {("function", identity): True}
            case "Certificate":
                names = (inputs["domainName"], *inputs.get("subjectAlternativeNames", ()))
                return {("certificate", identity): names}
            case "CertificateValidation":
                return {("issued", self._found(state, "certificateArn", "Certificate")): True} if new else {}
            case "BucketPolicy":
                return {("policy", self._found(state, "bucket", "Bucket")): self._admitted(inputs["policy"])}
            case "Distribution":
                return {("distribution", identity): self._distribution(state)}
            case "Record" if self._is_host_record(state):
                key = (inputs["zoneId"], plain(inputs["name"]), inputs["type"], inputs.get("setIdentifier"))
                return {("record", *key): self._answer(state)}
        return {}

    def _found(self, state: dict[str, Any], key: str, kind: str, value: Any = None) -> Identity | None:
        """The thing of a kind that an input (or `value`, a part of it) means; None: not of this plan."""
        value = state["inputs"].get(key) if value is None else value
        if not isinstance(value, str) or UNKNOWN not in value:
            return self.by_value.get((kind, value))
        for urn in state["propertyDependencies"].get(key, ()):
            if kind_of(urn) == kind:
                return (urn, urn in self.fresh)
            if kind == "Certificate" and kind_of(urn) == "CertificateValidation":
                return self._found(self.new[urn], "certificateArn", kind)
        raise ValueError(f"{state['urn']}: {key} is unknown and comes from nowhere")

    def _admitted(self, policy: str) -> str | tuple[Identity | None, ...]:
        """The distributions that a bucket policy of the generated form lets read."""
        if UNKNOWN in policy:
            return UNKNOWN
        arns = [
            arn
            for statement in json.loads(policy)["Statement"]
            for arn in statement["Condition"]["StringEquals"].values()
        ]
        return tuple(self.by_value.get(("Distribution", arn)) for group in arns for arn in group)

    def _distribution(self, state: dict[str, Any]) -> Distribution:
        inputs = state["inputs"]
        behaviour = inputs["defaultCacheBehavior"]
        origin = [one for one in inputs["origins"] if one["originId"] == behaviour["targetOriginId"]]
        functions = behaviour.get("functionAssociations") or ()
        arn = inputs["viewerCertificate"]["acmCertificateArn"]
        return Distribution(
            tuple(inputs.get("aliases") or ()),
            inputs["enabled"],
            self._found(state, "viewerCertificate", "Certificate", arn),
            tuple(self._found(state, "origins", "Bucket", one["domainName"]) for one in origin),
            tuple(self._found(state, "defaultCacheBehavior", "Function", one["functionArn"]) for one in functions),
        )

    def _answer(self, state: dict[str, Any]) -> Answer:
        inputs = state["inputs"]
        alias = inputs.get("aliases")
        value = alias[0]["name"] if alias else inputs["records"][0]
        target = self._found(state, "aliases" if alias else "records", "Distribution", value) or plain(value)
        weights = [policy["weight"] for policy in inputs.get("weightedRoutingPolicies", ())]
        return Answer(plain(inputs["name"]), inputs["type"], target, weights[0] if weights else None)
