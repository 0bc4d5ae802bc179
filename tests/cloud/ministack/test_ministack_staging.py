"""Continuous deployment: what AWS copies, promotes and keeps, and what it refuses."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.cloud import clock
from slipway.cloud.provider.cloud import Cloud

from .forms import create_distribution, distribution_config
from .running import MiniStack

pytestmark = pytest.mark.cloud

HEADER = {"Type": "SingleHeader", "SingleHeaderConfig": {"Header": "aws-cf-cd-try", "Value": "yes"}}
ALIASES = {"Quantity": 1, "Items": ["www.example.org"]}


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of a refusal; nothing if it is done."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def config(cloud: Cloud, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("cloudfront").get_distribution_config(Id=id_)["DistributionConfig"]
    return found


def update(cloud: Cloud, id_: str, **changes: Any) -> str:
    """Change members of a distribution; the code of the refusal, or nothing."""
    client = cloud.client("cloudfront")
    found = client.get_distribution_config(Id=id_)
    whole = {**found["DistributionConfig"], **changes}
    whole = {key: value for key, value in whole.items() if value is not None}
    return refusal(client.update_distribution, Id=id_, IfMatch=found["ETag"], DistributionConfig=whole)


def copy(cloud: Cloud, primary: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("cloudfront").copy_distribution(
        PrimaryDistributionId=primary["Distribution"]["Id"],
        Staging=True,
        IfMatch=primary["ETag"],
        CallerReference=uuid.uuid4().hex,
        **more,
    )
    return found


def policy_config(domain: str, traffic: dict[str, Any] | None = None, *, enabled: bool = True) -> dict[str, Any]:
    names = {"Quantity": 1, "Items": [domain]}
    return {"StagingDistributionDnsNames": names, "Enabled": enabled, "TrafficConfig": traffic or HEADER}


def staged(cloud: Cloud) -> tuple[str, str, str]:
    """A primary distribution with an enabled policy and its staging distribution; their ids and the policy's."""
    primary = create_distribution(cloud, {**distribution_config("old.html"), "Aliases": ALIASES, "Comment": "site"})
    staging = copy(cloud, primary)["Distribution"]
    made = cloud.client("cloudfront").create_continuous_deployment_policy(
        ContinuousDeploymentPolicyConfig=policy_config(staging["DomainName"])
    )
    id_, policy = primary["Distribution"]["Id"], made["ContinuousDeploymentPolicy"]["Id"]
    assert update(cloud, id_, ContinuousDeploymentPolicyId=policy) == ""
    return id_, staging["Id"], policy


def disable(cloud: Cloud, policy: str) -> str:
    client = cloud.client("cloudfront")
    found = client.get_continuous_deployment_policy_config(Id=policy)
    whole = {**found["ContinuousDeploymentPolicyConfig"], "Enabled": False}
    asked = {"Id": policy, "IfMatch": found["ETag"], "ContinuousDeploymentPolicyConfig": whole}
    return refusal(client.update_continuous_deployment_policy, **asked)


def delete_policy(cloud: Cloud, policy: str) -> str:
    client = cloud.client("cloudfront")
    etag = client.get_continuous_deployment_policy(Id=policy)["ETag"]
    return refusal(client.delete_continuous_deployment_policy, Id=policy, IfMatch=etag)


