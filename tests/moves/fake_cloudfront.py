"""A CloudFront that only exists here: one distribution, its staging one, and the order that AWS wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slipway.errors import CloudError
from slipway.moves.configuration import Config
from slipway.moves.continuous import Found, Policy
from slipway.moves.traffic import Traffic

__all__ = ["FakeCloudFront", "Viewers", "turned_down"]

_OWN = ("Aliases", "CallerReference", "ContinuousDeploymentPolicyId", "Staging")


@dataclass
class FakeCloudFront:
    """Calls that change something are counted in `calls`; `stops` are errors by the number of the call that ends so,
    after it has taken effect."""

    config: Config
    staging: Found | None = None
    policies: dict[str, Policy] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    stops: dict[int, BaseException] = field(default_factory=dict)
    owner: str = "slipway-move-E1-"
    version: int = 0
    may_delete: bool = True

    def read(self, id_: str) -> Found:
        if id_ == "E1":
            return Found("E1", "arn:E1", "d1.cloudfront.net", f"v{self.version}", True, dict(self.config))
        assert self.staging is not None
        return self.staging

    def staging_of(self, primary: str, policy: Policy | None) -> Found | None:
        return self.staging

    def policy(self, id_: str) -> Policy | None:
        return self.policies[id_] if id_ else None

    def policy_for(self, domain: str) -> Policy | None:
        return next((each for each in self.policies.values() if domain in each.domains), None)

    def copy(self, primary: Found) -> Found:
        assert self.staging is None
        own = {"CallerReference": f"{self.owner}x", "Staging": True, "Aliases": {"Quantity": 0}}
        config = {**self.config, **own}
        config.pop("ContinuousDeploymentPolicyId", None)
        self.staging = Found("E2", "arn:E2", "d2.cloudfront.net", "s0", True, config)
        self._called("copy")
        return self.staging

    def put(self, distribution: Found, config: Config) -> Found:
        if distribution.id == "E1":
            assert distribution.etag == f"v{self.version}"
            self.config, self.version = config, self.version + 1
        else:
            assert config["Staging"] is True
            assert config["Aliases"] == {"Quantity": 0}
            assert "ContinuousDeploymentPolicyId" not in config
            self.staging = replace(distribution, config=config)
        self._called(f"put {distribution.id}")
        return self.read(distribution.id)

    def attach(self, primary: Found, policy: str) -> Found:
        held = self.policy(primary.policy)
        assert policy or not (held and held.enabled)
        self.config, self.version = {**self.config, "ContinuousDeploymentPolicyId": policy}, self.version + 1
        self._called("attach" if policy else "take off")
        return self.read("E1")

    def lead(self, policy: Policy | None, domain: str, traffic: Traffic) -> Policy:
        self.policies["P1"] = Policy("P1", "p", True, (domain,), traffic.config)
        self._called(f"lead {traffic.config['Type']}")
        return self.policies["P1"]

    def disable(self, policy: Policy) -> Policy:
        self.policies[policy.id] = replace(policy, enabled=False)
        self._called("disable")
        return self.policies[policy.id]

    def promote(self, primary: Found, staging: Found) -> Found:
        assert primary.etag == f"v{self.version}"
        kept = {name: self.config[name] for name in _OWN if name in self.config}
        others = {name: value for name, value in staging.config.items() if name not in _OWN}
        self.config, self.version = {**others, **kept}, self.version + 1
        self.policies["P1"] = replace(self.policies["P1"], enabled=False)
        self._called("promote")
        return self.read("E1")

    def delete_policy(self, policy: Policy) -> None:
        assert not self.config.get("ContinuousDeploymentPolicyId")
        del self.policies[policy.id]
        self._called("delete policy")

    def delete(self, staging: Found) -> bool:
        assert not self.policies
        if self.may_delete:
            self.staging = None
        else:
            self.staging = replace(staging, config={**staging.config, "Enabled": False})
        self._called("delete")
        return self.may_delete

    def await_deployed(self, *ids: str) -> None:
        self._called(f"await {', '.join(ids)}")

    @property
    def led_away(self) -> dict[str, Any] | None:
        """Which requests go to the staging distribution just now."""
        policy = self.policy(self.config.get("ContinuousDeploymentPolicyId", ""))
        return policy.traffic if policy and policy.enabled else None

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if stop := self.stops.pop(len(self.calls), None):
            raise stop


@dataclass
class Viewers:
    """What the distribution answers: `staging` where a header leads there, `primary` else."""

    cloud: FakeCloudFront
    primary: str = "200"
    staging: str = "200"
    promoted: str = "200"

    def statuses(self, headers: Mapping[str, str]) -> dict[str, str]:
        led = self.cloud.led_away
        if headers and led and led["Type"] == "SingleHeader":
            single = led["SingleHeaderConfig"]
            if headers.get(single["Header"]) == single["Value"]:
                return {"https://site/": self.staging}
        changed = "promote" in self.cloud.calls and self.cloud.calls[-1] != "put E1"
        return {"https://site/": self.promoted if changed else self.primary}

    def wrong(self, before: Mapping[str, str], traffic: Traffic) -> str:
        return "" if self.staging == "200" else f"{self.staging} for https://site/"


def turned_down() -> CloudError:
    """An error of AWS's."""
    return CloudError("CloudFront turned it down: Throttling", "Try again.")
