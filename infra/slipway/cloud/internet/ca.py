"""The local certificate authority: what ACM and CloudFront have from Amazon's, this machine's clients have from here.

Its certificate is `ca.pem` in the cloud's directory. Its own key and those of the certificates it makes never leave
this process's memory.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from slipway.cloud.internet.world import Certificate
from slipway.files import write_whole

__all__ = ["FILE", "OWN", "Authority", "Leaf"]

FILE = "ca.pem"
"""The file's name, in the cloud's directory."""

OWN = Certificate(issued=True, names=("cloudfront.net", "*.cloudfront.net"))
"""CloudFront's own certificate, for the domains it gives its distributions."""

_LIFE = timedelta(days=3650)  # of the authority
_VALID = timedelta(days=198)  # of a certificate whose dates are not known, as long as ACM's
_EARLIER = timedelta(hours=1)  # clients whose clock is behind take it, too


@dataclass(frozen=True, slots=True)
class Leaf:
    """A server's certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)

    def load(self, context: ssl.SSLContext) -> None:
        """Serve it. Python takes a key from a path only, so it is handed over through a pipe."""
        with _Piped(self.certificate) as certificate, _Piped(self.key) as key:
            context.load_cert_chain(certificate, key)


@dataclass(frozen=True, slots=True)
class Authority:
    """Makes certificates that are trusted by whoever trusts `pem`."""

    certificate: x509.Certificate
    _key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def create(cls, directory: Path) -> Authority:
        """A new one, its certificate written to the directory."""
        key, now = ec.generate_private_key(ec.SECP256R1()), _now()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Slipway local cloud")])
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            **dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False),
            encipher_only=False,
            decipher_only=False,
        )
        made = (
            _builder(name, name, key.public_key(), now - _EARLIER, now + _LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, SHA256())
        )
        write_whole(directory / FILE, made.public_bytes(Encoding.PEM).decode())
        return cls(made, key)

    def leaf(self, certificate: Certificate) -> Leaf:
        """A server's certificate with exactly these names and dates, and a key of its own."""
        key = ec.generate_private_key(ec.SECP256R1())
        since = _moment(certificate.since) if certificate.since else _now() - _EARLIER
        until = _moment(certificate.until) if certificate.until else since + _VALID
        # A common name holds 64 characters at most; clients look at the alternative names alone.
        first = [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in certificate.names[:1] if len(name) <= 64]
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in certificate.names])
        identity = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        made = (
            _builder(x509.Name(first), self.certificate.subject, key.public_key(), since, until)
            .add_extension(names, critical=not first)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity), critical=False)
            .sign(self._key, SHA256())
        )
        unencrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Leaf(made.public_bytes(Encoding.PEM), unencrypted)


class _Piped:
    """Bytes that can be read once from a path, without a file. A pipe holds 16 KiB at the least; these are shorter."""

    def __init__(self, content: bytes) -> None:
        self.reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)

    def __enter__(self) -> str:
        return f"/dev/fd/{self.reading}"

    def __exit__(self, *_: object) -> None:
        os.close(self.reading)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
