"""kill -9 of the driver, the engine or the plugin at random moments of a rollout, from staging's preflight to
production's soak: what is resumed ends as if nothing had been.

`make test` plays one story; SLIPWAY_NIGHTLY=1 plays 25, or SLIPWAY_STORIES=N, and SLIPWAY_SEED=N others. Each is one
change of two stacks with two blows; the second strikes the rollout that takes over from the first. At night the
network may be away as well, or the credentials expire.
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
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from crashes import CREDENTIALS, NETWORK, STACKS, Blow, Crashing

from slipway.cloud import environment, process
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import Engine
from slipway.rollout.pending import half_made

pytestmark = pytest.mark.cloud

NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
STORIES = int(os.environ.get("SLIPWAY_STORIES", "25")) if NIGHTLY else 1
SEEDED = random.Random(int(os.environ.get("SLIPWAY_SEED", "7")))  # noqa: S311 a sample, not a secret
KILLED = ("driver", "engine", "plugin")
STRUCK = (*KILLED, NETWORK, CREDENTIALS) if NIGHTLY else KILLED


def story() -> tuple[Blow, Blow]:
    """One blow at any moment, and one at any moment of what is left then."""
    first = Blow(SEEDED.choice((*KILLED, CREDENTIALS)), SEEDED.random())
    return first, Blow(SEEDED.choice(STRUCK), SEEDED.random() * (1 - first.when))


STORY = [story() for _ in range(STORIES)]
STAGES = {
    "staging": [
        ("preflight", "approved"),
        ("apply", "begun"),
        ("apply", "done"),
        ("smoke", "passed"),
        ("soak", "passed"),
    ],
    "production": [
        ("rollout", "begun"),
        ("preflight", "approved"),
        ("approval", "approved"),
        ("apply", "begun"),
        ("apply", "done"),
        ("smoke", "passed"),
        ("soak", "passed"),
        ("rollout", "done"),
    ],
}


@dataclass(frozen=True)
class Undisturbed:
    """The stacks; what they look like in a form, as far as it was rolled out without a kill; how long that takes
    (seconds)."""

    stacks: Crashing
    aws: Cloud
    forms: dict[int, dict[str, Any]]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Undisturbed]:
    """Rolled out without a kill; meanwhile somebody else tries to, as well."""
    unique = f"c{uuid.uuid4().hex[:8]}"
    directory = tmp_path_factory.mktemp(unique)
    with own_cloud(directory / "cloud", 600) as cloud:
        stacks = Crashing.made(
            directory / "site",
            environment.within(cloud, engine, {**os.environ}),
            unique,
            partial(process.expire, cloud),
        )
        stacks.change(0)
        first = stacks.begin("rollout")
        try:
            _two_operators(stacks)
        finally:
            status, said = stacks.ended(first)
        assert status == 0, said
        forms = {0: stacks.shown()}
        if NIGHTLY:
            stacks.change(1)
            stacks.carried_through("rollout")
            forms[1] = stacks.shown()
        begun, *_, done = [entry.at for entry in stacks.entries("production")][-len(STAGES["production"]) :]
        yield Undisturbed(stacks, Cloud(cloud.endpoint), forms, (done - begun).total_seconds())


def _two_operators(stacks: Crashing) -> None:
    """While one rolls out, nobody else does, nor takes over from who still lives."""
    while not (begun := stacks.entries("production")):
        time.sleep(0.1)
    for words in ((), ("--resume",)):
        refused = stacks.site.slipway("rollout", "--yes", *words, expect=1)
        assert f"{begun[0].who} is at it since {begun[0].at:%Y-%m-%d %H:%M:%S}Z" in refused.stderr
        assert "It still runs on this machine" in refused.stderr


@pytest.mark.parametrize("stack", STACKS)
def test_undisturbed_rollout_takes_every_stage_once(undisturbed: Undisturbed, stack: str) -> None:
    deeds = [deed[:2] for deed in undisturbed.stacks.deeds(stack, 0)]
    assert deeds == STAGES[stack] * len(undisturbed.forms)


@pytest.mark.parametrize("number", range(STORIES))
def test_resumed_rollout_ends_as_an_undisturbed_one(undisturbed: Undisturbed, number: int) -> None:
    stacks, form = undisturbed.stacks, 1 - undisturbed.stacks.form
    before = {stack: len(stacks.entries(stack)) for stack in STACKS}
    stacks.change(form)
    for blow, words in zip(STORY[number], (("rollout",), ("rollout", "--resume")), strict=True):
        status, said = stacks.struck(blow, undisturbed.seconds, *words)
        print(blow, status, [stacks.deeds(stack, before[stack])[-1:] for stack in STACKS])
        assert status in (-signal.SIGKILL, 0, 3), said  # 3: the engine failed, and nothing else
    stacks.carried_through("rollout", "--resume")
    assert_as_undisturbed(undisturbed, form, before)


@pytest.mark.skipif(not NIGHTLY, reason="a minute and a half: SLIPWAY_NIGHTLY=1")
@pytest.mark.parametrize("who", KILLED)
def test_way_back_from_half_an_apply_is_resumed_to_where_it_went(undisturbed: Undisturbed, who: str) -> None:
    """The engine dies in the middle of production's apply, and somebody goes back; that is cut off as well."""
    stacks, number = undisturbed.stacks, len(undisturbed.stacks.entries("production"))
    commit, there = stacks.entries("production")[-1].deed.commit, production(stacks.shown())
    stacks.change(next(form for form, shown in undisturbed.forms.items() if production(shown) != there))
    first = stacks.begin("rollout")
    _await(stacks, number, "apply")
    time.sleep(SEEDED.uniform(2, 5))
    assert stacks.kill(first, "engine")
    assert stacks.ended(first)[0] == 3
    number = len(stacks.entries("production"))
    second = stacks.begin("rollback", "production", "--reason", "the engine died")
    _await(stacks, number, "apply")
    time.sleep(SEEDED.uniform(0, 4))
    if not stacks.kill(second, who):
        second.kill()
    status, said = stacks.ended(second)
    assert status in (-signal.SIGKILL, 0, 3), said
    if status:
        stacks.carried_through("rollback", "production", "--resume")
    last = stacks.entries("production")[-1].deed
    assert (last.kind, last.outcome, last.commit) == ("rollback", "done", commit)
    assert production(stacks.shown()) == there
    stacks.site.slipway("ledger", "verify", "production")
    assert_nothing_twice(undisturbed.aws, stacks.exported("production")["resources"])


