"""A deployed stack, put up again on a fresh local cloud: all of its state is created anew, and the state rewritten.

The state is what `pulumi stack export --show-secrets` prints. Resources are created by the local provider itself, each
as soon as those it depends on stand, many at a time: no program runs, so any stack in any language can be rehearsed, at
a fraction of the time. AWS chooses ids, ARNs and domain names anew; wherever a resource holds one that belonged to
another, it gets the new one. Pulumi's own resources (stacks, providers, components) only change their references.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError
from google.protobuf.struct_pb2 import Struct

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.provider import Provider
from slipway.cloud.provider.server import configured
from slipway.cloud.provider.values import Asset, Properties, from_wire
from slipway.errors import BadInput, CloudError

__all__ = ["Restored", "restore"]

_AWS = "aws:"
_PROVIDERS = "pulumi:providers:"
_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 the mark of the engine's special values
_IS_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
_AT_ONCE = 16
# A name that AWS chose: a domain of AWS's, which may have letters alone, or else long enough, and with a digit, not to
# be an ordinary word of somebody's configuration.
_CHOSEN = re.compile(r".+\.(?:cloudfront\.net|amazonaws\.com)|(?=.*\d).{8,}", re.S)
State = dict[str, Any]
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """The state as it is now, for `pulumi stack import`, and what of it is not AWS's and was left as it is (URNs)."""

    deployment: State
    untouched: tuple[str, ...]


async def restore(exported: str, cloud: Cloud, told: Told = lambda done, of: None) -> Restored:
    """Create everything that an exported state holds. `told` hears how many of how many stand.

    Raises BadInput for a text that is no exported state; CloudError, with AWS's words, for what cannot be created.
    """
    document = _read(exported)
    resources: list[State] = document["deployment"]["resources"]
    lives = [each for each in resources if not each.get("delete")]  # What is to be deleted yet is not the stack's.
    work = _Work(cloud, told, len(lives))
    tasks: dict[str, asyncio.Task[State]] = {}
    try:
        async with asyncio.TaskGroup() as group:
            for each in lives:  # Dependencies stand before what depends on them.
                before = [tasks[urn] for urn in _needs(each) if urn in tasks]
                tasks[each["urn"]] = group.create_task(work.one(each, before))
    except* (CloudError, BadInput) as errors:
        raise errors.exceptions[0] from None
    everything = {old: new for names in work.renamed.values() for old, new in names.items()}
    # What a component tells the world is known only when its children stand.
    done = [each if each.get("custom") else _renamed(each, everything) for each in (t.result() for t in tasks.values())]
    untouched = tuple(each["urn"] for each in lives if _is_foreign(each))
    rewritten = {**document["deployment"], "resources": done, "pending_operations": []}
    return Restored({**document, "deployment": rewritten}, untouched)


def _read(exported: str) -> State:
    try:
        document = json.loads(exported)
        resources = document["deployment"].setdefault("resources", [])
        known = all(isinstance(each["urn"], str) and isinstance(each["type"], str) for each in resources)
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise BadInput("this is no exported state of a stack", "Give what `pulumi stack export --show-secrets` prints.")
    return document  # type: ignore[no-any-return]


def _needs(resource: State) -> set[str]:
    """The URNs of everything that a resource's state says it stands on."""
    found = {*(resource.get("dependencies") or ()), resource.get("parent", "")}
    found |= {urn for urns in (resource.get("propertyDependencies") or {}).values() for urn in urns or ()}
    found.add((resource.get("provider") or "").rpartition("::")[0])
    return found - {"", resource["urn"]}


def _is_foreign(resource: State) -> bool:
    custom, type_ = resource.get("custom", False), resource["type"]
    return bool(custom) and not type_.startswith((_AWS, _PROVIDERS, "pulumi:pulumi:"))


