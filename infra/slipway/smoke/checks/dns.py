"""DNS, asked of the zones' own name servers, so that no cache stands between.

delegation     the parent zone leads to the name servers that the zone itself names
authority      every name server of the zone answers for it, with the same SOA and NS records
negative_ttl   "no such name" is kept no longer than the proof counts with
agree          every name server gives the same answer for a name, and the one that the settings ask for
ttl            with the TTL that is meant
aaaa           the name has an IPv6 address
caa            where CAA records say who may issue certificates, Amazon may
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from functools import partial

from slipway.smoke.lookup import Answer, ask, name_servers, resolve
from slipway.smoke.model import Check, Outcome, failed, passed, skipped
from slipway.smoke.network import Network
from slipway.smoke.target import CLOUDFRONT, Name, Route, Target

__all__ = ["checks"]

# Who ACM is in a CAA record (ACM user guide, *Configure a CAA record*).
_AMAZON = frozenset({"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"})


def checks(target: Target) -> Iterator[Check]:
    """Three a zone, three a name, one a way to a service."""
    longest = target.config.durations.negative_ttl
    for zone in target.zones:
        yield Check("dns", "delegation", zone, partial(_delegation, zone))
        yield Check("dns", "authority", zone, partial(_authority, zone))
        yield Check("dns", "negative_ttl", zone, partial(_negative_ttl, zone, longest))
    for name in target.names:
        yield Check("dns", "agree", name.host, partial(_agree, name))
        yield Check("dns", "ttl", name.host, partial(_ttl, name))
        if name.kind != "pool":  # the second CDN has certificates of its own
            yield Check("dns", "caa", name.host, partial(_caa, name))
    for route in target.routes:
        if route.via != route.beyond:  # an address is in no DNS
            yield Check("dns", "aaaa", route.label, partial(_aaaa, route), beyond=route.beyond)


def _delegation(zone: str, network: Network) -> Outcome:
    if network.local:
        return skipped("the local internet has no parent zones that could lead to others")
    parent = zone
    while "." in parent:
        parent = parent.partition(".")[2]
        if resolve(network, parent, "NS").values("NS"):
            break
    server, place = name_servers(network, parent)[0]
    told = ask(network, place, zone, "NS")
    delegated = told.values("NS") or told.referral
    own = resolve(network, zone, "NS").values("NS")
    if not delegated:
        return failed(f"{zone}: {server} of the parent zone {parent} leads to no name servers, wanted {_list(own)}")
    if delegated != own:
        return failed(f"{zone}: the parent zone {parent} leads to {_list(delegated)}, the zone names {_list(own)}")
    return passed(f"{zone} is delegated to {_list(own)}", servers=_list(own))


def _authority(zone: str, network: Network) -> Outcome:
    said: dict[tuple[str, ...], list[str]] = {}
    for server, place in name_servers(network, zone):
        answers = [ask(network, place, zone, type_) for type_ in ("SOA", "NS")]
        for answer in answers:
            if not answer.authoritative or answer.rcode != "NOERROR" or not answer.records:
                return failed(f"{zone}: {server} should answer for the zone, and says {_short(answer)}")
        said.setdefault((*answers[0].values("SOA"), *answers[1].values("NS")), []).append(server)
    if len(said) > 1:
        each = "; ".join(f"{_list(servers)}: {_list(values)}" for values, servers in said.items())
        return failed(f"{zone}: name servers should agree on SOA and NS, and do not: {each}")
    (values,) = said
    return passed(f"{zone}: {len(said[values])} name servers agree on SOA and NS", soa=values[0])


def _negative_ttl(zone: str, longest: int, network: Network) -> Outcome:
    absent = f"slipway-smoke-{secrets.token_hex(4)}.{zone}"
    server, place = name_servers(network, zone)[0]
    answer = ask(network, place, absent, "TXT")
    if answer.negative_ttl is None:
        return failed(f"{absent}: {server} should say NXDOMAIN with the zone's SOA, and says {_short(answer)}")
    if not 0 < answer.negative_ttl <= longest:
        return failed(
            f"{zone}: that a name does not exist is kept for {answer.negative_ttl} s; wanted 1 to {longest} s, "
            "which is what preflight's worst cases count with (durations.negative_ttl)"
        )
    return passed(f"{zone}: that a name does not exist is kept for {answer.negative_ttl} s", ttl=answer.negative_ttl)


def _answers(name: Name, network: Network) -> list[tuple[str, Answer]]:
    type_ = "CNAME" if name.kind in ("shared", "pool") else "A"
    return [(server, ask(network, place, name.host, type_)) for server, place in name_servers(network, name.zone)]


def _agree(name: Name, network: Network) -> Outcome:
    said: dict[str, list[str]] = {}
    for server, answer in _answers(name, network):
        if answer.rcode != "NOERROR" or not answer.records:
            return failed(f"{name.host}: {server} says {_short(answer)}, wanted {_wanted(name)}")
        given = answer.records[0]
        if name.targets and given.value not in name.targets:
            return failed(f"{name.host}: {server} leads to {given.value}, wanted {_wanted(name)}")
        # A weighted answer is drawn anew each time, and an alias gives each asker addresses of its own.
        said.setdefault(given.value if name.kind == "pool" else given.type, []).append(server)
    if len(said) > 1:
        each = "; ".join(f"{_list(servers)}: {value}" for value, servers in said.items())
        return failed(f"{name.host}: name servers should agree, and do not: {each}")
    return passed(f"{name.host}: every name server gives {_wanted(name)}", answer=_wanted(name))


def _ttl(name: Name, network: Network) -> Outcome:
    ttls = {answer.records[0].ttl for _, answer in _answers(name, network) if answer.records}
    wanted = " or ".join(f"{ttl} s" for ttl in dict.fromkeys(name.ttls))
    if not ttls:
        return failed(f"{name.host}: no name server has a record, wanted one with a TTL of {wanted}")
    if wrong := sorted(ttls - set(name.ttls)):
        return failed(f"{name.host}: the TTL is {wrong[0]} s, wanted {wanted}", ttl=wrong[0])
    return passed(f"{name.host}: the TTL is {wanted}", ttl=wanted)


def _aaaa(route: Route, network: Network) -> Outcome:
    found = resolve(network, route.via, "AAAA")
    if not found.values("AAAA"):
        return failed(f"{route.label}: {route.via} should have an IPv6 address (AAAA), and has {_short(found)}")
    what = "CloudFront" if route.cdn == CLOUDFRONT else route.cdn
    return passed(f"{route.label}: has IPv6 addresses of {what}")


def _caa(name: Name, network: Network) -> Outcome:
    """The nearest CAA records on the way up decide (RFC 8659, section 3): the zone's own servers know those inside it,
    and resolvers those above."""
    owner = name.host
    _, place = name_servers(network, name.zone)[0]
    while owner:
        inside = owner == name.zone or owner.endswith(f".{name.zone}")
        if not inside and network.local:
            break
        answer = ask(network, place, owner, "CAA") if inside else resolve(network, owner, "CAA")
        if records := answer.values("CAA"):
            issuers = {_issuer(record) for record in records if record.split()[1] == "issue"}
            if not issuers or issuers & _AMAZON:
                return passed(f"{name.host}: the CAA records of {owner} let Amazon issue", caa=_list(records))
            return failed(f"{name.host}: the CAA records of {owner} should let Amazon issue, and are {_list(records)}")
        owner = owner.partition(".")[2]
    return passed(f"{name.host}: no CAA record keeps anybody from issuing", caa="none")


def _issuer(record: str) -> str:
    """The authority of `0 issue "amazon.com; validationmethods=dns-01"`."""
    return record.split(None, 2)[2].strip('"').partition(";")[0].strip()


def _wanted(name: Name) -> str:
    if name.targets:
        return " or ".join(f"a CNAME to {each}" for each in name.targets)
    return "addresses"


def _short(answer: Answer) -> str:
    given = _list(f"{record.type} {record.value}" for record in answer.records)
    plain = "" if answer.authoritative else ", not as an authority"
    return f"{answer.rcode} with {given or 'no record'}{plain}"


def _list(items: Iterable[str]) -> str:
    return ", ".join(items)
