"""kill -9 of the driver, the engine or the plugin at random moments: what is resumed ends as if nothing had been.

`make test` plays two moments, SLIPWAY_NIGHTLY=1 fifty, SLIPWAY_SEED=N others. Each story is one change of the stack
with two kills; the second strikes the apply that takes over from the first.
"""

from __future__ import annotations

import os
import random
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from crashes import Crashing, Kill
from guarded import Guarded

from slipway.cloud import environment, process
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import Engine

pytestmark = pytest.mark.cloud

STORIES = 25 if os.environ.get("SLIPWAY_NIGHTLY") == "1" else 1
SEEDED = random.Random(int(os.environ.get("SLIPWAY_SEED", "7")))  # noqa: S311 a sample, not a secret
KILLS = [
    tuple(Kill(SEEDED.choice(("driver", "engine", "plugin")), SEEDED.random()) for _ in range(2))
    for _ in range(STORIES)
]


@dataclass(frozen=True)
class Undisturbed:
    """The stack; what it looks like in either form, what a change of it leaves in the ledger by form, and how long an
    apply takes (seconds)."""

    stack: Crashing
    aws: Cloud
    forms: dict[int, dict[str, Any]]
    deeds: list[tuple[str, str, str]]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Undisturbed]:
    """Deployed and changed once, without a kill; meanwhile somebody else tries to apply, too."""
    unique = f"crash-{uuid.uuid4().hex[:8]}"
    directory = tmp_path_factory.mktemp(unique)
    with own_cloud(directory / "cloud", 600) as cloud:
        shell = environment.within(cloud, engine, {**os.environ})
        stack = Crashing(Guarded.made(directory / "site", shell, f"{unique}.example.org"))
        stack.change(0)
        stack.carried_through()
        forms, before = {0: stack.shown()}, len(stack.entries)
        stack.change(1)
        began = datetime.now(UTC)
        first = stack.apply()
        try:
            _two_operators(stack)
        finally:
            status, said = stack.ended(first)
        assert status == 0, said
        seconds = (stack.entries[-1].at - began).total_seconds()
        forms[1] = stack.shown()
        yield Undisturbed(stack, Cloud(cloud.endpoint), forms, stack.deeds(before), seconds)


def _two_operators(stack: Crashing) -> None:
    """While one applies, nobody else does, nor takes over from who still lives."""
    while stack.entries[-1].deed.outcome != "begun":
        time.sleep(0.1)
    began = stack.entries[-1]
    for words in ((), ("--resume",)):
        refused = stack.stack.slipway("apply", "production", *words, expect=1)
        assert f"{began.who} is at it since {began.at:%Y-%m-%d %H:%M:%S}Z" in refused.stderr
        assert "It still runs on this machine" in refused.stderr


def test_undisturbed_change_is_one_preflight_one_approval_and_one_apply(undisturbed: Undisturbed) -> None:
    assert [deed[:2] for deed in undisturbed.deeds] == [
        ("preflight", "approved"),
        ("approval", "approved"),
        ("apply", "begun"),
        ("apply", "done"),
    ]


@pytest.mark.parametrize("number", range(STORIES))
def test_resumed_apply_ends_as_an_undisturbed_one(undisturbed: Undisturbed, number: int) -> None:
    stack, kills, form = undisturbed.stack, KILLS[number], number % 2
    before = len(stack.entries)
    stack.change(form)
    for kill, words in zip(kills, ((), ("--resume",)), strict=True):
        if not stack.is_done:  # A kill may come when all is over.
            status, said = stack.struck(kill, undisturbed.seconds, *words)
            assert status in (-signal.SIGKILL, 0, 3), f"{kills}\n{said}"  # 3: the engine failed, and nothing else
    if not stack.is_done:
        stack.carried_through("--resume")
    assert stack.shown() == undisturbed.forms[form], kills
    deeds = stack.deeds(before)
    assert [deed[:2] for deed in deeds] == [deed[:2] for deed in undisturbed.deeds], kills
    assert len({plan for _, _, plan in deeds}) == 1
    stack.stack.slipway("ledger", "verify", "production")
    assert_nothing_twice(undisturbed)


def assert_nothing_twice(undisturbed: Undisturbed) -> None:
    """No step was taken again that had been taken: of nothing there is one more than the stack has."""
    resources = undisturbed.stack.stack.resources()
    certificates = undisturbed.aws.client("acm").list_certificates()["CertificateSummaryList"]
    assert [each["CertificateArn"] for each in certificates] == [resources["certificate"]["id"]]
    distributions = undisturbed.aws.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert [each["Id"] for each in distributions] == [resources["cdn"]["id"]]
    zone = resources["zone"]["id"]
    sets = undisturbed.aws.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    ours = [each for each in resources.values() if each["type"] == "aws:route53/record:Record"]
    assert len(sets) == len(ours) + 2  # NS and SOA
