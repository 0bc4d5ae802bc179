"""Which certificate an edge location shows, and to whom."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from slipway.cloud.internet.ca import FILE, Authority
from slipway.cloud.internet.chain import faults
from slipway.cloud.internet.tls import Terminator
from slipway.cloud.internet.world import Certificate, Origin

from .edge_stage import ACCOUNT, CERTIFICATE, Held, Moment, distribution, world
from .handshake import Shaken, client, shaken

OWN = ("cloudfront.net", "*.cloudfront.net")
Shake = Callable[..., Shaken]


@pytest.fixture
def shake(tmp_path: Path) -> Shake:
    """Shake hands with a location for a name: `shake(held, name)`, with what it would rather not."""
    terminator = Terminator(Authority.create(tmp_path))

    def shake(held: Held, name: str | None, tls_1_3: bool = True, ciphers: str = "", verify: bool = True) -> Shaken:
        asking = client(tmp_path / FILE)
        asking.check_hostname = verify and name is not None
        if not tls_1_3:
            asking.maximum_version = ssl.TLSVersion.TLSv1_2
        if ciphers:
            asking.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            asking.set_ciphers(ciphers)
        return shaken(terminator.serving(lambda: held.world(0)), asking, name)

    return shake


def test_distribution_s_certificate_is_shown(shake: Shake) -> None:
    held = Held(world(distribution("static.example.org", "index.example.org")))
    assert shake(held, "index.example.org").names == ("static.example.org", "index.example.org")


def test_name_is_found_in_any_spelling(shake: Shake) -> None:
    assert shake(Held(world(distribution("static.example.org"))), "STATIC.example.org").names


def test_distribution_s_own_domain_shows_cloudfront_s_certificate(shake: Shake) -> None:
    assert shake(Held(world(distribution("static.example.org"))), "d1.cloudfront.net").names == OWN


def test_name_of_no_distribution_shows_cloudfront_s_certificate(shake: Shake) -> None:
    """A client sees that the name does not match."""
    held = Held(world(distribution("static.example.org")))
    assert shake(held, "other.example.org", verify=False).names == OWN
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake(held, "other.example.org")


def test_disabled_distribution_s_certificate_is_not_shown(shake: Shake) -> None:
    held = Held(world(distribution("static.example.org", enabled=False)))
    assert shake(held, "static.example.org", verify=False).names == OWN


def test_exact_alias_goes_before_a_wildcard(shake: Shake) -> None:
    second = CERTIFICATE.replace("/1", "/2")
    wild = distribution("*.example.org", name="d1")
    exact = distribution("static.example.org", name="d2", certificate=second)
    certificates = {
        CERTIFICATE: Certificate(True, ("*.example.org",)),
        second: Certificate(True, ("static.example.org",)),
    }
    held = Held(Moment((wild, exact), certificates))
    assert shake(held, "static.example.org").names == ("static.example.org",)
    assert shake(held, "index.example.org").names == ("*.example.org",)


def test_client_without_sni_is_refused(shake: Shake) -> None:
    with pytest.raises(ssl.SSLError):
        shake(Held(world(distribution("static.example.org"))), None)


@pytest.mark.parametrize("found", [None, Certificate(False, ("static.example.org",))])
def test_certificate_that_is_gone_or_not_issued_is_not_served(shake: Shake, found: Certificate | None) -> None:
    held = Held(Moment((distribution("static.example.org"),), {CERTIFICATE: found} if found else {}))
    with pytest.raises(ssl.SSLError):
        shake(held, "static.example.org")


def test_certificate_of_another_region_is_not_served(shake: Shake) -> None:
    arn = f"arn:aws:acm:eu-west-1:{ACCOUNT}:certificate/1"
    held = Held(world(distribution("static.example.org", certificate=arn), **{arn: Certificate(True, ("a.org",))}))
    with pytest.raises(ssl.SSLError):
        shake(held, "static.example.org")


def test_certificate_of_iam_covers_the_aliases(shake: Shake) -> None:
    held = Held(world(distribution("static.example.org", certificate=None)))
    assert shake(held, "static.example.org").names == ("static.example.org",)


def test_next_handshake_shows_what_the_location_holds_by_then(shake: Shake) -> None:
    before = world(distribution("static.example.org"))
    held = Held(before)
    first, again = shake(held, "static.example.org"), shake(held, "static.example.org")
    held.become(Moment(before.distributions, {CERTIFICATE: Certificate(True, ("*.example.org",))}))
    assert first == again
    assert shake(held, "static.example.org").names == ("*.example.org",)


@pytest.mark.parametrize("policy", ["TLSv1", "TLSv1.2_2018", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"])
def test_every_policy_serves_current_clients(shake: Shake, policy: str) -> None:
    found = shake(Held(world(distribution("static.example.org", security=policy))), "static.example.org")
    assert (found.version, found.protocol) == ("TLSv1.3", "h2")


def test_tls_1_2_is_served_unless_the_policy_wants_more(shake: Shake) -> None:
    held = Held(world(distribution("static.example.org", security="TLSv1.2_2021")))
    assert shake(held, "static.example.org", tls_1_3=False).version == "TLSv1.2"
    held.become(world(distribution("static.example.org", security="TLSv1.3_2025")))
    with pytest.raises(ssl.SSLError, match=r"(?i)no_shared_cipher|handshake_failure"):
        shake(held, "static.example.org", tls_1_3=False)


@pytest.mark.parametrize(("policy", "served"), [("TLSv1", True), ("TLSv1.2_2018", True), ("TLSv1.2_2021", False)])
def test_older_ciphers_go_with_older_policies(shake: Shake, policy: str, served: bool) -> None:
    held = Held(world(distribution("static.example.org", security=policy)))
    old = {"tls_1_3": False, "ciphers": "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"}
    if served:
        assert shake(held, "static.example.org", **old).version == "TLSv1.2"
    else:
        with pytest.raises(ssl.SSLError, match=r"(?i)no_shared_cipher"):
            shake(held, "static.example.org", **old)


@pytest.mark.parametrize(("policy", "served"), [("TLSv1", True), ("TLSv1.2_2018", False), ("TLSv1.2_2021", False)])
def test_ciphers_of_tls_1_0_are_refused_where_1_2_is_the_least(shake: Shake, policy: str, served: bool) -> None:
    """These ciphers alone can be had below TLS 1.2, so a policy without them speaks nothing older."""
    held = Held(world(distribution("static.example.org", security=policy)))
    old = {"tls_1_3": False, "ciphers": "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}
    if served:
        assert shake(held, "static.example.org", **old).version
    else:
        with pytest.raises(ssl.SSLError, match=r"(?i)no_shared_cipher"):
            shake(held, "static.example.org", **old)


ISSUED = Certificate(True, ("static.example.org",))


@pytest.mark.parametrize(
    ("arn", "certificate"),
    [
        (CERTIFICATE, ISSUED),
        (CERTIFICATE, None),
        (CERTIFICATE, replace(ISSUED, issued=False)),
        (CERTIFICATE, Certificate(True, ("other.example.org", "*.static.example.org"))),
        (CERTIFICATE.replace("us-east-1", "eu-west-1"), ISSUED),
        ("", None),
        (None, None),
    ],
    ids=["well", "gone", "pending", "of other names", "of another region", "cloudfront's own", "iam's"],
)
@pytest.mark.parametrize("name", ["static.example.org", "d1.cloudfront.net"])
def test_handshake_fails_where_the_chain_is_broken(
    shake: Shake, arn: str | None, certificate: Certificate | None, name: str
) -> None:
    site = distribution("static.example.org", certificate=arn, origins=(Origin("server.example.org"),))
    moment = Moment((site,), {arn: certificate} if arn and certificate else {})
    if list(faults(moment, site, name)):
        with pytest.raises(ssl.SSLError):
            shake(Held(moment), name)
    else:
        assert shake(Held(moment), name).version


def test_two_distributions_may_share_a_certificate_under_two_policies(shake: Shake) -> None:
    both = (distribution("a.org", name="d1"), distribution("b.org", name="d2", security="TLSv1.3_2025"))
    held = Held(world(*both))
    assert shake(held, "a.org", tls_1_3=False).serial == shake(held, "b.org").serial


def test_own_certificate_goes_with_the_oldest_policy(shake: Shake) -> None:
    """With CloudFront's certificate the policy is TLSv1, whatever the distribution says."""
    held = Held(world(replace(distribution(), security="TLSv1.3_2025")))
    assert shake(held, "d1.cloudfront.net", tls_1_3=False).version == "TLSv1.2"