@pytest.mark.skipif(not NIGHTLY, reason="a minute and a half: SLIPWAY_NIGHTLY=1")
def test_what_was_made_when_the_credentials_expired_is_not_made_again(
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]], engine: Engine, tmp_path: Path
) -> None:
    """The provider waits for a record set at all name servers, a second here, and may not ask any more."""
    unique = f"e{uuid.uuid4().hex[:8]}"
    with own_cloud(tmp_path / "cloud", 60) as cloud:
        shell = environment.within(cloud, engine, {**os.environ})
        stacks = Crashing.made(tmp_path / "site", shell, unique, partial(process.expire, cloud))
        stacks.change(0)
        stacks.carried_through("rollout")
        stacks.change(1)
        begun = stacks.begin("rollout", AWS_ACCESS_KEY_ID="ASIAEXPIRES", AWS_SESSION_TOKEN="of a session")
        aws = Cloud(cloud.endpoint)
        while not _proofs_of(aws, f"files.production-{unique}.example.org"):
            assert begun.poll() is None
            time.sleep(0.05)
        process.expire(cloud, "ASIAEXPIRES")
        status, said = stacks.ended(begun)
        assert (status, "ExpiredToken" in said) == (3, True), said
        cut_off = {each.name: id_ for id_, each in half_made({"deployment": stacks.exported("production")}).items()}
        assert f"proof-files.production-{unique}.example.org" in cut_off
        said = stacks.carried_through("rollout", "--resume")
        for name, id_ in cut_off.items():
            assert f"interrupted while creating {name}: made as {id_}" in said
        assert stacks.entries("production")[-1].deed.outcome == "done"
        stacks.site.pulumi("preview", "--expect-no-changes", "--stack", "production", own_stack=False)
        assert_nothing_twice(aws, stacks.exported("production")["resources"])


def _proofs_of(aws: Cloud, host: str) -> list[str]:
    """The names of the records that prove a host to ACM, in its zone."""
    route53 = aws.client("route53")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        if host.endswith(zone["Name"].rstrip(".")):
            sets = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
            return [each["Name"] for each in sets if each["Name"].endswith(f".{host}.") and each["Type"] == "CNAME"]
    return []


def production(shown: dict[str, Any]) -> dict[str, Any]:
    """What there is of production."""
    return {urn: text for urn, text in shown.items() if urn.startswith("urn:pulumi:production::")}


def _await(stacks: Crashing, number: int, kind: str) -> None:
    """Until an entry of this kind has come after that number."""
    while not any(entry.deed.kind == kind for entry in stacks.entries("production")[number:]):
        time.sleep(0.1)


def assert_as_undisturbed(undisturbed: Undisturbed, form: int, before: dict[str, int]) -> None:
    stacks, shown = undisturbed.stacks, undisturbed.stacks.shown()
    if form in undisturbed.forms:
        assert shown == undisturbed.forms[form]
    for stack in STACKS:
        deeds = stacks.deeds(stack, before[stack])
        assert [deed[:2] for deed in deeds] == STAGES[stack]
        assert len({plan for *_, plan in deeds if plan}) == 1
        stacks.site.slipway("ledger", "verify", stack)
        if form not in undisturbed.forms:
            stacks.site.pulumi("preview", "--expect-no-changes", "--stack", stack, own_stack=False)
        assert_nothing_twice(undisturbed.aws, stacks.exported(stack)["resources"])


def assert_nothing_twice(aws: Cloud, resources: list[dict[str, Any]]) -> None:
    """No step was taken again that had been taken: of nothing there is one more than the stack has."""
    (zone,) = (each for each in resources if each["type"] == "aws:route53/zone:Zone")
    domain = zone["inputs"]["name"]
    found = aws.client("acm").list_certificates()["CertificateSummaryList"]
    certificates = [each["CertificateArn"] for each in found if each["DomainName"] == f"www.{domain}"]
    assert certificates == [each["id"] for each in resources if each["urn"].endswith("::certificate")]
    items = aws.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    distributions = [each["Id"] for each in items if f"www.{domain}" in each["Aliases"]["Items"]]
    assert distributions == [each["id"] for each in resources if each["urn"].endswith("::cdn")]
    sets = aws.client("route53").list_resource_record_sets(HostedZoneId=zone["id"])["ResourceRecordSets"]
    ours = [each for each in resources if each["type"] == "aws:route53/record:Record"]
    assert len(sets) == len(ours) + 2  # NS and SOA
