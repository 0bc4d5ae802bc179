"""What a name server answers to one question, by the zones it holds."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import pytest

from slipway.cloud.internet.dns_answer import answered
from slipway.cloud.internet.dns_contents import Contents
from slipway.cloud.internet.names import Names, delegated
from slipway.cloud.internet.world import Distribution, Zone

SERVERS = [f"ns-{number}.awsdns-{number}.com." for number in range(1, 5)]
PLACES = ("127.0.0.1", "127.0.0.2", "::1")
DISTRIBUTION = Distribution("E1", "arn:aws:cloudfront::1:distribution/E1", "d1.cloudfront.net", True, (), "", (), ())


def record(name: str, kind: str, *values: str, ttl: int = 300, **more: Any) -> dict[str, Any]:
    return {
        "Name": f"{name}.",
        "Type": kind,
        "TTL": ttl,
        "ResourceRecords": [{"Value": each} for each in values],
        **more,
    }


def alias(name: str, kind: str, target: str, **more: Any) -> dict[str, Any]:
    return {"Name": f"{name}.", "Type": kind, "AliasTarget": {"DNSName": f"{target}."}, **more}


def zone(name: str, *records: dict[str, Any], soa_ttl: int = 900, minimum: int = 86400, identity: str = "") -> Zone:
    soa = record(name, "SOA", f"{SERVERS[0]} hostmaster.example.org. 1 7200 900 1209600 {minimum}", ttl=soa_ttl)
    return Zone(identity or f"Z-{name}", name, (soa, record(name, "NS", *SERVERS, ttl=172800), *records))


def held(*zones: Zone) -> Contents:
    return Contents.of(Names(zones, delegated(zones)), [DISTRIBUTION], PLACES)


def ask(contents: Contents, name: str, kind: str = "A", seed: int = 0) -> dns.message.Message:
    return answered(dns.message.make_query(name, kind), contents, random.Random(seed))  # noqa: S311


def values(response: dns.message.Message) -> list[str]:
    return sorted(rdata.to_text() for rrset in response.answer for rdata in rrset)


def test_address_is_answered_with_authority_and_its_ttl() -> None:
    """The plain case."""
    response = ask(
        held(zone("example.org", record("a.example.org", "A", "192.0.2.1", "192.0.2.2", ttl=60))), "A.example.org"
    )
    assert values(response) == ["192.0.2.1", "192.0.2.2"]
    assert response.answer[0].ttl == 60
    assert response.flags & dns.flags.AA


def test_missing_name_is_nxdomain_with_the_soa_for_the_negative_ttl() -> None:
    """RFC 2308: as long as the SOA's TTL and its minimum both allow."""
    for soa_ttl, minimum in ((900, 86400), (86400, 60)):
        response = ask(held(zone("example.org", soa_ttl=soa_ttl, minimum=minimum)), "no.example.org")
        assert response.rcode() == dns.rcode.NXDOMAIN
        assert not response.answer
        assert response.authority[0].name.to_text() == "example.org."
        assert response.authority[0].ttl == min(soa_ttl, minimum)


@pytest.mark.parametrize("name", ["a.example.org", "example.org"])
def test_missing_type_is_no_data(name: str) -> None:
    """The name exists, so the status is NOERROR; the SOA says for how long."""
    response = ask(held(zone("example.org", record("a.example.org", "A", "192.0.2.1"))), name, "AAAA")
    assert (response.rcode(), response.answer, response.authority[0].ttl) == (dns.rcode.NOERROR, [], 900)


