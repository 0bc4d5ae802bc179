"""CloudFront's continuous deployment: a distribution's staging one, and the policy that leads requests there.

Sources: CloudFront API Reference, CreateDistributionWithTags, CreateContinuousDeploymentPolicy and its neighbours,
UpdateDistributionWithStagingConfig. A policy comes off by an empty id: what an update leaves out stays
(aws/aws-sdk-js-v3 issue 7417). A staging distribution is known as ours by its caller reference, also after a crash. It
is created and not copied (CopyDistribution), since a copy has no tags: who may only make what is tagged may not copy.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from slipway import aws
from slipway.moves.configuration import Config
from slipway.moves.distributions import Distributions
from slipway.moves.traffic import Traffic
from slipway.route53.names import host

__all__ = ["CloudFront", "Continuous", "Found", "Policy", "is_ours"]

_POLICY = "ContinuousDeploymentPolicyId"


@dataclass(frozen=True, slots=True)
class Found:
    """A distribution with its whole configuration; `etag` is the version of it."""

    id: str
    arn: str
    domain: str
    etag: str
    deployed: bool
    config: Config

    @property
    def policy(self) -> str:
        """The id of its continuous deployment policy, or nothing."""
        return str(self.config.get(_POLICY) or "")


@dataclass(frozen=True, slots=True)
class Policy:
    """A continuous deployment policy; `domains` are those of its staging distributions."""

    id: str
    etag: str
    enabled: bool
    domains: tuple[str, ...]
    traffic: dict[str, Any]


def is_ours(staging: Found, primary: str) -> bool:
    """Whether a move has made this staging distribution, for this primary one."""
    return str(staging.config.get("CallerReference", "")).startswith(_reference(primary))


class Continuous(Protocol):
    """What the moves need; `CloudFront` is the real one."""

    def read(self, id_: str) -> Found:
        """A distribution as it stands."""

    def staging_of(self, primary: str, policy: Policy | None) -> Found | None:
        """The staging distribution that the policy names, or else that a move has made for a primary one."""

    def policy(self, id_: str) -> Policy | None:
        """A policy; None for no id."""

    def policy_for(self, domain: str) -> Policy | None:
        """The policy that names a staging distribution."""

    def copy(self, primary: Found) -> Found:
        """A staging distribution that is as the primary is."""

    def put(self, distribution: Found, config: Config) -> Found:
        """Give a distribution another configuration."""

    def attach(self, primary: Found, policy: str) -> Found:
        """Give a primary distribution a policy, or with '' take it off."""

    def lead(self, policy: Policy | None, domain: str, traffic: Traffic) -> Policy:
        """A policy that leads these requests to the staging distribution, new or changed."""

    def disable(self, policy: Policy) -> Policy:
        """No request goes there any more."""

    def promote(self, primary: Found, staging: Found) -> Found:
        """Copy the staging configuration onto the primary, which disables the policy."""

    def delete_policy(self, policy: Policy) -> None:
        """Delete it."""

    def delete(self, staging: Found) -> bool:
        """Disable a staging distribution, wait, and delete it; False where that is not allowed, and it stays so."""

    def await_deployed(self, *ids: str) -> None:
        """Until every edge location has what these distributions are."""


@dataclass(frozen=True, slots=True)
class CloudFront:
    """`client` is boto3's. CloudError where AWS turns a call down."""

    client: Any
    distributions: Distributions

    def read(self, id_: str) -> Found:
        """A distribution as it stands."""
        with aws.reported(f"distribution {id_} cannot be read"):
            answer = self.client.get_distribution(Id=id_)
        return _found(answer)

    def staging_of(self, primary: str, policy: Policy | None) -> Found | None:
        """The staging distribution that the policy names, or else that a move has made for a primary one."""
        with aws.reported("the staging distributions cannot be listed"):
            pages = self.client.get_paginator("list_distributions").paginate()
            listed = [each for page in pages for each in page["DistributionList"].get("Items", ()) if each["Staging"]]
        for each in listed:
            if policy is None or host(each["DomainName"]) in policy.domains:
                found = self.read(each["Id"])
                if policy is not None or is_ours(found, primary):
                    return found
        return None

    def policy(self, id_: str) -> Policy | None:
        """A policy; None for no id."""
        if not id_:
            return None
        with aws.reported(f"continuous deployment policy {id_} cannot be read"):
            answer = self.client.get_continuous_deployment_policy(Id=id_)
        return _policy(answer)

    def policy_for(self, domain: str) -> Policy | None:
        """The policy that names a staging distribution."""
        marker: dict[str, str] = {}
        while True:
            with aws.reported("the continuous deployment policies cannot be listed"):
                page = self.client.list_continuous_deployment_policies(**marker)["ContinuousDeploymentPolicyList"]
            for item in page.get("Items", ()):
                found = self.policy(item["ContinuousDeploymentPolicy"]["Id"])
                if found and host(domain) in found.domains:
                    return found
            if not page.get("NextMarker"):
                return None
            marker = {"Marker": page["NextMarker"]}

    def copy(self, primary: Found) -> Found:
        """A staging distribution that is as the primary is."""
        config = {name: value for name, value in primary.config.items() if name != _POLICY}
        own = {"Staging": True, "Aliases": {"Quantity": 0}, "CallerReference": _reference(primary.id) + _unique()}
        with aws.reported(f"{primary.id} cannot be copied"):
            tags = self.client.list_tags_for_resource(Resource=primary.arn)["Tags"]
            answer = self.client.create_distribution_with_tags(
                DistributionConfigWithTags={"DistributionConfig": {**config, **own}, "Tags": tags}
            )
        return _found(answer)

    def put(self, distribution: Found, config: Config) -> Found:
        """Give a distribution another configuration."""
        with aws.reported(f"{distribution.id} cannot be changed, and is as it was"):
            answer = self.client.update_distribution(
                Id=distribution.id, IfMatch=distribution.etag, DistributionConfig=config
            )
        return _found(answer)

    def attach(self, primary: Found, policy: str) -> Found:
        """Give a primary distribution a policy, or with '' take it off."""
        return self.put(primary, {**primary.config, _POLICY: policy})

    def lead(self, policy: Policy | None, domain: str, traffic: Traffic) -> Policy:
        """A policy that leads these requests to the staging distribution, new or changed."""
        config = _config([domain], traffic.config, enabled=True)
        if policy is not None:
            return self._update(policy, config)
        with aws.reported("the continuous deployment policy cannot be made"):
            return _policy(self.client.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig=config))

    def disable(self, policy: Policy) -> Policy:
        """No request goes there any more."""
        return self._update(policy, _config(policy.domains, policy.traffic, enabled=False))

    def promote(self, primary: Found, staging: Found) -> Found:
        """Copy the staging configuration onto the primary, which disables the policy."""
        with aws.reported(f"{staging.id} cannot be promoted, and {primary.id} is as it was"):
            answer = self.client.update_distribution_with_staging_config(
                Id=primary.id, StagingDistributionId=staging.id, IfMatch=f"{primary.etag}, {staging.etag}"
            )
        return _found(answer)

    def delete_policy(self, policy: Policy) -> None:
        """Delete it."""
        with aws.reported(f"continuous deployment policy {policy.id} cannot be deleted"):
            self.client.delete_continuous_deployment_policy(Id=policy.id, IfMatch=policy.etag)

    def delete(self, staging: Found) -> bool:
        """Disable a staging distribution, wait, and delete it; False where that is not allowed, and it stays so."""
        if staging.config["Enabled"]:
            self.put(staging, {**staging.config, "Enabled": False})
        self.await_deployed(staging.id)
        etag = self.read(staging.id).etag
        with aws.reported(f"{staging.id} cannot be deleted, and is disabled"):
            try:
                self.client.delete_distribution(Id=staging.id, IfMatch=etag)
            except aws.ClientError as error:
                if not aws.code_of(error).startswith("AccessDenied"):
                    raise
                return False
        return True

    def await_deployed(self, *ids: str) -> None:
        """Until every edge location has what these distributions are."""
        self.distributions.await_deployed(*ids)

    def _update(self, policy: Policy, config: Config) -> Policy:
        with aws.reported(f"continuous deployment policy {policy.id} cannot be changed, and is as it was"):
            answer = self.client.update_continuous_deployment_policy(
                Id=policy.id, IfMatch=policy.etag, ContinuousDeploymentPolicyConfig=config
            )
        return _policy(answer)


def _unique() -> str:
    return secrets.token_hex(8)


def _reference(primary: str) -> str:
    return f"slipway-move-{primary}-"


def _found(answer: Any) -> Found:
    found = answer["Distribution"]
    deployed, domain = found["Status"] == "Deployed", host(found["DomainName"])
    return Found(found["Id"], found["ARN"], domain, answer["ETag"], deployed, found["DistributionConfig"])


def _policy(answer: Any) -> Policy:
    found = answer["ContinuousDeploymentPolicy"]
    config = found["ContinuousDeploymentPolicyConfig"]
    domains = tuple(map(host, config["StagingDistributionDnsNames"].get("Items", ())))
    return Policy(found["Id"], answer["ETag"], bool(config["Enabled"]), domains, config.get("TrafficConfig", {}))


def _config(domains: list[str] | tuple[str, ...], traffic: dict[str, Any], *, enabled: bool) -> Config:
    names = {"Quantity": len(domains), "Items": list(domains)}
    return {"StagingDistributionDnsNames": names, "Enabled": enabled, "TrafficConfig": traffic}
