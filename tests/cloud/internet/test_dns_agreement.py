"""The name servers answer what `Names.answers` says they may, and all of it: random zones, every throw of dice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import dns.message
import dns.rcode
from botocore.exceptions import ClientError
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slipway.cloud.internet.dns_answer import answered
from slipway.cloud.internet.dns_contents import Contents
from slipway.cloud.internet.names import Names, delegated
from slipway.cloud.internet.world import Distribution, Zone
from slipway.cloud.provider.rules.record_sets import after

PLACES = ("127.0.0.1", "127.0.0.2", "::1")
DISTRIBUTION = Distribution("E1", "arn:aws:cloudfront::1:distribution/E1", "d1.cloudfront.net", True, (), "", (), ())
NAMES = ("example.org", "a.example.org", "*.example.org", "b.example.org", "*.b.example.org", "x.b.example.org")
TARGETS = (*NAMES[1:], "y.b.example.org", "d1.cloudfront.net", "d2.cloudfront.net", "cdn.example.com")
ASKED = (*NAMES, "y.b.example.org", "z.y.b.example.org", "no.example.org")
POLICIES: tuple[tuple[dict[str, Any], ...], ...] = (
    ({},),
    ({"Weight": 0}, {"Weight": 1}, {"Weight": 2}),
    ({"MultiValueAnswer": True},),
    ({"Region": "eu-central-1"}, {"Region": "us-east-1"}),
    ({"GeoLocation": {"CountryCode": "DE"}}, {"GeoLocation": {"CountryCode": "*"}}),
)
ADDRESSES = {"A": ("192.0.2.1", "192.0.2.2", "192.0.2.3"), "AAAA": ("2001:db8::1", "2001:db8::2")}


@st.composite
def groups(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Record sets of one name and type under one routing policy."""
    name, kind = draw(st.sampled_from(NAMES)), draw(st.sampled_from(("A", "A", "AAAA", "CNAME", "TXT")))
    policy = draw(st.sampled_from(POLICIES))
    values = {**ADDRESSES, "TXT": ('"text"',), "CNAME": TARGETS}[kind]
    found: list[dict[str, Any]] = []
    for number in range(1 if policy == ({},) else draw(st.integers(1, 3))):
        record = {"Name": name, "Type": kind, **draw(st.sampled_from(policy))}
        if len(record) > 2:
            record["SetIdentifier"] = str(number)
        if kind in ADDRESSES and draw(st.booleans()):
            record["AliasTarget"] = {"DNSName": draw(st.sampled_from(TARGETS))}
        else:
            record |= {"TTL": 300, "ResourceRecords": [{"Value": draw(st.sampled_from(values))}]}
        found.append(record)
    return found


@st.composite
def worlds(draw: st.DrawFn) -> Names:
    """One zone, or two of which the second is part of the first's names; only what Route 53's rules let stand."""
    zones = []
    for name in ("example.org", "b.example.org")[: draw(st.integers(1, 2))]:
        soa = {"Name": name, "Type": "SOA", "TTL": 900}
        soa["ResourceRecords"] = [{"Value": "ns-1.awsdns-1.com. hostmaster.example.org. 1 7200 900 1209600 86400"}]
        standing: list[Any] = [soa]
        for group in draw(st.lists(groups(), max_size=4)):
            with suppress(ClientError):
                standing = after(name, standing, [("CREATE", record) for record in group])
        zones.append(Zone(f"Z-{name}", name, tuple(standing)))
    return Names(tuple(zones), delegated(zones))