def test_name_with_something_below_it_exists() -> None:
    """An empty non-terminal is no NXDOMAIN."""
    contents = held(zone("example.org", record("x.deep.example.org", "A", "192.0.2.1")))
    assert ask(contents, "deep.example.org").rcode() == dns.rcode.NOERROR
    assert ask(contents, "deeper.example.org").rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("x.w.example.org", ["192.0.2.7"]),  # the wildcard itself
        ("y.x.w.example.org", ["192.0.2.7"]),  # any depth
        ("known.w.example.org", []),  # something closer exists, of another type
        ("x.known.w.example.org", []),  # the closest encloser has no wildcard
        ("*.w.example.org", ["192.0.2.7"]),  # asked for by its own name
        ("w.example.org", []),  # not its parent
    ],
)
def test_wildcard_stands_for_names_without_anything_closer(name: str, found: list[str]) -> None:
    """RFC 4592, section 3.3.1; Route 53 writes the asterisk as an escape."""
    wild = record("\\052.w.example.org", "A", "192.0.2.7")
    response = ask(held(zone("example.org", wild, record("known.w.example.org", "TXT", '"here"'))), name)
    assert values(response) == found
    assert all(rrset.name.to_text() == f"{name}." for rrset in response.answer)


def test_wildcard_without_the_type_is_no_data() -> None:
    """A name that a wildcard stands for exists for every type."""
    contents = held(zone("example.org", record("*.example.org", "A", "192.0.2.7")))
    assert ask(contents, "x.example.org", "AAAA").rcode() == dns.rcode.NOERROR


def test_cname_is_followed_through_our_zones_each_link_with_its_ttl() -> None:
    """Also into another zone, and to a distribution."""
    contents = held(
        zone("example.org", record("a.example.org", "CNAME", "b.example.net", ttl=30)),
        zone("example.net", record("b.example.net", "CNAME", "d1.cloudfront.net", ttl=40)),
    )
    response = ask(contents, "a.example.org")
    assert [(rrset.name.to_text(), rrset.ttl) for rrset in response.answer] == [
        ("a.example.org.", 30),
        ("b.example.net.", 40),
        ("d1.cloudfront.net.", 60),
    ]
    assert [rrset.ttl for rrset in ask(contents, "a.example.org", "CNAME").answer] == [30]


def test_chain_that_ends_in_nothing_has_the_status_of_its_end() -> None:
    """RFC 6604; the links are in the answer all the same."""
    contents = held(zone("example.org", record("a.example.org", "CNAME", "gone.example.org")))
    response = ask(contents, "a.example.org")
    assert response.rcode() == dns.rcode.NXDOMAIN
    assert [rrset.name.to_text() for rrset in response.answer] == ["a.example.org."]


def test_chain_that_leads_outside_ends_there() -> None:
    """Whoever asks has to go on elsewhere."""
    response = ask(held(zone("example.org", record("a.example.org", "CNAME", "cdn.example.com"))), "a.example.org")
    assert (response.rcode(), values(response), response.authority) == (dns.rcode.NOERROR, ["cdn.example.com."], [])


def test_loops_end() -> None:
    """Of CNAMEs and of aliases."""
    contents = held(
        zone(
            "example.org",
            record("a.example.org", "CNAME", "a.example.org"),
            alias("b.example.org", "A", "b.example.org"),
        )
    )
    assert ask(contents, "a.example.org").rcode() == dns.rcode.NOERROR
    assert not ask(contents, "b.example.org").answer


def test_alias_to_a_distribution_gives_the_places_for_60_seconds() -> None:
    """Under the alias's own name, IPv4 and IPv6 by its type."""
    contents = held(zone("example.org", alias("a.example.org", "A", "d1.cloudfront.net")))
    response = ask(contents, "a.example.org")
    assert values(response) == ["127.0.0.1", "127.0.0.2"]
    assert (response.answer[0].name.to_text(), response.answer[0].ttl) == ("a.example.org.", 60)
    assert not ask(contents, "a.example.org", "AAAA").answer
    assert values(ask(contents, "d1.cloudfront.net", "AAAA")) == ["::1"]


def test_alias_to_a_distribution_that_is_gone_is_no_data() -> None:
    """And the distribution's own name does not exist."""
    contents = held(zone("example.org", alias("a.example.org", "A", "d2.cloudfront.net")))
    assert (ask(contents, "a.example.org").rcode(), ask(contents, "a.example.org").answer) == (dns.rcode.NOERROR, [])
    assert ask(contents, "d2.cloudfront.net").rcode() == dns.rcode.NXDOMAIN


