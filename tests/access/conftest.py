"""The committed stacks as scopes, and the reference that policies are held against."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slipway.access import Policy, Role, Scope, policies, read_scope

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class Reference:
    """AWS's Service Authorization Reference, as far as we grant anything: see `source` in authorization.json."""

    actions: dict[str, list[str]]
    resources: dict[str, str]

    def level(self, action: str) -> str:
        return self.actions[action][0]

    def formats(self, action: str) -> list[str]:
        """The ARN formats that a policy can name for an action; none means that only * can stand there."""
        service = action.partition(":")[0]
        return [self.resources[f"{service}:{kind}"] for kind in self.actions[action][1:]]


@pytest.fixture(scope="session")
def reference() -> Reference:
    document = json.loads(Path(__file__).with_name("authorization.json").read_text())
    return Reference(document["actions"], document["resources"])


@pytest.fixture(scope="session", params=["staging", "production"])
def scope(request: pytest.FixtureRequest) -> Scope:
    """Each of the committed stacks."""
    return read_scope(request.param, ROOT, ACCOUNT)


@pytest.fixture(scope="session")
def production() -> Scope:
    return read_scope("production", ROOT, ACCOUNT)


def statements(made: tuple[Policy, ...], effect: str) -> Iterator[dict[str, Any]]:
    for policy in made:
        yield from (each for each in policy.document["Statement"] if each["Effect"] == effect)


def may(role: Role, scope: Scope, action: str, arn: str) -> bool:
    """Whether a role may do this, its conditions taken as met: an explicit denial wins (IAM, policy evaluation)."""

    def named(effect: str) -> bool:
        return any(
            action in each["Action"] and any(fnmatch.fnmatchcase(arn, pattern) for pattern in each["Resource"])
            for each in statements(policies(role, scope), effect)
        )

    return named("Allow") and not named("Deny")


@pytest.fixture(scope="session")
def ask() -> Any:
    return may
