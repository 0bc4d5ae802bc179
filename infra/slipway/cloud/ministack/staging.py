"""CloudFront's continuous deployment, which MiniStack 1.5.33 does not know: staging distributions, and promoting them.

A staging distribution is a copy of a primary one, without aliases. A policy that the primary has leads some requests
there (`policies`), and promoting copies its configuration onto the primary at once. Sources: CloudFront API Reference,
CopyDistribution, UpdateDistributionWithStagingConfig (the primary keeps its aliases and its policy, which is disabled)
and the errors of UpdateDistribution; Developer Guide, "Use CloudFront continuous deployment" (what may be changed while
a policy is attached, no HTTP/3). Seen by users of the API: what is left out of an update stays, and only an empty
policy id takes the policy off (aws/aws-sdk-js-v3 issue 7417); a staging distribution is neither disabled nor deleted
while a policy names it, and an enabled policy stays on (hashicorp/terraform-provider-aws issue 33575, pull request
33578); a staging distribution takes no aliases (RJPearson94/terraform-aws-open-next issue 75).
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import cloudfront

from slipway.cloud.ministack.policies import PATH, Answer, Policies, Policy, attached, is_staging

__all__ = ["install"]

_COPY = re.compile(r"/2020-05-31/distribution/(?P<id>[^/]+)/copy/?")
_PROMOTE = re.compile(r"/2020-05-31/distribution/(?P<id>[^/]+)/promote-staging-config/?")
_UPDATE = re.compile(r"/2020-05-31/distribution/(?P<id>[^/]+)/config/?")
_DISTRIBUTION = re.compile(r"/2020-05-31/distribution/(?P<id>[^/]+)/?")
_NEW = re.compile(r"/2020-05-31/distribution/?")
_MOST = 20  # staging distributions of one account
_POLICY = "ContinuousDeploymentPolicyId"
_OWN = ("CallerReference", "Aliases", "Staging", _POLICY)  # what a promotion leaves as it is
# What may not change while a policy is attached, each with what leaving it out means.
_FIXED = {"HttpVersion": "http2", "IsIPV6Enabled": "true", "PriceClass": "PriceClass_All", "WebACLId": ""}
_FIXED_VIEWER = ("ACMCertificateArn", "IAMCertificateId", "MinimumProtocolVersion")


def install(policies: Policies) -> None:
    """Let MiniStack answer these calls, and refuse what AWS refuses. Before the journal is: it hears of the changes."""
    handle = cloudfront.handle_request
    build_list = cloudfront._build_distribution_list_xml

    async def handled(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        answer = _answered(policies, method, path, headers, body, query)
        if isinstance(answer, bytes):
            return await handle(method, path, headers, answer, query)
        return answer

    cloudfront.handle_request = handled
    cloudfront._build_distribution_list_xml = lambda root, records: build_list(
        root, [{**each, "Staging": is_staging(each)} for each in records]
    )


def _answered(
    policies: Policies, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> Answer | bytes:
    """The answer, or the body with which MiniStack is to answer."""
    if found := PATH.fullmatch(path):
        answer = policies.answer(method, found["id"] or "", config=bool(found["config"]), headers=headers, body=body)
        if method == "PUT" and answer[0] == 200:
            _spread(found["id"])
        return answer
    if method == "POST" and (found := _COPY.fullmatch(path)):
        return _copied(found["id"], headers, body)
    if method == "PUT" and (found := _PROMOTE.fullmatch(path)):
        staging = query.get("StagingDistributionId", "")
        return _promoted(policies, found["id"], staging[0] if isinstance(staging, list) else staging, headers)
    if method == "PUT" and (found := _UPDATE.fullmatch(path)):
        return _checked(policies, found["id"], body)
    if method == "POST" and _NEW.fullmatch(path):
        return _checked_new(body)
    if method == "DELETE" and (found := _DISTRIBUTION.fullmatch(path)):
        record = cloudfront._distributions.get(found["id"])
        if record is not None and policies.of_staging(record["DomainName"]):
            return _in_use()
    return body


def _copied(id_: str, headers: dict[str, str], body: bytes) -> Answer:
    """CopyDistribution."""
    primary, asked = cloudfront._distributions.get(id_), cloudfront._parse_body(body)
    if primary is None:
        return _none()
    if refusal := _stale([primary["ETag"]], headers):
        return refusal
    config = _config(primary)
    if headers.get("staging", "").lower() != "true" or cloudfront._text(config, "Staging") == "true":
        return _refused("InvalidArgument", "A staging distribution is copied from a primary one.", 400)
    if _speaks_http3(config):
        return _http3()
    if sum(map(is_staging, list(cloudfront._distributions._data.values()))) >= _MOST:
        return _refused("TooManyDistributions", "You have as many staging distributions as an account may have.", 400)
    reference = cloudfront._text(asked, "CallerReference") if asked is not None else ""
    if not reference or any(each["CallerReference"] == reference for each in cloudfront._distributions.values()):
        return _refused("DistributionAlreadyExists", "The caller reference is that of another distribution.", 409)
    _put(config, {"CallerReference": reference, "Staging": "true", _POLICY: "", "Enabled": _enabled(asked)})
    _set_aliases(config, None)
    new = cloudfront._dist_id()
    record = {
        "Id": new,
        "ARN": primary["ARN"].replace(id_, new),
        "Status": "Deployed",
        "DomainName": cloudfront._new_distribution_domain(),
        "CallerReference": reference,
    }
    cloudfront._distributions[new], cloudfront._invalidations[new] = record, []
    _keep(record, config)
    return _shown(record, 201)


def _promoted(policies: Policies, id_: str, staging_id: str, headers: dict[str, str]) -> Answer:
    """UpdateDistributionWithStagingConfig."""
    primary, staging = cloudfront._distributions.get(id_), cloudfront._distributions.get(staging_id)
    if primary is None or staging is None:
        return _none()
    if refusal := _stale([primary["ETag"], staging["ETag"]], headers):
        return refusal
    before, config = _config(primary), _config(staging)
    policy = policies.get(cloudfront._text(before, _POLICY))
    if policy is None or staging["DomainName"].lower() not in policy.staging:
        return _refused("InvalidArgument", f"{staging_id} is not the staging distribution of {id_}.", 400)
    _put(config, {tag: cloudfront._text(before, tag) for tag in _OWN if tag != "Aliases"})
    _set_aliases(config, cloudfront._find(before, "Aliases"))
    _keep(primary, config)
    policy.disable()
    return _shown(primary)


def _checked(policies: Policies, id_: str, body: bytes) -> Answer | bytes:
    """An update: refused, or its body with what it leaves as it is."""
    record, config = cloudfront._distributions.get(id_), cloudfront._parse_body(body)
    if record is None or config is None:
        return body
    before, config = _config(record), cloudfront._strip_namespace(config)
    held = policies.get(cloudfront._text(before, _POLICY))
    said = cloudfront._find(config, _POLICY)
    wanted = cloudfront._text(before if said is None else config, _POLICY)
    staging, of = is_staging(record), policies.of_staging(record["DomainName"])
    if (cloudfront._text(config, "Staging") == "true") != staging:
        return _refused("IllegalUpdate", "A distribution stays a primary or a staging one.", 400)
    if refusal := _wrong_policy(policies, config, held, wanted, id_):
        return refusal
    if staging and (refusal := _with_aliases(config)):
        return refusal
    if of and not cloudfront._get_enabled(config):
        return _in_use()
    if (of or (held and wanted)) and _fixed(before) != _fixed(config):
        return _refused("IllegalUpdate", "One or more fields updated are not supported for continuous deployment.", 400)
    _put(config, {_POLICY: wanted})
    whole: bytes = tostring(config)
    return whole


def _wrong_policy(policies: Policies, config: Element, held: Policy | None, wanted: str, id_: str) -> Answer | None:
    if wanted and policies.get(wanted) is None:
        return _refused("NoSuchContinuousDeploymentPolicy", "The continuous deployment policy doesn't exist.", 404)
    if wanted and cloudfront._text(config, "Staging") == "true":
        return _refused("InvalidArgument", "A staging distribution has no continuous deployment policy.", 400)
    if wanted and _speaks_http3(config):
        return _http3()
    if any(each["Id"] != id_ for each in (attached(wanted) if wanted else ())):
        why = "The policy is associated with another distribution."
        return _refused("ContinuousDeploymentPolicyInUse", why, 409)
    if held and held.enabled and wanted != held.id:
        return _refused("IllegalUpdate", "Disable the continuous deployment policy first.", 400)
    return None


def _checked_new(body: bytes) -> Answer | bytes:
    whole = cloudfront._parse_body(body)
    if whole is None:
        return body
    whole = cloudfront._strip_namespace(whole)
    config = cloudfront._find(whole, "DistributionConfig") if whole.tag == "DistributionConfigWithTags" else whole
    if config is None or cloudfront._text(config, "Staging") != "true":
        return body
    return _with_aliases(config) or (_http3() if _speaks_http3(config) else body)


def _spread(policy: str) -> None:
    """A policy takes effect as a version of the distribution that has it: by that the edges hear of it."""
    for record in attached(policy):
        record["ETag"], record["LastModifiedTime"] = cloudfront.new_uuid(), cloudfront._now_iso()


def _keep(record: dict[str, Any], config: Element) -> None:
    record["config_xml"] = tostring(config, encoding="unicode")
    record["enabled"] = cloudfront._get_enabled(config)
    record["ETag"], record["LastModifiedTime"] = cloudfront.new_uuid(), cloudfront._now_iso()


def _config(record: dict[str, Any]) -> Element:
    found: Element = cloudfront._strip_namespace(cloudfront._dist_config_el(record))
    return found


def _put(config: Element, values: dict[str, str]) -> None:
    """Members of a configuration; none for an empty text."""
    for tag, text in values.items():
        old = cloudfront._find(config, tag)
        if old is not None:
            config.remove(old)
        if text:
            SubElement(config, tag).text = text


def _set_aliases(config: Element, aliases: Element | None) -> None:
    old = cloudfront._find(config, "Aliases")
    if old is not None:
        config.remove(old)
    if aliases is not None:
        config.append(aliases)
    else:
        SubElement(SubElement(config, "Aliases"), "Quantity").text = "0"


def _fixed(config: Element) -> tuple[object, ...]:
    viewer, aliases = (cloudfront._find(config, tag) for tag in ("ViewerCertificate", "Aliases"))
    items = cloudfront._find(aliases, "Items") if aliases is not None else None
    return (
        sorted((each.text or "").lower() for each in items) if items is not None else [],
        *(cloudfront._text(config, tag, default) for tag, default in _FIXED.items()),
        *(cloudfront._text(viewer, tag) if viewer is not None else "" for tag in _FIXED_VIEWER),
    )


def _enabled(asked: Element | None) -> str:
    return "false" if asked is not None and cloudfront._text(asked, "Enabled") == "false" else "true"


def _speaks_http3(config: Element) -> bool:
    return bool(cloudfront._text(config, "HttpVersion").endswith("3"))  # http3, http2and3


def _with_aliases(config: Element) -> Answer | None:
    items = cloudfront._find(config, "Aliases")
    if items is None or cloudfront._text(items, "Quantity", "0") == "0":
        return None
    return _refused("InvalidArgument", "A staging distribution takes no aliases.", 400)


def _stale(etags: list[str], headers: dict[str, str]) -> Answer | None:
    asked = [each.strip() for each in headers.get("if-match", "").split(",")]
    if len(asked) != len(etags) or not all(asked):
        return _refused("InvalidIfMatchVersion", "The If-Match version is missing or not valid.", 400)
    if asked != etags:
        why = "The precondition in one or more of the request fields evaluated to false."
        return _refused("PreconditionFailed", why, 412)
    return None


def _shown(record: dict[str, Any], status: int = 200) -> Answer:
    answer: Answer = cloudfront._xml_response(
        "Distribution",
        lambda root: cloudfront._build_distribution_xml(root, record),
        status,
        {"ETag": record["ETag"], "Location": f"/2020-05-31/distribution/{record['Id']}"},
    )
    return answer


def _in_use() -> Answer:
    why = "The specified staging distribution is currently used by a continuous deployment policy."
    return _refused("StagingDistributionInUse", why, 409)


def _http3() -> Answer:
    return _refused("InvalidArgument", "Continuous deployment is not for distributions that support HTTP/3.", 400)


def _none() -> Answer:
    return _refused("NoSuchDistribution", "The specified distribution does not exist.", 404)


def _refused(code: str, why: str, status: int) -> Answer:
    answer: Answer = cloudfront._error(code, why, status)
    return answer
