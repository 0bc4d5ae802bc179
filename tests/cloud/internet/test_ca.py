"""The local certificate authority."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from slipway.cloud.internet.ca import FILE, Authority
from slipway.cloud.internet.world import Certificate

from .handshake import client, server, shaken

NAMES = ("static.example.org", "*.crates.example.org")


def test_client_that_trusts_the_authority_takes_its_certificate(tmp_path: Path) -> None:
    leaf = Authority.create(tmp_path).leaf(Certificate(True, NAMES))
    assert shaken(server(leaf), client(tmp_path / FILE), "static.example.org").version == "TLSv1.3"


@pytest.mark.parametrize("name", ["other.example.org", "a.b.crates.example.org", "example.org"])
def test_certificate_covers_no_other_name(tmp_path: Path, name: str) -> None:
    leaf = Authority.create(tmp_path).leaf(Certificate(True, NAMES))
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shaken(server(leaf), client(tmp_path / FILE), name)


def test_certificate_has_exactly_the_names_and_dates_of_acm_s(tmp_path: Path) -> None:
    since, until = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    leaf = Authority.create(tmp_path).leaf(Certificate(True, NAMES, since.timestamp(), until.timestamp()))
    read = x509.load_pem_x509_certificate(leaf.certificate)
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == list(NAMES)
    assert (read.not_valid_before_utc, read.not_valid_after_utc) == (since, until)


def test_expired_certificate_is_refused_by_clients(tmp_path: Path) -> None:
    leaf = Authority.create(tmp_path).leaf(Certificate(True, NAMES, 1.0, 1_000_000.0))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shaken(server(leaf), client(tmp_path / FILE), "static.example.org")


def test_another_cloud_s_authority_is_not_trusted(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    leaf = Authority.create(tmp_path / "one").leaf(Certificate(True, NAMES))
    Authority.create(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(server(leaf), client(tmp_path / "other" / FILE), "static.example.org")


def test_name_too_long_for_a_common_name_is_covered_all_the_same(tmp_path: Path) -> None:
    name = f"{'a' * 60}.{'b' * 60}.example.org"
    leaf = Authority.create(tmp_path).leaf(Certificate(True, (name,)))
    assert shaken(server(leaf), client(tmp_path / FILE), name).version


def test_hundred_names_fit(tmp_path: Path) -> None:
    """ACM's largest certificate has so many."""
    names = tuple(f"host-number-{n}.of.a.rather.long.domain.example.org" for n in range(100))
    leaf = Authority.create(tmp_path).leaf(Certificate(True, names))
    assert shaken(server(leaf), client(tmp_path / FILE), names[99]).version


def test_no_key_is_written_or_shown(tmp_path: Path) -> None:
    authority = Authority.create(tmp_path)
    leaf = authority.leaf(Certificate(True, NAMES))
    shaken(server(leaf), client(tmp_path / FILE), "static.example.org")
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert "PRIVATE" not in (tmp_path / FILE).read_text() + repr(leaf) + repr(authority)
