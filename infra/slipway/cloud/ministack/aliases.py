"""AssociateAlias, which MiniStack 1.5.33 does not know: an alias goes from one distribution to another in one step.

AWS wants a certificate on the target that covers the alias, and a TXT record that names the target's domain, at
`_ALIAS`, or `_.ALIAS` for an apex; it asks DNS for that as everybody does, so that its resolver remembers for a while
that there was none. Sources: CloudFront API Reference, AssociateAlias; Developer Guide, "Move an alternate domain
name"; that the record is wanted within one account as well, and what AWS says without it, was seen by users of the API.
"""

from __future__ import annotations

import re
from typing import Any

import dns.asyncquery
import dns.exception
import dns.message
import dns.rdatatype
from ministack.services import acm, cloudfront, route53

from slipway.cloud import clock
from slipway.cloud.internet import address
from slipway.cloud.ministack.home import directory
from slipway.cloud.ministack.validation import name
from slipway.cloud.provider.rules.certificates import ISSUED, covers

__all__ = ["install"]

_PATH = re.compile(r"/2020-05-31/distribution/(?P<id>[^/]+)/associate-alias/?")
_MOST = 100  # aliases of one distribution, if no more were asked for
_PATIENCE = 1.0  # seconds that a resolver on this machine may take


def install() -> None:
    """Let MiniStack answer the call. Before the journal is: it hears of what was changed."""
    handle = cloudfront.handle_request

    async def handled(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        found = _PATH.fullmatch(path)
        if method != "PUT" or found is None:
            return await handle(method, path, headers, body, query)
        alias = query.get("Alias", "")
        return await _associated(name(alias[0] if isinstance(alias, list) else alias), found["id"])

    cloudfront.handle_request = handled


async def _associated(alias: str, target_id: str) -> Any:
    target = cloudfront._distributions.get(target_id)
    if target is None:
        return cloudfront._error("NoSuchDistribution", "The specified distribution does not exist.", 404)
    if not alias:
        return cloudfront._error("InvalidArgument", "Alias is required.", 400)
    held = cloudfront._get_distribution_aliases(target)
    if alias in map(str.lower, held):
        return 200, {}, b""
    if not _covered(alias, target):
        why = "The certificate that is attached to the target distribution doesn't cover the alternate domain name."
        return cloudfront._error("InvalidArgument", why, 400)
    if name(target["DomainName"]) not in {name(text) for text in await _texts(alias)}:
        return cloudfront._error("IllegalUpdate", "Invalid or missing alias DNS TXT records.", 400)
    if len(held) >= _MOST:
        why = "Your request contains more CNAMEs than are allowed per distribution."
        return cloudfront._error("TooManyDistributionCNAMEs", why, 400)
    for other in cloudfront._distributions.values():
        aliases = cloudfront._get_distribution_aliases(other)
        if other is not target and alias in map(str.lower, aliases):
            _set(other, [each for each in aliases if each.lower() != alias])
    _set(target, [*held, alias])
    return 200, {}, b""


def _set(distribution: dict[str, Any], aliases: list[str]) -> None:
    """A new version of a distribution, as any update makes one."""
    cloudfront._set_distribution_aliases(distribution, aliases)
    distribution["ETag"] = cloudfront.new_uuid()
    distribution["LastModifiedTime"] = cloudfront._now_iso()


def _covered(alias: str, target: dict[str, Any]) -> bool:
    viewer = cloudfront._find(cloudfront._dist_config_el(target), "ViewerCertificate")
    arn = cloudfront._text(viewer, "ACMCertificateArn") if viewer is not None else ""
    issued = [each for each in list(acm._certificates._data.values()) if each["Status"] == ISSUED]
    names = [each["SubjectAlternativeNames"] for each in issued if each["CertificateArn"] == arn]
    return any(covers(pattern, alias) for pattern in (names[0] if names else ()))


async def _texts(alias: str) -> set[str]:
    """What TXT records say at the places where the proof may stand, by the resolver of the local internet."""
    places = (f"_{alias}", f"_.{alias}")
    internet = address.find(directory())
    if internet is None or not clock.read(directory()).scale:
        return _standing(places)
    return {text for place in places for text in await _resolved(internet, place)}


async def _resolved(internet: address.Internet, owner: str) -> list[str]:
    query = dns.message.make_query(owner, dns.rdatatype.TXT)
    try:
        answer = await dns.asyncquery.udp(query, internet.addresses[0], timeout=_PATIENCE, port=internet.resolver)
    except (dns.exception.DNSException, OSError):
        return []
    rdatas = [rdata for rrset in answer.answer for rdata in rrset if rdata.rdtype == dns.rdatatype.TXT]
    return [b"".join(rdata.strings).decode("latin-1") for rdata in rdatas]


def _standing(places: tuple[str, ...]) -> set[str]:
    public = {key for key, zone in list(route53._zones._data.items()) if not zone["private"]}
    return {
        value.strip('"')
        for key, records in list(route53._records._data.items())
        if key in public
        for record in records
        if record["Type"] == "TXT" and name(record["Name"]) in places
        for value in record.get("ResourceRecords", [])
    }