def test_alias_to_another_record_has_that_ones_ttl() -> None:
    """Route 53 Developer Guide, "Choosing between alias and non-alias records"."""
    contents = held(
        zone(
            "example.org",
            alias("a.example.org", "A", "b.example.org"),
            record("b.example.org", "A", "192.0.2.1", ttl=120),
        )
    )
    response = ask(contents, "a.example.org")
    assert (values(response), response.answer[0].ttl) == (["192.0.2.1"], 120)


def weighted(*weights: int) -> Contents:
    records = [
        record("w.example.org", "A", f"192.0.2.{number}", SetIdentifier=str(number), Weight=weight)
        for number, weight in enumerate(weights)
    ]
    return held(zone("example.org", *records))


@pytest.mark.parametrize("weights", [(3, 1), (255, 0, 45), (0, 0, 0), (1, 1, 1, 1), (0, 5)])
def test_weights_are_kept_to(weights: tuple[int, ...]) -> None:
    """Chi-square of 2000 throws stays below the 0.1 % quantile (16.3 at three degrees of freedom at most); all zero
    means equal shares, and a zero beside others is never answered."""
    contents, die = weighted(*weights), random.Random(20230125)  # noqa: S311
    query = dns.message.make_query("w.example.org", "A")
    counted = Counter(values(answered(query, contents, die))[0] for _ in range(2000))
    shares = weights if any(weights) else (1,) * len(weights)
    expected = {f"192.0.2.{number}": 2000 * share / sum(shares) for number, share in enumerate(shares) if share}
    assert counted.keys() == expected.keys()
    assert sum((counted[each] - wanted) ** 2 / wanted for each, wanted in expected.items()) < 16.3


def test_primary_answers_as_long_as_it_stands() -> None:
    """Nothing is ever unhealthy here."""
    primary = record("f.example.org", "A", "192.0.2.1", SetIdentifier="1", Failover="PRIMARY")
    secondary = record("f.example.org", "A", "192.0.2.2", SetIdentifier="2", Failover="SECONDARY")
    assert values(ask(held(zone("example.org", secondary, primary)), "f.example.org")) == ["192.0.2.1"]
    assert values(ask(held(zone("example.org", secondary)), "f.example.org")) == ["192.0.2.2"]


def test_multivalue_answers_with_up_to_eight() -> None:
    """Different ones each time, if there are more."""
    records = [
        record("m.example.org", "A", f"192.0.2.{number}", SetIdentifier=str(number), MultiValueAnswer=True)
        for number in range(12)
    ]
    contents = held(zone("example.org", *records))
    found = [values(ask(contents, "m.example.org", seed=seed)) for seed in range(50)]
    assert {len(each) for each in found} == {8}
    assert {value for each in found for value in each} == {f"192.0.2.{number}" for number in range(12)}


def test_geolocation_without_a_default_leaves_some_places_without_an_answer() -> None:
    """With a default, none."""
    here = record("g.example.org", "A", "192.0.2.1", SetIdentifier="1", GeoLocation={"CountryCode": "DE"})
    rest = record("g.example.org", "A", "192.0.2.2", SetIdentifier="2", GeoLocation={"CountryCode": "*"})
    one, both = held(zone("example.org", here)), held(zone("example.org", here, rest))
    assert {tuple(values(ask(one, "g.example.org", seed=seed))) for seed in range(50)} == {("192.0.2.1",), ()}
    found = {tuple(values(ask(both, "g.example.org", seed=seed))) for seed in range(50)}
    assert found == {("192.0.2.1",), ("192.0.2.2",)}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("MX", "10 mail.example.org."),
        ("TXT", '"v=spf1 -all" "second string"'),
        ("CAA", '0 issue "amazon.com"'),
        ("SRV", "1 2 443 a.example.org."),
    ],
)
def test_other_types_are_answered_as_they_are_written(kind: str, value: str) -> None:
    """Names in values are complete even without a closing dot."""
    for written in (value, value.rstrip(".")):
        assert values(
            ask(held(zone("example.org", record("t.example.org", kind, written))), "t.example.org", kind)
        ) == [value]


def test_apex_answers_soa_and_ns() -> None:
    """From the zone's own record sets."""
    contents = held(zone("example.org"))
    assert values(ask(contents, "example.org", "NS")) == SERVERS
    assert ask(contents, "example.org", "SOA").answer[0][0].minimum == 86400


