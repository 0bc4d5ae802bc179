"""What a resolver remembers, and for how long."""

from __future__ import annotations

import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from slipway.cloud.internet.dns_cache import Cache, Denial

A, AAAA = dns.rdatatype.A, dns.rdatatype.AAAA
NAME = dns.name.from_text("a.example.org.")


def address(ttl: int) -> dns.rrset.RRset:
    return dns.rrset.from_text(NAME, ttl, "IN", "A", "192.0.2.1")


def soa(ttl: int = 900, minimum: int = 86400) -> dns.rrset.RRset:
    text = f"ns-1.awsdns-1.com. hostmaster.example.org. 1 7200 900 1209600 {minimum}"
    return dns.rrset.from_text("example.org.", ttl, "IN", "SOA", text)


def ttl_of(found: dns.rrset.RRset | Denial | None) -> int | None:
    return None if found is None else (found.soa if isinstance(found, Denial) else found).ttl


def test_answer_counts_down_and_is_gone_when_its_ttl_is_over() -> None:
    """To the second, whatever fractions pass."""
    cache = Cache()
    cache.put(address(300), now=1000.0)
    assert [ttl_of(cache.get(NAME, A, now)) for now in (1000, 1000.5, 1299, 1299.9, 1300)] == [300, 300, 1, 1, None]


def test_answer_is_for_its_type_alone_and_for_any_spelling() -> None:
    """Names are compared without case."""
    cache = Cache()
    cache.put(address(300), now=0)
    assert cache.get(NAME, AAAA, 0) is None
    assert cache.get(dns.name.from_text("A.EXAMPLE.org."), A, 0) is not None


def test_nothing_is_remembered_with_a_ttl_of_zero() -> None:
    """RFC 1035: for the query at hand only."""
    cache = Cache()
    cache.put(address(0), now=0)
    assert cache.get(NAME, A, 0) is None


@pytest.mark.parametrize(("ttl", "minimum", "lasting"), [(900, 86400, 900), (86400, 60, 60)])
def test_missing_name_is_remembered_for_all_types_for_the_negative_ttl(ttl: int, minimum: int, lasting: int) -> None:
    """The lower of the SOA's TTL and minimum."""
    cache = Cache()
    cache.deny(NAME, A, Denial(dns.rcode.NXDOMAIN, soa(ttl, minimum)), now=0)
    assert ttl_of(cache.get(NAME, AAAA, 1)) == lasting - 1
    assert cache.get(NAME, AAAA, lasting) is None


def test_missing_type_is_remembered_for_itself() -> None:
    """NODATA."""
    cache = Cache()
    cache.deny(NAME, AAAA, Denial(dns.rcode.NOERROR, soa()), now=0)
    assert cache.get(NAME, A, 1) is None
    found = cache.get(NAME, AAAA, 1)
    assert isinstance(found, Denial)
    assert found.rcode == dns.rcode.NOERROR


def test_address_known_still_is_answered_although_the_name_is_gone_meanwhile() -> None:
    """The tail of a record that was removed: another type's NXDOMAIN does not cut it."""
    cache = Cache()
    cache.put(address(300), now=0)
    cache.deny(NAME, AAAA, Denial(dns.rcode.NXDOMAIN, soa()), now=10)
    assert isinstance(cache.get(NAME, A, 299), dns.rrset.RRset)
    assert isinstance(cache.get(NAME, A, 300), Denial)


def test_new_answer_takes_the_old_ones_place() -> None:
    """With its own TTL."""
    cache = Cache()
    cache.put(address(10), now=0)
    cache.put(address(300), now=5)
    assert ttl_of(cache.get(NAME, A, 20)) == 285


def test_cleared_cache_knows_nothing() -> None:
    """After the cloud was wiped."""
    cache = Cache()
    cache.put(address(300), now=0)
    cache.clear()
    assert cache.get(NAME, A, 0) is None