class Throw(random.Random):
    """Dice that fall as they are told, and write down how many ways there were each time."""

    def __new__(cls, *_: object) -> Throw:
        return super().__new__(cls)

    def __init__(self, told: Sequence[int]) -> None:
        self.told, self.ways = told, []

    def choice(self, seq: Sequence[Any]) -> Any:
        number = len(self.ways)
        self.ways.append(len(seq))
        return seq[self.told[number] if number < len(self.told) else 0]

    def choices(self, population: Sequence[Any], weights: Sequence[float] | None = None, **_: Any) -> list[Any]:
        return [self.choice([each for each, share in zip(population, weights or [1] * 9, strict=False) if share])]

    def sample(self, population: Sequence[Any], k: int, **_: Any) -> list[Any]:
        first = self.choice(range(len(population)))
        return [*population[first:], *population[:first]][:k]


def every(contents: Contents, name: str, kind: str) -> Iterator[dns.message.Message]:
    """The answers by every throw of dice; worlds with more than a hundred are not for us (loops multiply them)."""
    told: list[int] | None = []
    throws = 0
    while told is not None:
        throws += 1
        assume(throws < 100)
        die = Throw(told)
        yield answered(dns.message.make_query(name, kind), contents, die)
        taken = [*told, *[0] * (len(die.ways) - len(told))]
        while taken and taken[-1] + 1 == die.ways[len(taken) - 1]:
            taken.pop()
        told = [*taken[:-1], taken[-1] + 1] if taken else None


def of_kind(names: Names, kind: str) -> Names:
    """The same names, of which only addresses of one type are answered."""
    zones = [
        replace(
            zone,
            records=tuple(
                record if record["Type"] in (kind, "CNAME") else {**record, "Type": "TXT"} for record in zone.records
            ),
        )
        for zone in names.zones
    ]
    return replace(names, zones=tuple(zones))


def ends(names: Names, name: str) -> set[str]:
    """Every address that a name may lead to; '' where some places get no answer."""
    found: set[str] = set()
    seen, coming = set(), [name]
    while coming:
        at = coming.pop()
        if at not in seen:
            seen.add(at)
            answers = names.answers(at)
            found |= {answer.target for answer in answers if answer.address}
            coming += [answer.target for answer in answers if not answer.address]
    return found


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(ASKED))
def test_servers_answer_with_exactly_what_names_allow(names: Names, other: str) -> None:
    """Every link and address given is an answer of `Names`, and each of those is given by some throw: for the names
    that have records, and another one."""
    contents = Contents.of(names, [DISTRIBUTION], PLACES)
    owners = {record["Name"] for zone in names.zones for record in zone.records}
    for name in sorted({*owners, other}):
        for kind in ("A", "AAAA"):
            possible = ends(of_kind(contents.names, kind), name)
            outcomes = [given_by(response, names) for response in every(contents, name, kind)]
            assert set().union(*outcomes) == possible - {""}
            assert set() in outcomes or "" not in possible


def given_by(response: dns.message.Message, names: Names) -> set[str]:
    """The addresses in an answer, each link to which is one of those allowed."""
    found = set()
    for rrset in response.answer:
        owner = rrset.name.to_text(omit_final_dot=True)
        for rdata in rrset:
            if rrset.rdtype.name == "CNAME":
                target = rdata.target.to_text(omit_final_dot=True)
                assert (owner, target) in {(each.name, each.target) for each in names.answers(owner)}
            else:
                found.add(rdata.to_text())
    return found


@settings(max_examples=100, deadline=None)
@given(worlds(), st.sampled_from(ASKED))
def test_name_is_denied_only_if_names_have_no_answer(names: Names, name: str) -> None:
    """NXDOMAIN of the name asked for, not of one further down, and with the SOA of the zone that was asked."""
    contents = Contents.of(names, [DISTRIBUTION], PLACES)
    zone = names.zone_of(name)
    for kind in ("A", "TXT"):
        response = answered(dns.message.make_query(name, kind), contents, random.Random(0))  # noqa: S311
        if response.rcode() == dns.rcode.NXDOMAIN and not response.answer:
            assert zone is not None
            assert names.answers(name) == ()
            assert response.authority[0].name.to_text(omit_final_dot=True) == zone.name
