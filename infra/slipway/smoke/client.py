"""HTTP as the checks need it: to a host by its own name, at the addresses of any name, one request after another.

Connections are HTTP/1.1, TLS with SNI and the host's name checked against the certificate. Addresses are tried one
after the other, as every client does; nothing else is tried again, but for a request on a connection that was kept open
and closed by the server meanwhile. Redirects are not followed here.
"""

from __future__ import annotations

import functools
import hashlib
import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from slipway import __version__
from slipway.smoke.lookup import addresses
from slipway.smoke.network import Network, NotReached

__all__ = ["Response", "Session", "connect", "request", "secured"]

_CONNECTING = 5.0  # seconds for each address
_SILENCE = 15.0  # seconds that a server may send nothing
_KEPT = 1 << 20  # bytes of a body that are kept for reading; of the rest only the hash is taken
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Response:
    """What came: headers by lower-case name, the body's length in bytes, its SHA-256, and how it begins."""

    url: str
    status: int
    headers: Mapping[str, str]
    size: int
    sha256: str
    body: bytes

    def header(self, name: str) -> str:
        """The header's value, or nothing."""
        return self.headers.get(name, "")


def request(
    network: Network, url: str, via: str = "", *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> Response:
    """Ask for a URL, at the addresses of `via` if it is given. NotReached names the URL and what went wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotReached(f"{url} is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotReached(f"{url} is not an http or https URL")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with Session(network, parts.hostname, via, secure=parts.scheme == "https", port=port) as session:
        return session.ask(target, method=method, headers=headers, url=url)


class Session:
    """One host, asked again and again over a connection that is kept. A context; not for several threads."""

    def __init__(
        self, network: Network, host: str, via: str = "", *, secure: bool = True, port: int | None = None
    ) -> None:
        self.host, self.secure = host, secure
        self._connection = _Connection(network, host, via or host, secure, port)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(
        self, target: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, url: str = ""
    ) -> Response:
        """Ask for a path and query string, sent as they are. NotReached names the URL and what went wrong."""
        url = url or f"{'https' if self.secure else 'http'}://{self.host}{target}"
        kept = self._connection.sock is not None
        try:
            try:
                return self._exchange(url, method, target, headers or {})
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()
                if not kept:
                    raise
                return self._exchange(url, method, target, headers or {})
        except NotReached as error:
            self._connection.close()
            raise NotReached(f"{url}: {error}", final=error.final) from None
        except ssl.SSLCertVerificationError as error:
            message = f"{url}: the certificate is not valid: {error.verify_message}"
            raise NotReached(message, final=True) from None
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            self._connection.close()
            raise NotReached(f"{url}: {_why(error)}") from None

    def _exchange(self, url: str, method: str, target: str, headers: Mapping[str, str]) -> Response:
        usual = {"Host": self._connection.authority, "User-Agent": f"slipway-smoke/{__version__}", "Accept": "*/*"}
        self._connection.request(method, target, headers={**usual, **headers})
        return _read(url, self._connection.network, self._connection, self._connection.getresponse())


class _Connection(http.client.HTTPConnection):
    """A connection that is made as the network says; http.client makes it again when the server has closed it."""

    def __init__(self, network: Network, host: str, via: str, secure: bool, port: int | None) -> None:
        standard = 443 if secure else 80
        super().__init__(host, port or standard)
        self.network, self.via, self.secure = network, via, secure
        ours = network.https if secure else network.http
        self.reached = ours if port in (None, standard) else port
        self.authority = host if port in (None, standard) else f"{host}:{port}"

    def connect(self) -> None:
        plain = connect(self.network, self.via, self.reached)
        self.sock = secured(self.network, plain, self.host) if self.secure else plain


def connect(network: Network, name: str, port: int) -> socket.socket:
    """A TCP connection to the first address of `name` that takes one. NotReached says what each of them did."""
    tried = []
    for address in addresses(network, name):
        try:
            reached = socket.create_connection((address, port), timeout=network.allowance(_CONNECTING))
        except OSError as error:
            tried.append(f"{address} port {port}: {_why(error)}")
            continue
        reached.settimeout(network.allowance(_SILENCE))
        return reached
    raise NotReached(f"no connection to {name} ({'; '.join(tried)})")


def secured(network: Network, plain: socket.socket, host: str) -> ssl.SSLSocket:
    """TLS over a connection, with the certificate checked for `host`. The connection is closed if that fails."""
    try:
        return _context(network.ca).wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


@functools.cache
def _context(ca: Path | None) -> ssl.SSLContext:
    """One for all: reading the system's authorities takes longer than many a handshake."""
    return ssl.create_default_context(cafile=ca)


def _read(url: str, network: Network, connection: _Connection, answer: http.client.HTTPResponse) -> Response:
    """The answer whole. A body that ends early is no answer."""
    wanted = answer.length  # None where the end of the connection is the end of the body
    size, digest, kept = 0, hashlib.sha256(), bytearray()
    while True:
        if connection.sock is not None:
            connection.sock.settimeout(network.allowance(_SILENCE))
        network.allowance(_SILENCE)
        if not (chunk := answer.read(_CHUNK)):
            break
        size += len(chunk)
        digest.update(chunk)
        kept += chunk[: _KEPT - len(kept)]
    if wanted is not None and size < wanted:
        raise NotReached(f"the answer ended after {size} of {wanted} bytes")
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = f"{known}, {value}" if known else value
    return Response(url, answer.status, headers, size, digest.hexdigest(), bytes(kept))


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or error}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
