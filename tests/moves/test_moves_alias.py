"""An alias moved between distributions: where AWS takes it and the target serves it, and else back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.errors import CloudError
from slipway.ledger import Deed
from slipway.moves.alias import AliasMove, check, covers, move_alias, proof
from slipway.moves.distributions import Certificate, Distribution, Distributions
from slipway.moves.logbook import Logbook
from slipway.moves.refused import Refused

from .conftest import Records

NAME = "app.example.org"
BLUE = Distribution("E1", "d1.cloudfront.net", (NAME, "www.example.org"), True, True, False, "arn:1")
GREEN = Distribution("E2", "d2.cloudfront.net", (), True, True, False, "arn:2")
ISSUED = Certificate("arn:2", "ISSUED", ("example.org", "*.example.org"))
MOVE = AliasMove(NAME, "example.org", "E1", "E2")
Deeds = Callable[[], list[Deed]]


class Quiet:
    def note(self, text: str) -> None: ...

    def tick(self, text: str) -> None: ...


@dataclass
class CloudFront:
    """Two distributions, and a resolver that sees the proof only after so many calls. Every change needs a look or two
    until it is deployed."""

    records: Records
    aliases: dict[str, set[str]] = field(default_factory=lambda: {"E1": {NAME, "www.example.org"}, "E2": set()})
    blind: int = 0
    pending: int = 0
    calls: list[str] = field(default_factory=list)

    def get_distribution(self, **asked: str) -> Any:
        id_ = asked["Id"]
        self.pending = max(0, self.pending - 1)
        config = {
            "Aliases": {"Items": sorted(self.aliases[id_])},
            "Enabled": True,
            "ViewerCertificate": {"ACMCertificateArn": "arn:2"},
        }
        status = "InProgress" if self.pending else "Deployed"
        domain = {"E1": BLUE, "E2": GREEN}[id_].domain
        return {"Distribution": {"DomainName": domain, "Status": status, "DistributionConfig": config}}

    def associate_alias(self, **asked: str) -> None:
        alias, target = asked["Alias"], asked["TargetDistributionId"]
        self.calls.append(target)
        domain = {"E1": BLUE, "E2": GREEN}[target].domain
        texts = [each["Value"] for record in self.records.sets for each in record["ResourceRecords"]]
        self.blind -= 1
        if self.blind >= 0 or f'"{domain}"' not in texts:
            said = {"Code": "IllegalUpdate", "Message": "Invalid or missing alias DNS TXT records"}
            raise ClientError({"Error": said}, "AssociateAlias")  # type: ignore[typeddict-item]
        for held in self.aliases.values():
            held.discard(alias)
        self.aliases[target].add(alias)
        self.pending = 6


class Acm:
    def describe_certificate(self, **asked: str) -> Any:
        return {"Certificate": {"DomainName": "*.example.org", "Status": "ISSUED"}}


@dataclass
class Stage:
    """A move to be tried: what it is made with, and how long it slept."""

    log: Logbook
    records: Records = field(default_factory=lambda: Records([]))
    slept: float = 0.0
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cloudfront = CloudFront(self.records)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def run(self, wrong: str = "") -> None:
        distributions = Distributions(self.cloudfront, Acm(), Quiet(), lambda: self.slept, self.sleep)
        move_alias(
            MOVE, distributions, self.records, lambda: wrong, lambda: self.did.append("adjusted"), self.log, 0
        )  # fmt: skip


@pytest.fixture
def stage(log: Logbook) -> Stage:
    return Stage(log)


def test_it_is_proven_moved_and_the_proof_is_gone_again(stage: Stage, deeds: Deeds) -> None:
    stage.run()
    assert stage.cloudfront.aliases == {"E1": {"www.example.org"}, "E2": {NAME}}
    assert stage.did == ["adjusted"]
    ((made, record),), ((removed, _),) = stage.records.batches
    assert (made, removed, record["Name"]) == ("CREATE", "DELETE", f"_{NAME}")
    assert record["ResourceRecords"] == [{"Value": '"d2.cloudfront.net"'}]
    assert [deed.outcome for deed in deeds()] == ["begun", "done"]


def test_a_miss_that_cloudfront_remembers_is_waited_out(stage: Stage) -> None:
    stage.cloudfront.blind = 5
    stage.run()
    assert stage.cloudfront.aliases["E2"] == {NAME}
    assert 0 < stage.slept < 900


def test_what_cloudfront_never_sees_ends_it(stage: Stage, deeds: Deeds) -> None:
    stage.cloudfront.blind = 10**6
    with pytest.raises(CloudError, match="IllegalUpdate"):
        stage.run()
    assert stage.cloudfront.aliases["E1"] == {NAME, "www.example.org"}
    assert stage.records.sets == []
    assert deeds()[-1].outcome == "failed"


def test_a_name_that_the_target_does_not_serve_goes_back(stage: Stage) -> None:
    with pytest.raises(Refused, match="is back at E1: 502"):
        stage.run("502 for https://app.example.org/")
    assert stage.cloudfront.aliases == {"E1": {NAME, "www.example.org"}, "E2": set()}
    assert stage.cloudfront.calls == ["E2", "E1"]
    assert stage.did == []
    assert stage.records.sets == []


def test_interrupted_after_the_move_it_is_finished_the_next_time(stage: Stage) -> None:
    stage.cloudfront.aliases = {"E1": {"www.example.org"}, "E2": {NAME}}
    stage.run()
    assert stage.cloudfront.calls == []
    assert stage.did == ["adjusted"]


def test_a_proof_of_somebody_elses_stays(stage: Stage) -> None:
    theirs = {**proof(NAME, "example.org", GREEN), "TTL": 300}
    stage.records.sets = [theirs]
    stage.run()
    assert stage.records.sets == [theirs]


def test_another_text_in_its_place_is_refused(stage: Stage) -> None:
    stage.records.sets = [proof(NAME, "example.org", BLUE)]
    with pytest.raises(Refused, match="stands where the proof is to be") as refused:
        stage.run()
    assert "Add the text d2.cloudfront.net" in refused.value.advice
    assert stage.cloudfront.calls == []


def test_the_proof_of_an_apex_has_a_dot_of_its_own() -> None:
    """`_example.org` would be outside the zone."""
    assert proof("example.org", "example.org", GREEN)["Name"] == "_.example.org"
    assert proof("*.example.org", "example.org", GREEN)["Name"] == "_*.example.org"


@pytest.mark.parametrize(
    ("source", "target", "certificate", "says"),
    [
        (BLUE, BLUE, ISSUED, "both where"),
        (replace(BLUE, aliases=()), GREEN, ISSUED, "does not have the alias"),
        (BLUE, replace(GREEN, staging=True), ISSUED, "staging"),
        (BLUE, replace(GREEN, enabled=False), ISSUED, "is not enabled"),
        (BLUE, replace(GREEN, deployed=False), ISSUED, "E2 is being deployed"),
        (replace(BLUE, deployed=False), GREEN, ISSUED, "E1 is being deployed"),
        (BLUE, GREEN, None, "no certificate"),
        (BLUE, GREEN, replace(ISSUED, status="PENDING_VALIDATION"), "is PENDING_VALIDATION"),
        (BLUE, GREEN, replace(ISSUED, names=("example.org", "*.app.example.org")), "covers example.org"),
        (BLUE, replace(GREEN, aliases=tuple(f"n{n}.example.org" for n in range(100))), ISSUED, "100 aliases"),
    ],
)
def test_what_aws_would_refuse_is_not_asked(
    source: Distribution, target: Distribution, certificate: Certificate | None, says: str
) -> None:
    check(NAME, BLUE, GREEN, ISSUED)
    with pytest.raises(Refused, match=says):
        check(NAME, source, target, certificate)


def test_a_wildcard_stands_for_one_label() -> None:
    assert covers("*.example.org", "app.example.org")
    assert covers("*.example.org", "*.example.org")
    assert not covers("*.example.org", "example.org")
    assert not covers("*.example.org", "a.b.example.org")
