"""The provider waits as the official one does: until what it did has taken effect everywhere."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud import clock
from slipway.cloud.ministack.sessions import FILE
from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.provider import HalfMade, Provider
from slipway.durations import Durations

from .forms import certificate, described, put_cname, zone
from .running import MiniStack

pytestmark = pytest.mark.cloud

SPELL = 0.4  # real seconds that each operation takes on the clock of these tests
CLOCK = clock.Clock(6000, Durations(issuance=2400, distribution=2400, record=2400))
DISTRIBUTION, RECORD = "aws:cloudfront/distribution:Distribution", "aws:route53/record:Record"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
INPUTS: dict[str, Any] = {
    "enabled": True,
    "origins": [{"originId": "files", "domainName": "files.s3.us-east-1.amazonaws.com"}],
    "defaultCacheBehavior": {
        "targetOriginId": "files",
        "viewerProtocolPolicy": "allow-all",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
    },
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}


@pytest.fixture
def provider(ministack: MiniStack) -> Provider:
    clock.write(ministack.directory, CLOCK)
    return Provider(ministack.cloud)


def timed(work: Coroutine[Any, Any, Any]) -> tuple[float, Any]:
    began = time.monotonic()
    result = asyncio.run(work)
    return time.monotonic() - began, result


def test_record_is_made_when_it_is_in_sync(ministack: MiniStack, provider: Provider) -> None:
    inputs = {"zoneId": zone(ministack.cloud), "name": "www", "type": "CNAME", "ttl": 60, "records": ["example.net"]}
    seconds, _ = timed(provider.create(RECORD, inputs, preview=False))
    assert seconds >= SPELL


def test_what_aws_has_made_is_told_even_if_it_cannot_be_waited_for(ministack: MiniStack, provider: Provider) -> None:
    """As the official provider does: the engine keeps the resource with its id, and calls the create failed."""
    inputs = {"zoneId": zone(ministack.cloud), "name": "half", "type": "CNAME", "ttl": 60, "records": ["example.net"]}
    expired = ministack.directory / FILE
    key = "ASIAWHILEWAITING"
    cut_off = Provider(replace(ministack.cloud, key=key, shared=Cloud("").shared))

    async def created() -> None:
        async def expiring() -> None:
            await asyncio.sleep(SPELL / 2)
            expired.write_text(json.dumps([key]))

        await asyncio.gather(cut_off.create(RECORD, inputs, preview=False), expiring())

    with pytest.raises(HalfMade, match="ExpiredToken") as half:
        asyncio.run(created())
    expired.unlink()
    assert half.value.id == f"{inputs['zoneId']}_half.example.org_CNAME"
    assert half.value.state["records"] == ["example.net"]
    found, _ = asyncio.run(provider.read(RECORD, half.value.id, half.value.state, inputs)) or ({}, {})
    assert found["name"] == "half"


def test_create_that_aws_refuses_has_made_nothing(provider: Provider) -> None:
    inputs = {"zoneId": "Z0NOWHERE", "name": "www", "type": "CNAME", "ttl": 60, "records": ["example.net"]}
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        asyncio.run(provider.create(RECORD, inputs, preview=False))


def test_distribution_is_made_when_it_is_deployed(provider: Provider) -> None:
    seconds, (_, state) = timed(provider.create(DISTRIBUTION, INPUTS, preview=False))
    assert seconds >= SPELL
    assert state["status"] == "Deployed"


def test_distribution_is_not_waited_for_when_the_program_says_so(provider: Provider) -> None:
    _, (_, state) = timed(provider.create(DISTRIBUTION, {**INPUTS, "waitForDeployment": False}, preview=False))
    assert state["status"] == "InProgress"


def test_enabled_distribution_is_disabled_and_waited_for_before_it_is_deleted(
    ministack: MiniStack, provider: Provider
) -> None:
    """CloudFront refuses to delete it sooner."""
    clock.write(ministack.directory, clock.INSTANT)
    _, (id_, state) = timed(provider.create(DISTRIBUTION, INPUTS, preview=False))
    clock.write(ministack.directory, CLOCK)
    seconds, _ = timed(provider.delete(DISTRIBUTION, id_, state))
    assert seconds >= SPELL
    assert "Items" not in ministack.cloud.client("cloudfront").list_distributions()["DistributionList"]


def test_waits_pass_side_by_side(ministack: MiniStack, provider: Provider) -> None:
    """None of them holds a lock that another operation needs."""
    clock.write(ministack.directory, clock.Clock(600, Durations(distribution=1200)))

    async def together() -> None:
        await asyncio.gather(*(provider.create(DISTRIBUTION, INPUTS, preview=False) for _ in range(3)))

    seconds, _ = timed(together())
    assert 2 <= seconds < 6


def test_validation_ends_when_the_certificate_is_issued(ministack: MiniStack, provider: Provider) -> None:
    """It waits for records that are not there yet, as well as for the issuance."""
    cloud = ministack.cloud
    pending = certificate(cloud, "example.org")
    arn, record = pending["CertificateArn"], pending["DomainValidationOptions"][0]["ResourceRecord"]

    async def validate() -> float:
        began = time.monotonic()
        waiting = asyncio.create_task(provider.create(VALIDATION, {"certificateArn": arn}, preview=False))
        await asyncio.sleep(SPELL)
        assert not waiting.done()
        put_cname(cloud, zone(cloud), record["Name"], record["Value"])
        await waiting
        return time.monotonic() - began

    assert asyncio.run(validate()) >= 2 * SPELL
    assert described(cloud, arn)["Status"] == "ISSUED"


def test_validation_of_a_certificate_that_is_deleted_meanwhile_fails(ministack: MiniStack, provider: Provider) -> None:
    """At once, and not when the wait's limit is over."""
    arn = certificate(ministack.cloud, "example.org")["CertificateArn"]

    async def validate() -> None:
        waiting = asyncio.create_task(provider.create(VALIDATION, {"certificateArn": arn}, preview=False))
        await asyncio.sleep(0.1)
        ministack.cloud.client("acm").delete_certificate(CertificateArn=arn)
        await waiting

    with pytest.raises(ministack.cloud.client("acm").exceptions.ClientError, match="ResourceNotFoundException"):
        asyncio.run(validate())
