"""The provider: each of the engine's calls is a few lines over the stages, the same for every resource type."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from slipway.cloud.provider.check import DEFAULTS, check
from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.diff import Difference, diff, is_delete_first
from slipway.cloud.provider.drift import merged, seen_inputs
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.table import lookup
from slipway.cloud.provider.translate import Failure
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["HalfMade", "Provider"]

T = TypeVar("T")


class HalfMade(Exception):
    """A resource that AWS has made, with its id and what is known of its state; the `cause` kept it from being
    finished or read."""

    def __init__(self, resource_id: str, state: Properties, cause: Exception) -> None:
        super().__init__(str(cause))
        self.id, self.state, self.cause = resource_id, state, cause


class Provider:
    """Resource operations on plain values. Blocking boto3 calls run in threads, so independent steps overlap."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def check(
        self, token: str, name: str, old: Properties, new: Properties, seed: bytes
    ) -> tuple[Properties, list[Failure]]:
        """Checked inputs and failures; see `check`."""
        return check(lookup(token), name, old, new, seed)

    def diff(self, token: str, old: Properties, new: Properties) -> tuple[list[Difference], bool]:
        """The differences, and whether a replacement would be delete-first."""
        row = lookup(token)
        return diff(row, old, new, self.cloud.region), is_delete_first(row, new)

    async def create(self, token: str, inputs: Properties, preview: bool) -> tuple[str, Properties]:
        """The new id and state; in a preview an empty id, and UNKNOWN for everything only AWS can say. HalfMade if AWS
        has made it, and what comes after that failed."""
        row = lookup(token)
        if preview:
            return "", self._tagged(row, {**dict.fromkeys(row.outputs - {"urn", "id"}, UNKNOWN), **_bare(inputs)})
        operation = self._operation(row, "", {}, inputs)
        try:
            resource_id = await _in_thread(row.create, operation)
            operation.ids.append(resource_id)
            return resource_id, await self._state(row, operation, resource_id, inputs)
        except Exception as error:
            if operation.ids:
                raise HalfMade(operation.ids[0], self._tagged(row, _bare(inputs)), error) from error
            raise

    async def read(
        self, token: str, resource_id: str, state: Properties, inputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """State and inputs as the world has them now, or None when the resource is gone."""
        row = lookup(token)
        cloud = self._cloud_of(state or inputs)
        live = await _in_thread(row.read, cloud, resource_id, state)
        if live is None:
            return None
        live = self._completed(row, cloud, live)
        seen = seen_inputs(row, live, inputs, state)
        return self._tagged(row, merged(row, live, _bare(seen))), seen

    async def update(
        self, token: str, resource_id: str, old_inputs: Properties, old: Properties, new: Properties, preview: bool
    ) -> Properties:
        """The state after the update; in a preview, UNKNOWN for what the update may change."""
        row = lookup(token)
        if preview:
            kept = {name: value for name, value in old.items() if name not in old_inputs}
            return self._tagged(row, {**kept, **dict.fromkeys(row.volatile, UNKNOWN), **_bare(new)})
        operation = self._operation(row, resource_id, old, new)
        await _in_thread(row.update, operation)
        return await self._state(row, operation, resource_id, new)

    async def delete(self, token: str, resource_id: str, state: Properties) -> None:
        """Delete; what is already gone counts as deleted."""
        row = lookup(token)
        await _in_thread(row.delete, self._operation(row, resource_id, state, state))

    # ------------------------------------------------------------------------------------------------------------

    def _operation(self, row: ResourceType, resource_id: str, old: Properties, new: Properties) -> Operation:
        return Operation(self._cloud_of(new), resource_id, old, _bare(new))

    def _cloud_of(self, properties: Properties) -> Cloud:
        return self.cloud.within(properties.get("region"))

    async def _state(self, row: ResourceType, operation: Operation, resource_id: str, inputs: Properties) -> Properties:
        live = await _in_thread(row.read, operation.cloud, resource_id, _bare(inputs))
        return self._tagged(row, merged(row, self._completed(row, operation.cloud, live or {}), _bare(inputs)))

    def _tagged(self, row: ResourceType, state: Properties) -> Properties:
        if "tagsAll" not in row.outputs:
            return state
        tags = state.get("tags")
        known = tags if isinstance(tags, dict) else {}
        return {**state, "tagsAll": UNKNOWN if tags is UNKNOWN else {**self.cloud.default_tags, **known}}

    def _completed(self, row: ResourceType, cloud: Cloud, live: Properties) -> Properties:
        """With the region, and the resource's own tags: those of the provider's default tags are not the program's."""
        if "region" in row.outputs:
            live = {**live, "region": cloud.region}
        if "tags" not in live:
            return live
        defaults = self.cloud.default_tags
        return {**live, "tags": {k: v for k, v in live["tags"].items() if defaults.get(k) != v}}


def _bare(inputs: Properties) -> Properties:
    return {name: value for name, value in inputs.items() if name != DEFAULTS}


async def _in_thread(function: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.to_thread(function, *arguments)
