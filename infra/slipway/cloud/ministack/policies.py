"""CloudFront's continuous deployment policies, which MiniStack 1.5.33 only lists, and lists none.

A policy says which share of a primary distribution's requests, or which header, leads to a staging distribution.
Sources: CloudFront API Reference, CreateContinuousDeploymentPolicy and its neighbours (members, limits, error codes);
Developer Guide, "Quotas and other considerations for continuous deployment". Which code goes with a limit that is
broken the reference does not say: InvalidArgument, the only one it has for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, SubElement

from ministack.services import cloudfront

__all__ = ["PATH", "Answer", "Policies", "Policy", "attached", "is_staging"]

PATH = re.compile(r"/2020-05-31/continuous-deployment-policy(?:/(?P<id>[^/]+))?(?P<config>/config)?/?")
_MOST = 20  # policies of one account
_WEIGHT = 0.15
_IDLE = range(300, 3601)  # seconds
_PREFIX = "aws-cf-cd-"

Answer: TypeAlias = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Policy:
    """A policy as it stands, its configuration as XML without namespaces."""

    id: str
    etag: str
    changed: str
    config: Element

    @property
    def enabled(self) -> bool:
        """Whether it has any effect."""
        return bool(cloudfront._text(self.config, "Enabled") == "true")

    @property
    def staging(self) -> tuple[str, ...]:
        """The domains of its staging distributions, in lower case."""
        items = _at(self.config, "StagingDistributionDnsNames", "Items")
        return tuple((each.text or "").lower() for each in items) if items is not None else ()

    def disable(self) -> None:
        """A new version of it that has no effect."""
        enabled = cloudfront._find(self.config, "Enabled")
        enabled.text = "false"
        self.renew()

    def renew(self) -> None:
        """Another version."""
        self.etag, self.changed = cloudfront.new_uuid(), cloudfront._now_iso()


class Policies:
    """Every policy, by id, and the calls about them."""

    def __init__(self) -> None:
        self._policies: dict[str, Policy] = {}

    def get(self, id_: str) -> Policy | None:
        """A policy; None if there is none."""
        return self._policies.get(id_)

    def of_staging(self, domain: str) -> Policy | None:
        """The policy that a staging distribution belongs to."""
        return next((each for each in self._policies.values() if domain.lower() in each.staging), None)

    def forget(self) -> None:
        """Nothing stands any more."""
        self._policies.clear()

    def answer(self, method: str, id_: str, *, config: bool, headers: dict[str, str], body: bytes) -> Answer:
        """The answer to a call of this API."""
        if not id_:
            return self._create(body) if method == "POST" else self._list()
        policy = self._policies.get(id_)
        if policy is None:
            return _refused("NoSuchContinuousDeploymentPolicy", "The continuous deployment policy doesn't exist.", 404)
        if method == "GET":
            return _shown_config(policy) if config else _shown(policy)
        if refusal := _stale(policy, headers):
            return refusal
        return self._update(policy, body) if method == "PUT" else self._delete(policy)

    def _create(self, body: bytes) -> Answer:
        asked = _config(body)
        if asked is None:
            return _refused("MalformedXML", "The XML document is malformed.", 400)
        if refusal := self._wrong(asked, ""):
            return refusal
        if len(self._policies) >= _MOST:
            return _refused("TooManyContinuousDeploymentPolicies", "You have as many as an account may have.", 400)
        policy = Policy(cloudfront._dist_id(), cloudfront.new_uuid(), cloudfront._now_iso(), asked)
        self._policies[policy.id] = policy
        return _shown(policy, 201)

    def _update(self, policy: Policy, body: bytes) -> Answer:
        asked = _config(body)
        if asked is None:
            return _refused("MalformedXML", "The XML document is malformed.", 400)
        if refusal := self._wrong(asked, policy.id):
            return refusal
        policy.config = asked
        policy.renew()
        return _shown(policy)

    def _delete(self, policy: Policy) -> Answer:
        if attached(policy.id):
            why = "You cannot delete a continuous deployment policy that is associated with a primary distribution."
            return _refused("ContinuousDeploymentPolicyInUse", why, 409)
        del self._policies[policy.id]
        return 204, {}, b""

    def _list(self) -> Answer:
        def build(root: Element) -> None:
            SubElement(root, "MaxItems").text = "100"
            SubElement(root, "Quantity").text = str(len(self._policies))
            items = SubElement(root, "Items")
            for policy in self._policies.values():
                summary = SubElement(items, "ContinuousDeploymentPolicySummary")
                _build(SubElement(summary, "ContinuousDeploymentPolicy"), policy)

        answer: Answer = cloudfront._xml_response("ContinuousDeploymentPolicyList", build)
        return answer

    def _wrong(self, config: Element, own: str) -> Answer | None:
        names = [each.text or "" for each in _at(config, "StagingDistributionDnsNames", "Items") or ()]
        if cloudfront._text(cloudfront._find(config, "StagingDistributionDnsNames"), "Quantity") != str(len(names)):
            return _refused("InconsistentQuantities", "Quantity and the size of Items don't match.", 400)
        staging = {each["DomainName"].lower() for each in _records() if is_staging(each)}
        for name in names:
            if name.lower() not in staging:
                return _refused("InvalidArgument", f"{name} is no staging distribution.", 400)
            other = self.of_staging(name)
            if other is not None and other.id != own:
                why = "A continuous deployment policy for this staging distribution already exists."
                return _refused("StagingDistributionInUse", why, 409)
        why = "; ".join(_limits(cloudfront._find(config, "TrafficConfig")))
        return _refused("InvalidArgument", why, 400) if why else None


def attached(policy: str) -> list[dict[str, Any]]:
    """The distributions that have a policy, as MiniStack keeps them."""
    return [
        each for each in _records() if cloudfront._text(_dist_config(each), "ContinuousDeploymentPolicyId") == policy
    ]


def is_staging(record: dict[str, Any]) -> bool:
    """Whether a distribution is a staging one."""
    found: str = cloudfront._text(_dist_config(record), "Staging")
    return found == "true"


def _limits(traffic: Element | None) -> Iterator[str]:
    if traffic is None:
        return
    kind = cloudfront._text(traffic, "Type")
    weight, header = (cloudfront._find(traffic, f"{each}Config") for each in ("SingleWeight", "SingleHeader"))
    if kind == "SingleWeight" and weight is not None and header is None:
        if not 0 <= float(cloudfront._text(weight, "Weight", "0")) <= _WEIGHT:
            yield f"The weight must be between 0 and {_WEIGHT}"
        session = cloudfront._find(weight, "SessionStickinessConfig")
        if session is not None:
            idle, longest = (int(cloudfront._text(session, each, "0")) for each in ("IdleTTL", "MaximumTTL"))
            if not (idle in _IDLE and longest in _IDLE and idle <= longest):
                yield "IdleTTL and MaximumTTL must be between 300 and 3600, and IdleTTL not above MaximumTTL"
    elif kind == "SingleHeader" and header is not None and weight is None:
        if not cloudfront._text(header, "Header").lower().startswith(_PREFIX):
            yield f"The header must begin with {_PREFIX}"
        if not cloudfront._text(header, "Value"):
            yield "The header must have a value"
    else:
        yield "The type must be SingleWeight or SingleHeader, with its own configuration and no other"


def _stale(policy: Policy, headers: dict[str, str]) -> Answer | None:
    asked = headers.get("if-match", "")
    if not asked:
        return _refused("InvalidIfMatchVersion", "The If-Match version is missing or not valid.", 400)
    if asked != policy.etag:
        why = "The precondition in one or more of the request fields evaluated to false."
        return _refused("PreconditionFailed", why, 412)
    return None


def _config(body: bytes) -> Element | None:
    found = cloudfront._parse_body(body)
    return None if found is None else cloudfront._strip_namespace(found)


def _build(parent: Element, policy: Policy) -> None:
    SubElement(parent, "Id").text = policy.id
    SubElement(parent, "LastModifiedTime").text = policy.changed
    parent.append(deepcopy(policy.config))


def _shown(policy: Policy, status: int = 200) -> Answer:
    answer: Answer = cloudfront._xml_response(
        "ContinuousDeploymentPolicy", lambda root: _build(root, policy), status, {"ETag": policy.etag}
    )
    return answer


def _shown_config(policy: Policy) -> Answer:
    answer: Answer = cloudfront._xml_response(
        "ContinuousDeploymentPolicyConfig",
        lambda root: root.extend(deepcopy(policy.config)),
        extra_headers={"ETag": policy.etag},
    )
    return answer


def _records() -> list[dict[str, Any]]:
    return list(cloudfront._distributions._data.values())


def _dist_config(record: dict[str, Any]) -> Element:
    found: Element = cloudfront._dist_config_el(record)
    return found


def _at(element: Element | None, *path: str) -> Element | None:
    for tag in path:
        element = None if element is None else cloudfront._find(element, tag)
    return element


def _refused(code: str, why: str, status: int) -> Answer:
    answer: Answer = cloudfront._error(code, why, status)
    return answer
