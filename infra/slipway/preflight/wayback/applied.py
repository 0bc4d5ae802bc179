"""What stands once a step is done: its new state, with what the preview did not know filled in.

After the apply such a value is some value, the same wherever it is used. An opaque text takes its place, one for each
resource that the apply makes: whatever is computed from that resource names it, and so every reference leads where it
leads in the world. What is no name of another resource (a policy's text, a record's own name) stays unknown, but is not
what will be unknown on the way back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias, cast

import msgspec

from slipway.facts import facts_for
from slipway.plan import State, UnknownKind, parse_urn, provider_urn
from slipway.preflight.resources import (
    ACCESS,
    BUCKET,
    BUCKET_POLICY,
    CERTIFICATE,
    DISTRIBUTION,
    FUNCTION,
    RECORD,
    VALIDATION,
)
from slipway.preflight.wayback.fates import Fate, Stop, Untold, is_done

__all__ = ["SENTINELS", "Json", "applied", "handles_of", "read", "texts", "written"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
SENTINELS = frozenset(kind.value for kind in UnknownKind)
_decode = msgspec.json.Decoder().decode

_OWN = {
    RECORD: {"name", "type", "setIdentifier"},
    BUCKET_POLICY: {"policy"},
    DISTRIBUTION: {"aliases"},
}
"""Inputs that do not name another resource, where a hostname may rest on what they say."""

_NAMED_BY: Mapping[str, Collection[str]] = {
    "acmCertificateArn": (VALIDATION, CERTIFICATE),
    "functionArn": (FUNCTION,),
    "originAccessControlId": ACCESS,
    "cloudfrontAccessIdentityPath": ACCESS,
    "domainName": BUCKET,
}
"""Which of several resources a property is computed from."""

_SERVING: Mapping[str, Collection[str]] = {
    RECORD: ("zoneId", "aliases", "records"),
    DISTRIBUTION: ("origins", "viewerCertificate", "defaultCacheBehavior", "orderedCacheBehaviors"),
    VALIDATION: ("certificateArn",),
    BUCKET_POLICY: ("bucket",),
}
"""What leads from a hostname to all that it rests on."""

_TOLD = (
    "arn", "domainName", "bucketDomainName", "bucketRegionalDomainName", "zoneId", "iamArn",
    "cloudfrontAccessIdentityPath",
)  # fmt: skip
"""What AWS decides and others name a resource by."""


def handles_of(fates: Iterable[Fate], stop: Stop, hosts: Mapping[str, str]) -> dict[str, str]:
    """For each resource that is made by the stop, the text that stands for any name AWS gives it. `hosts` are the
    names of record sets by URN: those are known."""
    made = [fate for fate in fates if fate.new is not None and fate.comes and is_done(fate.make, stop)]
    handles = {fate.urn: hosts.get(fate.urn) or _opaque(fate.new, fate.old) for fate in made if fate.new}
    validations = [fate.new for fate in made if fate.new is not None and fate.new.type == VALIDATION]
    return handles | {state.urn: _validated(state, handles) for state in validations}


def applied(new: State, old: State | None, handles: Mapping[str, str], replaced: AbstractSet[str]) -> State:
    """The state that the apply leaves. `old` is what it was before; what is updated in place keeps what AWS decided.
    Raises Untold where an input may name any of several resources, one of which is `replaced`."""
    made = new.urn in handles
    own = _OWN.get(new.type, ())
    inputs = {
        key: _settled(value, new.urn) if key in own else _Resolver(new, key, handles, replaced).resolved(value, key)
        for key, value in read(new.raw_inputs).items()
    }
    if made or old is None:
        handle = handles.get(new.urn, "")
        outputs = {**dict.fromkeys(_decided(new.type), handle), **inputs}
    else:
        outputs = read(old.raw_outputs)
    return msgspec.structs.replace(
        new,
        raw_id=_opaque(new, old) if made or old is None else old.raw_id,
        raw_inputs=written(inputs),
        raw_outputs=written(outputs),
        provider=_provider(new.provider, handles),
    )


class _Resolver(msgspec.Struct):
    """Fills in one input of a state."""

    state: State
    key: str
    handles: Mapping[str, str]
    replaced: AbstractSet[str]

    def resolved(self, value: Json, name: str) -> Json:
        """The value with each unknown that names a resource of the apply filled in; `name` is the property's own."""
        if isinstance(value, dict):
            return {key: self.resolved(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolved(item, name) for item in value]
        if isinstance(value, str) and value in SENTINELS:
            return self._meant(name) or _settled(value, self.state.urn)
        return value

    def _meant(self, name: str) -> str:
        """The handle of the one resource that can be meant; "" if none can be."""
        sources = [urn for urn in self.state.sources(self.key) if urn in self.handles]
        found = {self.handles[urn] for urn in sources}
        if len(found) > 1:
            wanted = _NAMED_BY.get(name, ())
            found = {self.handles[urn] for urn in sources if _type(urn) in wanted}
        if len(found) == 1:
            return found.pop()
        if self.key in _SERVING.get(self.state.type, ()) and not self.replaced.isdisjoint(sources):
            raise Untold(self.state.urn, f"its {self.key} may name any of several resources that are replaced")
        return ""


def _settled(value: Json, urn: str) -> Json:
    """A value that stays unknown, and is another than one that is not known on the way back: it stands."""
    return f"{value} of {urn}" if isinstance(value, str) and value in SENTINELS else value


def read(raw: msgspec.Raw) -> dict[str, Json]:
    """Properties as they are printed, sentinels and all."""
    found = _decode(bytes(raw))
    return cast("dict[str, Json]", found) if isinstance(found, dict) else {}


def written(properties: Mapping[str, Json]) -> msgspec.Raw:
    """Properties as a state keeps them."""
    return msgspec.Raw(msgspec.json.encode(properties))


def texts(value: Json) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def _validated(new: State, handles: Mapping[str, str]) -> str:
    """A validation passes its certificate's ARN on."""
    arn = new.inputs.get("certificateArn")
    if isinstance(arn, str):
        return arn
    return next((handles[urn] for urn in new.sources("certificateArn") if urn in handles), handles[new.urn])


def _opaque(new: State, old: State | None) -> str:
    """A host name, so that it may stand for one; of a domain that never is (RFC 2606)."""
    seed = f"{new.urn}\n{old.raw_id if old else ''}"
    return f"{hashlib.sha256(seed.encode()).hexdigest()[:20]}.invalid"


def _decided(type_: str) -> Iterable[str]:
    facts = facts_for(type_)
    return [key for key in _TOLD if facts and key in facts.computed]


def _provider(reference: str, handles: Mapping[str, str]) -> str:
    urn = provider_urn(reference)
    return f"{urn}::{handles[urn]}" if urn in handles else reference


def _type(urn: str) -> str:
    found = parse_urn(urn)
    return found.type if found else ""
