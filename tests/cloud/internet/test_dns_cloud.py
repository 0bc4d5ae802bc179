"""Name servers and resolver of a running local cloud whose time runs 60 times faster, asked over real UDP and TCP."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import dns.message
import dns.query
import dns.rcode
import pytest

from slipway.cloud import process
from slipway.cloud.internet.address import Internet
from slipway.cloud.provider.cloud import Cloud

pytestmark = pytest.mark.cloud
SCALE = 60  # A record change takes a second.


@pytest.fixture(scope="module")
def slow(
    tmp_path_factory: pytest.TempPathFactory, own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]]
) -> Iterator[process.RunningCloud]:
    """A cloud in which things take time."""
    with own_cloud(tmp_path_factory.mktemp("slow") / "cloud", SCALE) as running:
        yield running


@pytest.fixture(scope="module")
def internet(slow: process.RunningCloud) -> Internet:
    found = slow.internet
    assert found is not None
    return found


class Zone:
    """A hosted zone, and changes to it that are waited for."""

    def __init__(self, cloud: Cloud) -> None:
        self.name = f"z{uuid.uuid4().hex[:8]}.example.org"
        self._client = cloud.client("route53")
        made = self._client.create_hosted_zone(Name=self.name, CallerReference=self.name)
        self.id = made["HostedZone"]["Id"]
        self.wait(made)

    def put(self, label: str, *values: str, ttl: int = 60, action: str = "UPSERT", **more: Any) -> Any:
        """Ask for an A record; the change, which is pending."""
        items = [{"Value": value} for value in values]
        record = {"Name": f"{label}.{self.name}", "Type": "A", "TTL": ttl, "ResourceRecords": items, **more}
        return self.change(action, record)

    def change(self, action: str, record: dict[str, Any]) -> Any:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        return self._client.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch=batch)

    def wait(self, change: Any) -> None:
        while not self.is_insync(change):
            time.sleep(0.02)

    def is_insync(self, change: Any) -> bool:
        return self._client.get_change(Id=change["ChangeInfo"]["Id"])["ChangeInfo"]["Status"] == "INSYNC"


@pytest.fixture(scope="module")
def zone(slow: process.RunningCloud, internet: Internet) -> Zone:
    return Zone(Cloud(slow.endpoint))


Ask = Callable[..., dns.message.Message]


@pytest.fixture
def ask(internet: Internet) -> Ask:
    """Ask a name server of the local internet, the first one if nothing else is said."""

    def asked(name: str, kind: str = "A", place: str = "127.0.0.1", how: Any = dns.query.udp) -> dns.message.Message:
        found: dns.message.Message = how(dns.message.make_query(name, kind), place, port=internet.dns, timeout=5)
        return found

    return asked


def resolved(internet: Internet, name: str) -> dns.message.Message:
    query = dns.message.make_query(name, "A")
    return dns.query.udp(query, internet.addresses[0], port=internet.resolver, timeout=5)


def value(response: dns.message.Message) -> str:
    return response.answer[-1][0].to_text() if response.answer else response.rcode().name


def test_while_a_record_spreads_old_and_new_are_answered_and_then_only_the_new(
    zone: Zone, internet: Internet, ask: Ask
) -> None:
    """PENDING until the last name server has it, INSYNC from then on."""
    zone.wait(zone.put("a", "192.0.2.1"))
    change = zone.put("a", "192.0.2.2")
    seen = []
    while not zone.is_insync(change):
        seen.append({value(ask(f"a.{zone.name}", place=place)) for place in internet.addresses})
    assert {"192.0.2.1", "192.0.2.2"} in seen
    after = {value(ask(f"a.{zone.name}", place=place)) for place in internet.addresses}
    assert after == {"192.0.2.2"}


def test_resolver_answers_with_the_old_address_for_its_tail(zone: Zone, internet: Internet) -> None:
    """A TTL of 120 seconds is two of ours; then the new address is there."""
    name = f"tail.{zone.name}"
    zone.wait(zone.put("tail", "192.0.2.1", ttl=120))
    assert value(resolved(internet, name)) == "192.0.2.1"
    start = time.monotonic()
    zone.wait(zone.put("tail", "192.0.2.2", ttl=120))
    response = resolved(internet, name)
    if time.monotonic() - start < 1.9:
        assert value(response) == "192.0.2.1"
        assert response.answer[0].ttl <= 120 - SCALE * 0.9
    while time.monotonic() - start < 2.1:
        time.sleep(0.05)
    assert value(resolved(internet, name)) == "192.0.2.2"


def test_resolver_remembers_that_a_name_was_missing(zone: Zone, internet: Internet, ask: Ask) -> None:
    """For the SOA's 900 seconds, 15 of ours, although the name servers know better long since."""
    name = f"late.{zone.name}"
    assert resolved(internet, name).rcode() == dns.rcode.NXDOMAIN
    zone.wait(zone.put("late", "192.0.2.1"))
    assert value(ask(name)) == "192.0.2.1"
    denied = resolved(internet, name)
    assert denied.rcode() == dns.rcode.NXDOMAIN
    assert denied.authority[0].ttl < 900


def test_weighted_records_are_drawn_anew_for_each_query(zone: Zone, internet: Internet, ask: Ask) -> None:
    """Three to one, over TCP too."""
    zone.put("w", "192.0.2.1", SetIdentifier="1", Weight=3)
    zone.wait(zone.put("w", "192.0.2.2", SetIdentifier="2", Weight=1))
    counted = Counter(value(ask(f"w.{zone.name}")) for _ in range(400))
    assert 240 < counted["192.0.2.1"] < 360  # six standard deviations
    assert sum(counted.values()) == counted["192.0.2.1"] + counted["192.0.2.2"]
    assert value(ask(f"w.{zone.name}", how=dns.query.tcp)) in counted


def test_delegated_servers_of_a_zone_can_be_found_and_asked(zone: Zone, ask: Ask) -> None:
    """As `dig +trace` would from the zone's parent on: NS, their addresses, and there the answer."""
    zone.wait(zone.put("ns", "192.0.2.9"))
    servers = [each.target.to_text() for each in ask(zone.name, "NS").answer[0]]
    assert len(servers) == 4
    for server in servers:
        place = value(ask(server))
        assert value(ask(f"ns.{zone.name}", place=place)) == "192.0.2.9"


def test_deleted_record_goes_from_one_name_server_after_the_other(zone: Zone, internet: Internet, ask: Ask) -> None:
    """NXDOMAIN everywhere in the end."""
    zone.wait(zone.put("gone", "192.0.2.1"))
    zone.wait(zone.put("gone", "192.0.2.1", action="DELETE"))
    found = {value(ask(f"gone.{zone.name}", place=place)) for place in internet.addresses}
    assert found == {"NXDOMAIN"}
