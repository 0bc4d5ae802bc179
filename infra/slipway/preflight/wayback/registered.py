"""What the commit before asks for when it is applied again: the old inputs, unknown where they come from what is made
anew on the way back, as a preview would print them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from slipway.facts import facts_for
from slipway.plan import State, UnknownKind, provider_urn
from slipway.plan.values import NOTHING
from slipway.preflight.resources import CERTIFICATE
from slipway.preflight.wayback.applied import SENTINELS, Json, read, texts, written

__all__ = ["Remade", "forced", "kept_by_provider", "registered", "remade"]

_UNKNOWN = UnknownKind.STRING.value
_LONG = 8  # A text this long inside another is no accident.


_FILLED = {CERTIFICATE: ("subjectAlternativeNames", "keyAlgorithm", "options")}
"""Inputs that the provider keeps where the program leaves them out, of what hostnames rest on
(hashicorp/terraform-provider-aws, internal/service/acm/certificate.go: optional and computed)."""


class Remade(msgspec.Struct, frozen=True, gc=False):
    """A resource that is another than before the apply: the texts it was known by, in place of which AWS decides
    others, and those that the program gives it again. `now` is what stands for the others: unknown, mostly."""

    decided: frozenset[str]
    given: frozenset[str]
    now: str


def remade(old: State, new: State, now: str = _UNKNOWN) -> Remade:
    """From what it was before the apply, and what it is registered with on the way back."""
    given = frozenset(texts(read(new.raw_inputs))) - SENTINELS
    known = frozenset(texts(read(old.raw_outputs))) | {old.raw_id}
    return Remade(known - given - {""}, given, now)


def registered(old: State, sources: Mapping[str, Remade], *, anew: bool) -> tuple[State, frozenset[str]]:
    """The state that the commit before registers, and the inputs that are not known in it. `sources` are the resources
    that are others than before, by URN; `anew` if this one is made anew as well."""
    inputs, unknown = read(old.raw_inputs), set[str]()
    for key in inputs if sources else ():
        origins = [sources[urn] for urn in old.sources(key) if urn in sources]
        if origins and (found := _unknown(inputs[key], origins)) != inputs[key]:
            inputs[key] = found
            unknown |= {key} if _UNKNOWN in texts(found) else set()
    if anew and (name := _auto_named(old, inputs)):
        inputs[name] = _UNKNOWN
    provider = provider_urn(old.provider)
    state = msgspec.structs.replace(
        old,
        raw_id="",
        raw_inputs=written(inputs),
        raw_outputs=NOTHING,
        provider=f"{provider}::{sources[provider].now}" if provider in sources else old.provider,
        delete=False,
        pending_replacement=False,
        taint=False,
        init_errors=(),
    )
    return state, frozenset(unknown)


def kept_by_provider(now: State, old: State) -> str:
    """An input that stays as it is now, since the commit before does not give it; "" if there is none."""
    filled = _FILLED.get(now.type, ())
    return next((key for key in filled if now.inputs.get(key) is not None and old.inputs.get(key) is None), "")


def forced(state: State, unknown: frozenset[str]) -> frozenset[str]:
    """The inputs not known for the sake of which a preview shows a replacement."""
    facts = facts_for(state.type)
    return unknown.intersection(facts.replace_on) if facts else frozenset()


def _unknown(value: Json, origins: list[Remade]) -> Json:
    """The value with unknowns in the place of what AWS decides afresh. Where an origin shows nowhere, the value was
    worked out from it in a way of the program's own: then nobody knows any of it."""
    found = frozenset(texts(value))
    if all(any(_shows(text, origin) for text in found) for origin in origins):
        return _replaced(value, origins)
    return _blank(value)


def _shows(text: str, origin: Remade) -> bool:
    return text in origin.given or _comes_from(text, origin) or any(len(g) > 3 and g in text for g in origin.given)


def _comes_from(text: str, origin: Remade) -> bool:
    return text in origin.decided or any(len(each) >= _LONG and each in text for each in origin.decided)


def _replaced(value: Json, origins: list[Remade]) -> Json:
    if isinstance(value, dict):
        return {key: _replaced(item, origins) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, origins) for item in value]
    if isinstance(value, str):
        origin = next((each for each in origins if value not in each.given and _comes_from(value, each)), None)
        return value if origin is None else origin.now if value in origin.decided else _UNKNOWN
    return value


def _blank(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _blank(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_blank(item) for item in value]
    return value if value is None else _UNKNOWN


def _auto_named(old: State, inputs: Mapping[str, Json]) -> str:
    """The property for which the provider draws another name; "" if the program gives it one."""
    facts, drawn = facts_for(old.type), inputs.get("__defaults")
    name = facts.auto_name if facts else None
    return name if name and isinstance(drawn, list) and name in drawn else ""
