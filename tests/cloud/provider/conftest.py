"""One MiniStack for all provider tests, and the provider in front of it called as the engine would, without gRPC."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.provider import Provider
from slipway.cloud.provider.values import Properties


@pytest.fixture(scope="session")
def cloud(aws: Cloud) -> Cloud:
    """The session's cloud, by the name that provider tests use."""
    return aws


@dataclass
class Resource:
    """One resource as the engine keeps it: id, inputs and state, moved on by the provider's answers."""

    provider: Provider
    token: str
    name: str
    id: str = ""
    inputs: Properties | None = None
    state: Properties | None = None

    def check(self, properties: Properties) -> list[tuple[str, str]]:
        """The failures of new inputs, as (path, reason)."""
        _, failures = self.provider.check(self.token, self.name, self.inputs or {}, properties, b"seed")
        return [(failure.path, failure.reason) for failure in failures]

    def _checked(self, properties: Properties) -> Properties:
        old = self.inputs or {}
        inputs, failures = self.provider.check(self.token, self.name, old, properties, b"seed")
        assert failures == []
        return inputs

    def create(self, properties: Properties) -> Resource:
        """Check and create."""
        self.inputs = self._checked(properties)
        self.id, self.state = asyncio.run(self.provider.create(self.token, self.inputs, False))
        return self

    def refresh(self) -> bool:
        """Read; False when it is gone."""
        assert self.inputs is not None
        assert self.state is not None
        found = asyncio.run(self.provider.read(self.token, self.id, self.state, self.inputs))
        if found is not None:
            self.state, self.inputs = found
        return found is not None

    def diff(self, properties: Properties) -> dict[str, bool]:
        """What differs from new inputs: path -> whether it forces replacement."""
        assert self.inputs is not None
        found, _ = self.provider.diff(self.token, self.inputs, self._checked(properties))
        return {difference.path: difference.replaces for difference in found}

    def update(self, properties: Properties) -> Resource:
        """Check and update in place."""
        assert self.inputs is not None
        assert self.state is not None
        new = self._checked(properties)
        work = self.provider.update(self.token, self.id, self.inputs, self.state, new, False)
        self.state, self.inputs = asyncio.run(work), new
        return self

    def delete(self) -> None:
        """Delete by what is recorded."""
        assert self.state is not None
        asyncio.run(self.provider.delete(self.token, self.id, self.state))

    def imported(self, resource_id: str) -> Resource | None:
        """What an import of this id would record."""
        found = asyncio.run(self.provider.read(self.token, resource_id, {}, {}))
        if found is None:
            return None
        return Resource(self.provider, self.token, self.name, resource_id, found[1], found[0])


@dataclass
class Maker:
    """Makes resources in one cloud."""

    cloud: Cloud

    def __call__(self, token: str, /, **properties: Any) -> Resource:
        """A resource of a type, created if any properties are given."""
        resource = Resource(Provider(self.cloud), token, "it")
        return resource.create(properties) if properties else resource

    def bucket(self, **properties: Any) -> str:
        """A new bucket's name."""
        name = f"bucket-{uuid.uuid4().hex[:12]}"
        return self("aws:s3/bucket:Bucket", bucket=name, forceDestroy=True, **properties).id


@pytest.fixture
def make(cloud: Cloud) -> Maker:
    """`make(token, **inputs)` creates a resource; `make.bucket()` a bucket for it."""
    return Maker(cloud)
