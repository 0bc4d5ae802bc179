"""What a MiniStack of ours answers while time passes, to any client (here boto3)."""

from __future__ import annotations

import threading
import time

import pytest
from botocore.exceptions import ClientError

from slipway.cloud import clock
from slipway.cloud.internet import address
from slipway.durations import Durations

from .forms import certificate, create_distribution, described, distribution_config, put_cname, zone
from .name_server import answering, published
from .running import MiniStack, Until

pytestmark = pytest.mark.cloud

SPELL = 0.3  # real seconds that each operation takes on the clock of these tests
CLOCK = clock.Clock(6000, Durations(issuance=1800, distribution=1800, record=1800))


def test_nothing_takes_time_without_a_clock(ministack: MiniStack) -> None:
    """Change, distribution and certificate are done in the first answer."""
    cloud = ministack.cloud
    zone_id = zone(cloud)
    assert put_cname(cloud, zone_id, "www.example.org", "example.net")["Status"] == "INSYNC"
    assert create_distribution(cloud, distribution_config())["Distribution"]["Status"] == "Deployed"
    pending = certificate(cloud, "example.org")
    record = pending["DomainValidationOptions"][0]["ResourceRecord"]
    assert pending["Status"] == "PENDING_VALIDATION"
    put_cname(cloud, zone_id, record["Name"], record["Value"])
    assert described(cloud, pending["CertificateArn"])["Status"] == "ISSUED"


def test_change_of_records_is_in_sync_when_it_has_spread(ministack: MiniStack, until: Until) -> None:
    cloud = ministack.cloud
    zone_id = zone(cloud)
    clock.write(ministack.directory, CLOCK)
    client, began = cloud.client("route53"), time.time()
    change = put_cname(cloud, zone_id, "www.example.org", "example.net")
    assert change["Status"] == "PENDING"
    until(lambda: client.get_change(Id=change["Id"])["ChangeInfo"]["Status"] == "INSYNC")
    assert time.time() - began >= SPELL


def test_distribution_is_deployed_when_it_has_spread(ministack: MiniStack, until: Until) -> None:
    """The list says what the distribution itself says."""
    clock.write(ministack.directory, CLOCK)
    client, began = ministack.cloud.client("cloudfront"), time.time()
    made = create_distribution(ministack.cloud, distribution_config())
    assert made["Distribution"]["Status"] == "InProgress"
    assert client.list_distributions()["DistributionList"]["Items"][0]["Status"] == "InProgress"
    until(lambda: client.get_distribution(Id=made["Distribution"]["Id"])["Distribution"]["Status"] == "Deployed")
    assert time.time() - began >= SPELL
    assert client.list_distributions()["DistributionList"]["Items"][0]["Status"] == "Deployed"


def test_distribution_that_is_being_disabled_is_not_deleted(ministack: MiniStack, until: Until) -> None:
    made = create_distribution(ministack.cloud, distribution_config())
    clock.write(ministack.directory, CLOCK)
    client, id_ = ministack.cloud.client("cloudfront"), made["Distribution"]["Id"]
    config = {**made["Distribution"]["DistributionConfig"], "Enabled": False}
    disabled = client.update_distribution(Id=id_, IfMatch=made["ETag"], DistributionConfig=config)
    assert disabled["Distribution"]["Status"] == "InProgress"
    with pytest.raises(ClientError, match="DistributionNotDisabled"):
        client.delete_distribution(Id=id_, IfMatch=disabled["ETag"])
    until(lambda: client.get_distribution(Id=id_)["Distribution"]["Status"] == "Deployed")
    client.delete_distribution(Id=id_, IfMatch=disabled["ETag"])


def test_certificate_is_issued_when_its_records_resolve_and_the_issuance_is_over(
    ministack: MiniStack, until: Until
) -> None:
    """In *this* DNS: a record set that its servers do not answer with yet validates nothing. Once issued it stays."""
    cloud, records = ministack.cloud, dict[str, str]()
    clock.write(ministack.directory, CLOCK)
    with answering(records) as port:
        address.publish(ministack.directory, published(port))
        pending = certificate(cloud, "example.org", "*.example.org", "example.com")
        arn = pending["CertificateArn"]
        wanted = {each["ResourceRecord"]["Name"]: each["ResourceRecord"] for each in pending["DomainValidationOptions"]}
        assert len(wanted) == 2, "a wildcard shares its parent's record"
        for record in wanted.values():
            put_cname(cloud, zone(cloud), record["Name"], record["Value"])
        time.sleep(2 * SPELL)
        assert described(cloud, arn)["Status"] == "PENDING_VALIDATION"

        first, second = (each for each in wanted.values())
        records[first["Name"].rstrip(".")] = first["Value"].rstrip(".")
        found = [each["ValidationStatus"] for each in described(cloud, arn)["DomainValidationOptions"]]
        assert found == ["SUCCESS", "SUCCESS", "PENDING_VALIDATION"]

        records[second["Name"].rstrip(".")] = second["Value"].rstrip(".")
        began = time.time()
        assert "IssuedAt" not in described(cloud, arn)
        until(lambda: described(cloud, arn)["Status"] == "ISSUED")
        assert time.time() - began >= SPELL - 0.1  # the background's look may have come a little before ours
        records.clear()
        assert described(cloud, arn)["Status"] == "ISSUED"


def test_certificate_is_issued_though_nobody_asks_for_it(ministack: MiniStack) -> None:
    """And the journal tells of it, since the edge may then serve with it."""
    cloud = ministack.cloud
    clock.write(ministack.directory, CLOCK)
    pending = certificate(cloud, "example.org")
    record = pending["DomainValidationOptions"][0]["ResourceRecord"]
    put_cname(cloud, zone(cloud), record["Name"], record["Value"])
    answer = ministack.journal(ministack.journal()["last"], wait=20)
    assert [(each["service"], each["id"]) for each in answer["entries"]] == [("acm", pending["CertificateArn"])]
    listed = cloud.client("acm").list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
    assert [each["CertificateArn"] for each in listed] == [pending["CertificateArn"]]


def test_email_certificate_stays_pending(ministack: MiniStack) -> None:
    """Nobody reads that mail here."""
    client = ministack.cloud.client("acm")
    arn = client.request_certificate(DomainName="example.org", ValidationMethod="EMAIL")["CertificateArn"]
    assert described(ministack.cloud, arn)["Status"] == "PENDING_VALIDATION"


def test_change_is_pending_until_the_follower_has_taken_it_up(ministack: MiniStack) -> None:
    """Though its time is over at once: name servers that have not heard of it answer with what was."""
    clock.write(ministack.directory, clock.Clock(scale=1e9))
    cloud = ministack.cloud
    zone_id = zone(cloud)
    last = ministack.journal()["last"]
    following = threading.Thread(target=ministack.journal, args=(last, 20))
    following.start()
    time.sleep(0.2)
    change = put_cname(cloud, zone_id, "www.example.org", "example.net")
    following.join()

    def status() -> str:
        return str(cloud.client("route53").get_change(Id=change["Id"])["ChangeInfo"]["Status"])

    assert status() == "PENDING"
    ministack.journal(last + 1, wait=0.01)
    assert status() == "INSYNC"


def test_where_nothing_takes_time_nobody_waits_for_the_follower(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    zone_id = zone(cloud)
    following = threading.Thread(target=ministack.journal, args=(ministack.journal()["last"], 20))
    following.start()
    time.sleep(0.2)
    change = put_cname(cloud, zone_id, "www.example.org", "example.net")
    assert cloud.client("route53").get_change(Id=change["Id"])["ChangeInfo"]["Status"] == "INSYNC"
    following.join()
