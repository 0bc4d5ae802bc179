"""A deployed state, put up again on the local cloud: everything stands, under new names, and the state says so."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud
from slipway.errors import BadInput, CloudError
from slipway.rehearsal.restore import Restored, restore

pytestmark = pytest.mark.cloud

URN = "urn:pulumi:production::cdn::"
STACK = {"urn": f"{URN}pulumi:pulumi:Stack::cdn-production", "type": "pulumi:pulumi:Stack", "custom": False}
PROVIDER = {
    "urn": f"{URN}pulumi:providers:aws::default",
    "type": "pulumi:providers:aws",
    "custom": True,
    "id": "0b2ff3c1-aaaa-bbbb-cccc-1234567890ab",
    "inputs": {"region": "us-east-1"},
}
ZONE = "Z0OLDZONEID12345"
ORIGIN = {"httpPort": 80, "httpsPort": 443, "originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]}


def aws(type_: str, name: str, resource_id: str, inputs: dict[str, Any], *needs: str, **more: Any) -> dict[str, Any]:
    """A resource of AWS's as a state holds it."""
    return {
        "urn": f"{URN}{type_}::{name}",
        "type": type_,
        "custom": True,
        "id": resource_id,
        "inputs": inputs,
        "outputs": {**inputs, **more.pop("outputs", {})},
        "dependencies": list(needs),
        "provider": f"{PROVIDER['urn']}::{PROVIDER['id']}",
        **more,
    }


def zone(name: str) -> dict[str, Any]:
    return aws(
        "aws:route53/zone:Zone",
        "zone",
        ZONE,
        {"name": name},
        outputs={"zoneId": ZONE, "arn": f"arn:aws:route53:::hostedzone/{ZONE}"},
    )


def record(host: str, value: Any, **more: Any) -> dict[str, Any]:
    inputs = {"zoneId": ZONE, "name": host, "type": "TXT", "ttl": 60, "records": [value]}
    return aws("aws:route53/record:Record", host, f"{ZONE}_{host}_TXT", inputs, zone("x")["urn"], **more)


def restored(cloud: RunningCloud, *resources: dict[str, Any]) -> Restored:
    document = {"version": 3, "deployment": {"manifest": {}, "resources": [STACK, PROVIDER, *resources]}}
    return asyncio.run(restore(json.dumps(document), Cloud(cloud.endpoint)))


def by_name(found: Restored, name: str) -> dict[str, Any]:
    return next(each for each in found.deployment["deployment"]["resources"] if each["urn"].endswith(f"::{name}"))


def values(cloud: RunningCloud, zone_id: str, host: str) -> list[str]:
    listed = Cloud(cloud.endpoint).client("route53").list_resource_record_sets(HostedZoneId=zone_id)
    return [
        item["Value"]
        for each in listed["ResourceRecordSets"]
        if each["Name"] == f"{host}." and each["Type"] == "TXT"
        for item in each["ResourceRecords"]
    ]


def test_what_depended_on_an_old_id_gets_the_new_one(running_cloud: RunningCloud) -> None:
    """The record stands in the new zone; its state names no old id any more."""
    found = restored(running_cloud, zone("restored-a.example.org"), record("t.restored-a.example.org", "hello"))
    made, held = by_name(found, "zone"), by_name(found, "t.restored-a.example.org")
    assert made["id"] != ZONE
    assert held["inputs"]["zoneId"] == made["id"] == held["outputs"]["zoneId"]
    assert ZONE not in json.dumps(found.deployment)
    assert values(running_cloud, made["id"], "t.restored-a.example.org") == ['"hello"']


@pytest.mark.parametrize("domain", ["d1abcdefghijkl.cloudfront.net", "dljopglxhydclc.cloudfront.net"])
def test_what_led_to_an_old_domain_leads_to_the_new_one(running_cloud: RunningCloud, domain: str) -> None:
    """With a digit in it or without: both are drawn by chance."""
    inputs = {
        "enabled": True,
        "origins": [{"originId": "o", "domainName": "origin.example.com", "customOriginConfig": ORIGIN}],
        "defaultCacheBehavior": {
            "targetOriginId": "o",
            "viewerProtocolPolicy": "allow-all",
            "allowedMethods": ["GET", "HEAD"],
            "cachedMethods": ["GET", "HEAD"],
            "cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    }
    type_ = "aws:cloudfront/distribution:Distribution"
    cdn = aws(type_, "cdn", "E0OLD123456789", inputs, outputs={"domainName": domain})
    leading = record("a.led.example.org", f"to {domain}")
    leading["dependencies"].append(cdn["urn"])
    found = restored(running_cloud, zone("led.example.org"), cdn, leading)
    now = by_name(found, "cdn")["outputs"]["domainName"]
    assert now != domain
    assert by_name(found, "a.led.example.org")["inputs"]["records"] == [f"to {now}"]


def test_secrets_are_used_in_the_open_and_hidden_again(running_cloud: RunningCloud) -> None:
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    secret = record("t.restored-b.example.org", "x")
    secret["inputs"]["records"] = secret["outputs"]["records"] = {**mark, "plaintext": json.dumps(["hidden"])}
    found = restored(running_cloud, zone("restored-b.example.org"), secret)
    held = by_name(found, "t.restored-b.example.org")
    assert held["outputs"]["records"].items() >= mark.items()
    assert values(running_cloud, by_name(found, "zone")["id"], "t.restored-b.example.org") == ['"hidden"']


def test_a_secret_that_nobody_can_read_is_one_clear_error(running_cloud: RunningCloud) -> None:
    secret = record("t.restored-c.example.org", "x")
    secret["inputs"]["ttl"] = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "ciphertext": "v1:",
    }
    with pytest.raises(BadInput, match="nothing here can decrypt"):
        restored(running_cloud, zone("restored-c.example.org"), secret)


def test_what_waits_for_its_deletion_is_left_out_and_what_is_not_of_aws_left_alone(running_cloud: RunningCloud) -> None:
    going = record("old.restored-d.example.org", "x", delete=True)
    other = {
        "urn": f"{URN}random:index/id:Id::r",
        "type": "random:index/id:Id",
        "custom": True,
        "id": "abc",
        "inputs": {},
    }
    found = restored(running_cloud, zone("restored-d.example.org"), going, other)
    assert [each["urn"] for each in found.deployment["deployment"]["resources"]] == [
        STACK["urn"], PROVIDER["urn"], zone("x")["urn"], other["urn"],
    ]  # fmt: skip
    assert found.untouched == (other["urn"],)
    assert values(running_cloud, by_name(found, "zone")["id"], "old.restored-d.example.org") == []


def test_what_aws_refuses_is_named_with_its_words(running_cloud: RunningCloud) -> None:
    apex = record("restored-e.example.org", "elsewhere.example.org")
    apex["inputs"]["type"] = "CNAME"
    with pytest.raises(CloudError, match=r"Record 'restored-e.example.org' of the deployed stack cannot be created"):
        restored(running_cloud, zone("restored-e.example.org"), apex)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"deployment": {"resources": [{"urn": 3}]}}', '{"deployment": null}']
)
def test_what_is_no_state_is_one_clear_error(running_cloud: RunningCloud, text: str) -> None:
    with pytest.raises(BadInput, match="no exported state"):
        asyncio.run(restore(text, Cloud(running_cloud.endpoint)))
