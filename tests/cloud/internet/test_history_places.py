"""The histories of a MiniStack, read through its API, with the test's own journal and clock."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud import clock
from slipway.cloud.internet.history import Histories
from slipway.cloud.internet.journal import Batch, Entry
from slipway.cloud.internet.world import Zone
from slipway.cloud.provider.cloud import Cloud

PLACES = 4


class Told:
    """Histories to which the test tells what was touched, at a time that it sets."""

    def __init__(self, aws: Cloud, directory: Path) -> None:
        self.now = 1000.0
        self.last = 0
        self.scale = 60.0  # A minute's record change takes a second.
        clock.write(directory, clock.Clock(scale=self.scale))
        self.histories = Histories(PLACES, aws, directory, lambda: self.now)
        self.tell(epoch="one")

    def tell(self, *touched: tuple[str, str], epoch: str = "one") -> None:
        entries = tuple(Entry(self.last + n, self.now, *each, self.scale) for n, each in enumerate(touched, start=1))
        self.last += len(entries)
        asyncio.run(self.histories.take(Batch(epoch, self.last, entries)))

    def zone(self, place: int, zone_id: str) -> Zone | None:
        return next((zone for zone in self.histories.world(place).zones if zone.id == zone_id), None)

    def answers(self, name: str) -> list[list[str]]:
        """What every place answers for a name."""
        every = [self.histories.names(place).answers(name) for place in range(PLACES)]
        return [sorted(answer.target for answer in answers) for answers in every]


@pytest.fixture
def told(aws: Cloud, tmp_path: Path) -> Told:
    return Told(aws, tmp_path)


@pytest.fixture
def new_zone(aws: Cloud) -> Callable[[str], str]:
    def make(name: str) -> str:
        made = aws.client("route53").create_hosted_zone(Name=name, CallerReference=str(uuid.uuid4()))
        return str(made["HostedZone"]["Id"].rpartition("/")[2])

    return make


def put(aws: Cloud, zone: str, name: str, value: str, action: str = "UPSERT") -> None:
    record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": value}]}
    changes: dict[str, Any] = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


def unique() -> str:
    return f"h{uuid.uuid4().hex[:8]}.example.org"


def test_change_that_took_no_time_is_everywhere_at_once_however_late_it_is_heard_of(
    aws: Cloud, told: Told, new_zone: Callable[[str], str]
) -> None:
    """A state is put up while nothing takes any time, and the clock set on its way right after."""
    name = unique()
    zone = new_zone(name)
    told.scale = 0.0
    told.tell(("route53", zone))
    put(aws, zone, name, "192.0.2.1")
    told.tell(("route53", zone))
    assert told.answers(name) == [["192.0.2.1"]] * PLACES


def test_record_reaches_one_name_server_after_the_other(aws: Cloud, told: Told, new_zone: Callable[[str], str]) -> None:
    """Place i of four at (i+1)/4 of the second, the last one exactly at its end; old and new both answer between."""
    name = unique()
    zone = new_zone(name)
    put(aws, zone, name, "192.0.2.1")
    told.tell(("route53", zone))
    told.now += 1
    assert told.answers(name) == [["192.0.2.1"]] * 4
    put(aws, zone, name, "192.0.2.2")
    start = told.now
    told.tell(("route53", zone))
    seen = {}
    for passed in (0.0, 0.24, 0.25, 0.5, 0.99, 1.0):
        told.now = start + passed
        seen[passed] = [answer == ["192.0.2.2"] for answer in told.answers(name)]
    assert seen == {
        0.0: [False, False, False, False],
        0.24: [False, False, False, False],
        0.25: [True, False, False, False],
        0.5: [True, True, False, False],
        0.99: [True, True, True, False],
        1.0: [True, True, True, True],
    }


def test_version_changes_with_the_world_and_only_then(aws: Cloud, told: Told, new_zone: Callable[[str], str]) -> None:
    """So that what was computed from a world may be kept."""
    zone = new_zone(unique())
    told.tell(("route53", zone))
    told.now += 1
    before = [told.histories.version(place) for place in range(PLACES)]
    told.tell(("route53", zone), ("s3", "somebody-elses"))
    told.now += 1
    assert [told.histories.version(place) for place in range(PLACES)] == before
    aws.client("route53").delete_hosted_zone(Id=zone)
    told.tell(("route53", zone))
    told.now += 0.25
    assert [told.histories.version(place) != before[place] for place in range(PLACES)] == [True, False, False, False]
    assert [told.zone(place, zone) is None for place in range(PLACES)] == [True, False, False, False]


def test_what_stands_at_the_beginning_and_after_a_reset_is_held_everywhere_at_once(
    aws: Cloud, told: Told, new_zone: Callable[[str], str]
) -> None:
    """A new epoch forgets all, and what was on its way with it."""
    zone = new_zone(unique())
    told.tell(epoch="two")
    assert all(told.zone(place, zone) for place in range(PLACES))
    assert told.histories.epoch == "two"
    aws.client("route53").delete_hosted_zone(Id=zone)
    told.tell(("route53", zone), epoch="two")
    told.tell(epoch="three")
    assert not any(told.zone(place, zone) for place in range(PLACES))


def test_second_zone_of_a_name_is_not_delegated_to_not_even_when_the_first_goes(
    aws: Cloud, told: Told, new_zone: Callable[[str], str]
) -> None:
    """Somebody would have to tell the registrar; a zone made when none of its name stands is told."""
    name = unique()
    first = new_zone(name)
    told.tell(("route53", first))
    second = new_zone(name)
    told.tell(("route53", second))
    put(aws, second, name, "192.0.2.2")
    told.tell(("route53", second))
    told.now += 1
    assert told.answers(name) == [[]] * 4
    aws.client("route53").delete_hosted_zone(Id=first)
    told.tell(("route53", first))
    told.now += 1
    assert told.answers(name) == [[]] * 4
    put(aws, second, name, "192.0.2.2", action="DELETE")
    aws.client("route53").delete_hosted_zone(Id=second)
    told.tell(("route53", second))
    third = new_zone(name)
    put(aws, third, name, "192.0.2.3")
    told.tell(("route53", third))
    told.now += 1
    assert told.answers(name) == [["192.0.2.3"]] * 4


def test_distribution_reaches_the_locations_in_an_order_of_its_own_for_each_change(aws: Cloud, told: Told) -> None:
    """All of them within its duration; bucket, policy and access control are known with it, and taken up at once."""
    bucket = f"held-{uuid.uuid4().hex[:8]}"
    aws.client("s3").create_bucket(Bucket=bucket)
    made = aws.client("cloudfront").create_distribution(DistributionConfig=_config(bucket, "one"))
    distribution, etag = made["Distribution"]["Id"], made["ETag"]
    told.tell(("cloudfront", distribution))
    told.now += 15
    world = told.histories.world(0)
    assert world.has_bucket(bucket)
    assert world.policy(bucket) is None
    orders = []
    for number in range(6):
        changed = aws.client("cloudfront").update_distribution(
            Id=distribution, IfMatch=etag, DistributionConfig=_config(bucket, f"change {number}")
        )
        etag, start = changed["ETag"], told.now
        told.tell(("cloudfront", distribution))
        order: list[int] = []
        for quarter in range(5):
            told.now = start + quarter * 15 / 4
            for place in range(PLACES):
                held = next(each for each in told.histories.world(place).distributions if each.id == distribution)
                if held.etag == etag and place not in order:
                    order.append(place)
            assert len(order) == quarter
        orders.append(tuple(order))
    assert len(set(orders)) > 1
    document = '{"Version": "2012-10-17", "Statement": []}'
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    told.tell(("s3", bucket))
    assert [told.histories.world(place).policy(bucket) for place in range(PLACES)] == [document] * 4


def test_heard_counts_what_the_journal_tells_of_anything(told: Told) -> None:
    """Also of what is not read."""
    before = told.histories.heard
    told.tell()
    assert told.histories.heard == before
    told.tell(("faults", ""))
    assert told.histories.heard != before


def _config(bucket: str, comment: str) -> dict[str, Any]:
    return {
        "CallerReference": f"{bucket}-{time.time()}" if comment == "one" else bucket,
        "Comment": comment,
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "o",
                    "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "o",
            "ViewerProtocolPolicy": "redirect-to-https",
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            "MinTTL": 0,
        },
    }
