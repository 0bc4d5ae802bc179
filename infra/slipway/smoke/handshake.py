"""TLS handshakes: the certificate that a server shows, and whether it takes an old version of the protocol.

An old version is offered by a ClientHello of our own: the TLS library of this machine may refuse that version itself,
and would then say nothing of the server.
"""

from __future__ import annotations

import secrets
import socket
import ssl
import struct

from cryptography import x509

from slipway.smoke.client import connect, secured
from slipway.smoke.network import Network, NotReached

__all__ = ["OLD_VERSIONS", "certificate", "takes", "verified"]

OLD_VERSIONS = {"TLS 1.0": 0x0301, "TLS 1.1": 0x0302}

_ALERT, _HANDSHAKE = 21, 22  # record types (RFC 8446, section 5.1)
_SERVER_HELLO = 2
# AES in CBC mode with SHA-1, by ECDHE and by RSA: what servers that still take these versions have in common.
_CIPHERS = (0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A)


def verified(network: Network, host: str, via: str) -> str:
    """Shake hands as a client does; the version of TLS that came of it. NotReached says why not."""
    try:
        with secured(network, connect(network, via, network.https), host) as connection:
            return connection.version() or "an unknown version"
    except ssl.SSLCertVerificationError as error:
        raise NotReached(f"{host} shows a certificate that is not valid: {error.verify_message}") from None
    except OSError as error:
        raise NotReached(f"{host} does not shake hands: {error}") from None


def certificate(network: Network, host: str, via: str) -> x509.Certificate:
    """The certificate that the server shows for a host, valid or not. NotReached if it shows none."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            connect(network, via, network.https) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            shown = connection.getpeercert(binary_form=True)
        if not shown:
            raise NotReached(f"{host} shows no certificate")
        return x509.load_der_x509_certificate(shown)
    except (OSError, ValueError) as error:
        raise NotReached(f"{host} does not shake hands: {error}") from None


def takes(network: Network, host: str, via: str, version: int) -> bool:
    """Whether the server goes on with a handshake in this version. An alert, or a closed connection, is a refusal."""
    with connect(network, via, network.https) as plain:
        try:
            plain.sendall(_client_hello(host, version))
            kind, _, length = struct.unpack("!BHH", _receive(plain, 5))
            body = _receive(plain, min(length, 6))  # of a ServerHello: its type, its length and the version
        except (ConnectionResetError, BrokenPipeError, EOFError):
            return False
        except OSError as error:
            raise NotReached(f"{host} left a handshake unanswered: {error}") from None
    if kind == _ALERT:
        return False
    if kind == _HANDSHAKE and len(body) == 6 and body[0] == _SERVER_HELLO:
        return int.from_bytes(body[4:]) == version
    raise NotReached(f"{host} answered a handshake with something that is not TLS")


def _receive(plain: socket.socket, size: int) -> bytes:
    """So many bytes. EOFError if the connection ends before."""
    received = b""
    while len(received) < size:
        if not (chunk := plain.recv(size - len(received))):
            raise EOFError
        received += chunk
    return received


def _client_hello(host: str, version: int) -> bytes:
    """A ClientHello that offers `version` at most (RFC 4346, section 7.4.1.2) and names the host (RFC 6066)."""
    name = host.encode("ascii")
    extensions = b"".join(
        struct.pack("!HH", kind, len(data)) + data
        for kind, data in (
            (0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name),
            (10, struct.pack("!HHH", 4, 0x0017, 0x0018)),  # the curves P-256 and P-384
            (11, b"\x01\x00"),  # uncompressed points
        )
    )
    ciphers = b"".join(struct.pack("!H", each) for each in _CIPHERS)
    hello = b"".join(
        (
            struct.pack("!H", version),
            secrets.token_bytes(32),
            b"\x00",  # no session to go on with
            struct.pack("!H", len(ciphers)) + ciphers,
            b"\x01\x00",  # no compression
            struct.pack("!H", len(extensions)) + extensions,
        )
    )
    message = b"\x01" + len(hello).to_bytes(3) + hello
    return struct.pack("!BHH", _HANDSHAKE, 0x0301, len(message)) + message
