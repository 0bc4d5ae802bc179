"""HTTPS by SNI and HTTP on two loopback addresses, with certificates of an authority made for the purpose."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Reply:
    """What a server answers. `promised` is a Content-Length that is not the body's."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


Answer = Callable[["Asked"], Reply]


@dataclass(frozen=True)
class Asked:
    """A request, as a server sees it; `address` is which of its addresses it came to."""

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    secure: bool
    address: str


@dataclass
class Certificates:
    """What each host shows: names, days that are left, and the lowest version of TLS it takes."""

    directory: Path
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    old: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.lock, self.contexts = threading.Lock(), dict[object, ssl.SSLContext]()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "little authority")])
        self.certificate = self._built(self.subject, self.key.public_key(), 365, ca=True)
        self.ca = self.directory / "ca.pem"
        self.ca.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """Made once for what it is to show."""
        wanted = (host, tuple(self.names.get(host, [host])), self.days.get(host, 100), host in self.old)
        with self.lock:
            if wanted not in self.contexts:
                self.contexts[wanted] = self._made(host)
            return self.contexts[wanted]

    def _made(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in self.names.get(host, [host])])
        leaf = self._built(x509.Name([]), key.public_key(), self.days.get(host, 100), ca=False, names=names)
        file = self.directory / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        if host in self.old:
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.set_ciphers("ALL:@SECLEVEL=0")
        else:
            context.set_ciphers("ECDHE+AESGCM")
        return context

    def _built(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        days: int,
        *,
        ca: bool,
        names: x509.ExtensionType | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=200))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(names, critical=True)
        return builder.sign(self.key, hashes.SHA256())


@contextmanager
def serving(answer: Answer, certificates: Certificates, addresses: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The ports of https and http, the same on every address."""
    with ExitStack() as stack:
        ports = []
        for secure in (True, False):
            servers = _on_one_port(answer, certificates, addresses, secure)
            for server in servers:
                stack.enter_context(server)
                threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()
                stack.callback(server.shutdown)
            ports.append(servers[0].server_address[1])
        yield ports[0], ports[1]


def _on_one_port(
    answer: Answer, certificates: Certificates, addresses: Sequence[str], secure: bool
) -> list[http.server.ThreadingHTTPServer]:
    """A port that is free at one address may be taken at another: then another one."""
    for _ in range(20):
        servers: list[http.server.ThreadingHTTPServer] = []
        try:
            for address in addresses:
                port = servers[0].server_address[1] if servers else 0
                servers.append(_server(answer, certificates, address, port, secure))
        except OSError:
            for server in servers:
                server.server_close()
        else:
            return servers
    raise OSError(f"no port is free at {' and '.join(addresses)}")


def _server(
    answer: Answer, certificates: Certificates, address: str, port: int, secure: bool
) -> http.server.ThreadingHTTPServer:
    """Handshakes happen in the request's own thread: one that hangs holds nobody up."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def _any(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0]
            length = int(self.headers.get("Content-Length", 0))
            self.rfile.read(length)
            target = self.requestline.split()[1]  # self.path has lost a second slash at its start
            reply = answer(Asked(self.command, host, target, dict(self.headers), secure, address))
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.promised is None else reply.promised))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)
            if reply.promised is not None:
                self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 - the base class calls them so

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

        def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
            if not secure:
                super().finish_request(request, client_address)
                return
            with _accepted(request, certificates) as connection:
                super().finish_request(connection, client_address)

        def handle_error(self, request: object, client_address: object) -> None:
            """A handshake that fails is what some tests are about."""

    return Server((address, port), Handler)


def _accepted(plain: socket.socket, certificates: Certificates) -> ssl.SSLSocket:
    """The handshake. OpenSSL settles the version before it names the host, so the ciphers tell who takes old ones."""

    def named(connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
        connection.context = certificates.context(host or "unnamed")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.sni_callback = named
    return context.wrap_socket(plain, server_side=True)
