"""AssociateAlias: what AWS wants before it moves an alias, and what it says without it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud.provider.cloud import Cloud

from .forms import certificate, create_distribution, described, distribution_config, put_cname, zone
from .running import MiniStack

pytestmark = pytest.mark.cloud

NAME = "app.example.org"


def put_text(cloud: Cloud, zone_id: str, owner: str, text: str) -> None:
    record = {"Name": owner, "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": f'"{text}"'}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)


def issued(cloud: Cloud, zone_id: str, name: str) -> str:
    pending = certificate(cloud, name)
    record = pending["DomainValidationOptions"][0]["ResourceRecord"]
    put_cname(cloud, zone_id, record["Name"], record["Value"])
    assert described(cloud, pending["CertificateArn"])["Status"] == "ISSUED"
    return str(pending["CertificateArn"])


def distribution(cloud: Cloud, arn: str, *aliases: str) -> dict[str, Any]:
    viewer = {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}
    config = {**distribution_config(), "ViewerCertificate": viewer}
    if aliases:
        config["Aliases"] = {"Quantity": len(aliases), "Items": list(aliases)}
    found: dict[str, Any] = create_distribution(cloud, config)["Distribution"]
    return found


def aliases(cloud: Cloud, id_: str) -> list[str]:
    config = cloud.client("cloudfront").get_distribution_config(Id=id_)["DistributionConfig"]
    found: list[str] = config.get("Aliases", {}).get("Items", [])
    return found


def associate(cloud: Cloud, id_: str, alias: str = NAME) -> str:
    """The code of the refusal and what it says; nothing if it is done."""
    try:
        cloud.client("cloudfront").associate_alias(TargetDistributionId=id_, Alias=alias)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return ""


def test_an_alias_moves_when_it_is_covered_and_proven(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    zone_id = zone(cloud)
    wide, narrow = issued(cloud, zone_id, "*.example.org"), issued(cloud, zone_id, "other.example.org")
    source, target = distribution(cloud, wide, NAME, "www.example.org"), distribution(cloud, wide, "old.example.org")
    bare = distribution(cloud, narrow)["Id"]
    etag = cloud.client("cloudfront").get_distribution(Id=target["Id"])["ETag"]
    assert associate(cloud, "E000").startswith("NoSuchDistribution")
    assert associate(cloud, bare).startswith("InvalidArgument: The certificate")
    missing = "IllegalUpdate: Invalid or missing alias DNS TXT records."
    assert associate(cloud, target["Id"]) == missing
    put_text(cloud, zone_id, f"_{NAME}", source["DomainName"])
    assert associate(cloud, target["Id"]) == missing
    assert aliases(cloud, source["Id"]) == [NAME, "www.example.org"]
    put_text(cloud, zone_id, f"_{NAME}", target["DomainName"])
    assert associate(cloud, target["Id"]) == ""
    assert aliases(cloud, source["Id"]) == ["www.example.org"]
    assert aliases(cloud, target["Id"]) == ["old.example.org", NAME]
    assert cloud.client("cloudfront").get_distribution(Id=target["Id"])["ETag"] != etag
    assert associate(cloud, target["Id"]) == ""  # once more


def test_the_journal_hears_of_both(ministack: MiniStack) -> None:
    """So that every edge location learns of it, in its own time."""
    cloud = ministack.cloud
    zone_id = zone(cloud)
    arn = issued(cloud, zone_id, "*.example.org")
    source, target = distribution(cloud, arn, NAME), distribution(cloud, arn)
    put_text(cloud, zone_id, f"_{NAME}", target["DomainName"])
    last = ministack.journal()["last"]
    associate(cloud, target["Id"])
    heard = {entry["id"] for entry in ministack.journal(last)["entries"] if entry["service"] == "cloudfront"}
    assert heard == {source["Id"], target["Id"]}


def test_the_proof_of_an_apex_is_found(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    zone_id = zone(cloud)
    arn = issued(cloud, zone_id, "example.org")
    source, target = distribution(cloud, arn, "example.org"), distribution(cloud, arn)
    put_text(cloud, zone_id, "_.example.org", target["DomainName"])
    assert associate(cloud, target["Id"], "example.org") == ""
    assert aliases(cloud, source["Id"]) == []