@dataclass(slots=True)
class _Work:
    """What is under way: the new names that every resource's dependents must know, and the providers."""

    cloud: Cloud
    told: Told
    total: int
    done: int = 0
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    clouds: dict[str, Cloud] = field(default_factory=dict)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def one(self, resource: State, before: list[asyncio.Task[State]]) -> State:
        """The resource's new state, once those before it have theirs."""
        for task in before:
            await task
        names: dict[str, str] = {}
        for urn in _needs(resource):
            names |= self.renamed.get(urn, {})
        async with self.gate:
            state = await self._made(_renamed(resource, names))
        self.renamed[resource["urn"]] = {**_passed_on(resource, names), **_new_names(resource, state)}
        self.done += 1
        self.told(self.done, self.total)
        return state

    async def _made(self, resource: State) -> State:
        type_, urn = resource["type"], resource["urn"]
        if type_ == f"{_PROVIDERS}aws":
            self.clouds[urn] = configured(self.cloud, _plain(resource.get("inputs")))
        if not resource.get("custom") or not type_.startswith(_AWS):
            return resource
        cloud = self.clouds.get(resource.get("provider", "").rpartition("::")[0], self.cloud)
        inputs = {name: _readable(value) for name, value in _plain(resource.get("inputs")).items()}
        try:
            resource_id, outputs = await Provider(cloud).create(type_, inputs, preview=False)
        except ClientError as error:
            raise _refused(urn, error.response["Error"].get("Message", str(error))) from error
        except (CloudError, LookupError) as error:
            raise _refused(urn, str(error)) from error
        found = {name: value for name, value in outputs.items() if value is not None and not _holds_asset(value)}
        kept = resource.get("outputs") or {}
        new = {**{name: value for name, value in kept.items() if name not in found}, **found}
        return {**resource, "id": resource_id, "outputs": _hidden_again(new, kept)}


def _refused(urn: str, words: str) -> CloudError:
    name, type_ = urn.rpartition("::")[2], urn.split("::")[2].rpartition("$")[2]
    return CloudError(
        f"{type_} {name!r} of the deployed stack cannot be created on the local cloud: {words}",
        "docs/rehearsal.md says which resource types can be rehearsed.",
    )


# -- names -------------------------------------------------------------------------------------------------------------


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A resource with every old name in its inputs, and in the outputs that mirror them, replaced by the new one."""
    if not names:
        return value
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))

    def new(part: Any) -> Any:
        if isinstance(part, str):
            return pattern.sub(lambda found: names[found[0]], part)
        if isinstance(part, list):
            return [new(each) for each in part]
        return {key: new(each) for key, each in part.items()} if isinstance(part, dict) else part

    return {**value, **{key: new(value[key]) for key in ("inputs", "outputs", "importID") if key in value}}


def _new_names(old: State, new: State) -> dict[str, str]:
    """What AWS chose for the old resource, with what it chose for the new one."""
    if old is new or not old.get("custom"):
        return {}
    pairs = _leaves(old.get("outputs"), new.get("outputs"))
    found = {a: b for a, b in pairs if isinstance(a, str) and isinstance(b, str) and a != b and _CHOSEN.fullmatch(a)}
    return found | ({old["id"]: new["id"]} if old.get("id") and old["id"] != new["id"] else {})


def _passed_on(resource: State, names: dict[str, str]) -> dict[str, str]:
    """A component, or a resource that only waits for another, hands on the names it was given."""
    return names if not resource.get("custom") or resource["type"].endswith("Validation") else {}


def _leaves(old: Any, new: Any) -> list[tuple[Any, Any]]:
    """The values at the same place of both. Lists of objects with a domain name are matched by that."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [pair for key in old.keys() & new.keys() for pair in _leaves(old[key], new[key])]
    if isinstance(old, list) and isinstance(new, list):
        return [pair for a, b in zip(_in_order(old), _in_order(new), strict=False) for pair in _leaves(a, b)]
    return [(old, new)]


def _in_order(values: list[Any]) -> list[Any]:
    named = all(isinstance(each, dict) and "domainName" in each for each in values)
    return sorted(values, key=lambda each: str(each["domainName"])) if named else values


# -- values ------------------------------------------------------------------------------------------------------------


def _plain(values: Any) -> Properties:
    """Inputs as the provider takes them: secrets in the open, assets as such."""
    message = Struct()
    message.update(_opened(values or {}))
    return from_wire(message)


def _opened(value: Any) -> Any:
    if isinstance(value, list):
        return [_opened(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get(_SECRET) == _IS_SECRET:
        if "plaintext" not in value:
            raise BadInput(
                "the exported state holds secrets that nothing here can decrypt",
                "Export it with `pulumi stack export --show-secrets`.",
            )
        return _opened(json.loads(value["plaintext"]))
    return {key: _opened(each) for key, each in value.items()}


def _hidden_again(new: Properties, old: Mapping[str, Any]) -> Properties:
    """What was a secret in the old state is one in the new state as well."""
    secret = {name for name, value in old.items() if isinstance(value, dict) and value.get(_SECRET) == _IS_SECRET}
    hidden = {name: {_SECRET: _IS_SECRET, "plaintext": json.dumps(new[name])} for name in secret & new.keys()}
    return {**new, **hidden}


def _readable(value: Any) -> Any:
    """An asset whose file is not here (any more) becomes an empty one that says it is the same."""
    if isinstance(value, Asset):
        try:
            value.content()
        except OSError:
            return replace(value, path="", text="")
    return value


def _holds_asset(value: Any) -> bool:
    return isinstance(value, Asset)