def test_value_that_is_none_is_left_out() -> None:
    """Route 53 would have refused it; the server goes on."""
    contents = held(zone("example.org", record("a.example.org", "A", "nonsense", "192.0.2.1")))
    assert values(ask(contents, "a.example.org")) == ["192.0.2.1"]


def test_name_servers_lead_to_the_places() -> None:
    """Each to one of the places of a family, in turn."""
    contents = held(zone("example.org"))
    found = [values(ask(contents, server)) for server in SERVERS]
    assert found == [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2"]]
    assert values(ask(contents, SERVERS[0], "AAAA")) == ["::1"]


def test_delegated_name_is_referred_to_its_servers_with_their_addresses() -> None:
    """Without authority; for the cut itself and for everything below, records that hide there included."""
    parent = zone(
        "example.org",
        record("sub.example.org", "NS", "ns.other.example", SERVERS[0]),
        record("a.sub.example.org", "A", "192.0.2.66"),
    )
    for name, kind in (("a.sub.example.org", "A"), ("sub.example.org", "NS")):
        response = ask(held(parent), name, kind)
        assert not response.answer
        assert not response.flags & dns.flags.AA
        assert sorted(each.to_text() for each in response.authority[0]) == sorted(["ns.other.example.", SERVERS[0]])
        assert [rrset.name.to_text() for rrset in response.additional] == [SERVERS[0]] * 2
    assert ask(held(parent), "sub.example.org", "DS").flags & dns.flags.AA


def test_zone_of_ours_below_another_answers_itself() -> None:
    """The same servers hold both."""
    parent = zone("example.org", record("sub.example.org", "NS", *SERVERS))
    child = zone("sub.example.org", record("a.sub.example.org", "A", "192.0.2.1"))
    assert values(ask(held(parent, child), "a.sub.example.org")) == ["192.0.2.1"]


def test_what_is_not_ours_is_refused() -> None:
    """Nothing is looked up elsewhere."""
    contents = held(zone("example.org"))
    for name in ("example.com", "org", ".", "notexample.org"):
        assert ask(contents, name).rcode() == dns.rcode.REFUSED


def test_of_two_zones_of_a_name_the_delegated_one_answers_and_nothing_after_it() -> None:
    """The parent goes on delegating to the first one's servers."""
    first = zone("example.org", record("a.example.org", "A", "192.0.2.1"), identity="Z1")
    second = zone("example.org", record("a.example.org", "A", "192.0.2.2"), identity="Z2")
    assert values(ask(held(first, second), "a.example.org")) == ["192.0.2.1"]
    after = Contents.of(Names((second,), {"example.org": "Z1"}), (), PLACES)
    assert ask(after, "a.example.org").rcode() == dns.rcode.REFUSED


def test_any_is_answered_with_hinfo() -> None:
    """RFC 8482; a name that does not exist stays NXDOMAIN."""
    contents = held(zone("example.org", record("a.example.org", "A", "192.0.2.1")))
    assert values(ask(contents, "a.example.org", "ANY")) == ['"RFC8482" ""']
    assert ask(contents, "no.example.org", "ANY").rcode() == dns.rcode.NXDOMAIN


def test_what_is_no_ordinary_question_is_turned_down() -> None:
    """Transfers, other classes, other operations, an unknown EDNS version."""
    contents, die = held(zone("example.org")), random.Random(0)  # noqa: S311
    assert ask(contents, "example.org", "AXFR").rcode() == dns.rcode.REFUSED
    chaos = dns.message.make_query("version.bind", "TXT", "CH")
    assert answered(chaos, contents, die).rcode() == dns.rcode.REFUSED
    notify = dns.message.make_query("example.org", "SOA")
    notify.set_opcode(dns.opcode.NOTIFY)
    assert answered(notify, contents, die).rcode() == dns.rcode.NOTIMP
    future = dns.message.make_query("example.org", "SOA", use_edns=1)
    assert answered(future, contents, die).rcode() == dns.rcode.BADVERS