def test_a_copy_is_the_primary_without_its_names(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    primary = create_distribution(cloud, {**distribution_config("old.html"), "Aliases": ALIASES})
    found = copy(cloud, primary)["Distribution"]
    settings = found["DistributionConfig"]
    assert (settings["Staging"], settings["Aliases"]["Quantity"], settings["Enabled"]) == (True, 0, True)
    assert settings["DefaultRootObject"] == "old.html"
    assert settings["CallerReference"] != config(cloud, primary["Distribution"]["Id"])["CallerReference"]
    assert found["DomainName"] != primary["Distribution"]["DomainName"]
    listed = cloud.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert {each["Id"]: each["Staging"] for each in listed}[found["Id"]] is True
    client = cloud.client("cloudfront")
    asked = {"PrimaryDistributionId": primary["Distribution"]["Id"], "Staging": True, "CallerReference": "x"}
    assert refusal(client.copy_distribution, **asked, IfMatch="other") == "PreconditionFailed"
    assert update(cloud, found["Id"], Aliases=ALIASES) == "InvalidArgument"


def test_http3_is_not_for_continuous_deployment(ministack: MiniStack) -> None:
    primary = create_distribution(ministack.cloud, {**distribution_config(), "HttpVersion": "http2and3"})
    with pytest.raises(ClientError, match="HTTP/3"):
        copy(ministack.cloud, primary)


@pytest.mark.parametrize(
    ("traffic", "code"),
    [
        ({"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.15}}, ""),
        ({"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.16}}, "InvalidArgument"),
        ({"Type": "SingleWeight", "SingleHeaderConfig": HEADER["SingleHeaderConfig"]}, "InvalidArgument"),
        ({"Type": "SingleHeader", "SingleHeaderConfig": {"Header": "x-try", "Value": "yes"}}, "InvalidArgument"),
        (
            {
                "Type": "SingleWeight",
                "SingleWeightConfig": {"Weight": 0.1, "SessionStickinessConfig": {"IdleTTL": 600, "MaximumTTL": 300}},
            },
            "InvalidArgument",
        ),
    ],
)
def test_a_policy_keeps_within_the_limits(ministack: MiniStack, traffic: dict[str, Any], code: str) -> None:
    primary = create_distribution(ministack.cloud, distribution_config())
    domain = copy(ministack.cloud, primary)["Distribution"]["DomainName"]
    create = ministack.cloud.client("cloudfront").create_continuous_deployment_policy
    assert refusal(create, ContinuousDeploymentPolicyConfig=policy_config(domain, traffic)) == code


def test_a_policy_is_of_one_staging_distribution(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    primary, staging, policy = staged(cloud)
    client = cloud.client("cloudfront")
    domains = [client.get_distribution(Id=each)["Distribution"]["DomainName"] for each in (primary, staging)]
    codes = [
        refusal(client.create_continuous_deployment_policy, ContinuousDeploymentPolicyConfig=policy_config(domain))
        for domain in domains
    ]
    assert codes == ["InvalidArgument", "StagingDistributionInUse"]
    listed = client.list_continuous_deployment_policies()["ContinuousDeploymentPolicyList"]["Items"]
    assert [each["ContinuousDeploymentPolicy"]["Id"] for each in listed] == [policy]
    asked = {"Id": policy, "IfMatch": "other", "ContinuousDeploymentPolicyConfig": policy_config(domains[1])}
    assert refusal(client.update_continuous_deployment_policy, **asked) == "PreconditionFailed"
    assert refusal(client.get_continuous_deployment_policy, Id="E0") == "NoSuchContinuousDeploymentPolicy"


def test_promoting_takes_all_but_names_and_policy(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    primary, staging, policy = staged(cloud)
    client = cloud.client("cloudfront")
    assert update(cloud, staging, DefaultRootObject="new.html", Comment="tried") == ""
    before = config(cloud, primary)
    etags = [client.get_distribution(Id=each)["ETag"] for each in (primary, staging)]
    promote = {"Id": primary, "StagingDistributionId": staging}
    call = client.update_distribution_with_staging_config
    assert refusal(call, **promote, IfMatch=etags[0]) == "InvalidIfMatchVersion"
    assert refusal(call, **promote, IfMatch=f"{etags[1]}, {etags[0]}") == "PreconditionFailed"
    call(**promote, IfMatch=f"{etags[0]}, {etags[1]}")
    after = config(cloud, primary)
    assert (after["DefaultRootObject"], after["Comment"]) == ("new.html", "tried")
    kept = ("Aliases", "CallerReference", "ContinuousDeploymentPolicyId", "Staging")
    assert [after.get(key, False) for key in kept] == [before.get(key, False) for key in kept]
    left = client.get_continuous_deployment_policy_config(Id=policy)["ContinuousDeploymentPolicyConfig"]
    assert left["Enabled"] is False


def test_only_some_settings_change_while_a_policy_is_attached(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    primary, staging, _ = staged(cloud)
    for id_ in (primary, staging):
        assert update(cloud, id_, PriceClass="PriceClass_100") == "IllegalUpdate"
        assert update(cloud, id_, DefaultRootObject="other.html") == ""
    assert update(cloud, primary, HttpVersion="http2and3") == "InvalidArgument"


def test_it_is_taken_down_in_one_order(ministack: MiniStack) -> None:
    """And what an update leaves out stays: only an empty id takes the policy off."""
    cloud = ministack.cloud
    primary, staging, policy = staged(cloud)
    assert update(cloud, primary, ContinuousDeploymentPolicyId="") == "IllegalUpdate"
    assert disable(cloud, policy) == ""
    assert update(cloud, primary, ContinuousDeploymentPolicyId=None) == ""
    assert config(cloud, primary)["ContinuousDeploymentPolicyId"] == policy
    assert delete_policy(cloud, policy) == "ContinuousDeploymentPolicyInUse"
    assert update(cloud, staging, Enabled=False) == "StagingDistributionInUse"
    assert update(cloud, primary, ContinuousDeploymentPolicyId="") == ""
    assert delete_policy(cloud, policy) == ""
    assert update(cloud, staging, Enabled=False) == ""
    client = cloud.client("cloudfront")
    client.delete_distribution(Id=staging, IfMatch=client.get_distribution(Id=staging)["ETag"])
    assert not config(cloud, primary).get("ContinuousDeploymentPolicyId")


def test_the_edges_hear_of_a_policy_as_of_its_distribution(ministack: MiniStack) -> None:
    cloud = ministack.cloud
    primary, _, policy = staged(cloud)
    clock.write(ministack.directory, clock.Clock(scale=1))
    last = ministack.journal()["last"]
    assert disable(cloud, policy) == ""
    assert [entry["id"] for entry in ministack.journal(last)["entries"]] == [primary]
    assert cloud.client("cloudfront").get_distribution(Id=primary)["Distribution"]["Status"] == "InProgress"
