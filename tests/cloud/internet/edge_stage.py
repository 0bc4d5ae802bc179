"""A stage for edge locations: worlds in memory, a data plane that notes what it is asked, and clients."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from slipway.cloud.internet.edge import EdgePorts, serve_edges
from slipway.cloud.internet.world import Behaviour, Certificate, Distribution, Origin, World, Zone

T = TypeVar("T")
ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1"
FILES = Origin("files.s3.us-east-1.amazonaws.com", "E1")


@dataclass(frozen=True, slots=True)
class Moment:
    """A world that is written down."""

    distributions: tuple[Distribution, ...] = ()
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    staging: tuple[Distribution, ...] = ()

    def certificate(self, arn: str) -> Certificate | None:
        return self.certificates.get(arn)

    def has_function(self, arn: str) -> bool:
        return True

    def has_access(self, origin: Origin) -> bool:
        return True

    def has_bucket(self, name: str) -> bool:
        return True

    def policy(self, bucket: str) -> str | None:
        return None

    def file_status(self, distribution: Distribution, bucket: str) -> int | None:
        return None


class Held:
    """What each place holds; the last world is that of all further places."""

    def __init__(self, *worlds: World) -> None:
        self.worlds = list(worlds)
        self.heard = 0

    def world(self, place: int) -> World:
        return self.worlds[min(place, len(self.worlds) - 1)]

    def become(self, *worlds: World) -> None:
        self.worlds = list(worlds)
        self.heard += 1


def distribution(*aliases: str, name: str = "d1", **settings: Any) -> Distribution:
    """A distribution of the first account, over a bucket, that has a certificate if it has aliases."""
    found: dict[str, Any] = {
        "id": name.upper(),
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{name.upper()}",
        "domain": f"{name}.cloudfront.net",
        "enabled": True,
        "aliases": aliases,
        "certificate": CERTIFICATE if aliases else "",
        "origins": (FILES,),
        "functions": (),
        "etag": f"version-of-{name}",
        "security": "TLSv1.2_2021",
        "behaviours": (Behaviour(origins=(FILES,)),),
    }
    return Distribution(**{**found, **settings})


def world(*distributions: Distribution, **certificates: Certificate) -> Moment:
    """These distributions, and one certificate that is issued for all their aliases."""
    names = tuple(alias for each in distributions for alias in each.aliases)
    return Moment(distributions, {CERTIFICATE: Certificate(True, names), **certificates})


@contextmanager
def running(main: Coroutine[Any, Any, T]) -> Iterator[T]:
    """What servers start, in an event loop in a thread of its own; gone when the block ends."""
    loop_of: list[asyncio.AbstractEventLoop] = []
    started, ending, failed = threading.Event(), asyncio.Event(), []
    result: list[T] = []

    async def serve() -> None:
        loop_of.append(asyncio.get_running_loop())
        try:
            result.append(await main)
        except BaseException as error:
            failed.append(error)
        started.set()
        if result:
            await ending.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    started.wait()
    try:
        if failed:
            raise failed[0]
        yield result[0]
    finally:
        loop_of[0].call_soon_threadsafe(ending.set)
        thread.join()


def places() -> list[str]:
    """Two loopback addresses that can be bound here."""
    for second in ("127.0.0.2", "::1"):
        family = socket.AF_INET6 if ":" in second else socket.AF_INET
        with socket.socket(family) as probe:
            try:
                probe.bind((second, 0))
            except OSError:
                continue
            return ["127.0.0.1", second]
    raise AssertionError("this machine has one loopback address only")


@dataclass(frozen=True, slots=True)
class Edges:
    """Locations that serve."""

    ports: EdgePorts
    addresses: list[str]

    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts the local authority and nobody else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.ports.ca)
        return context

    def connect(self, name: str, place: int = 0, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        plain = socket.create_connection((self.addresses[place], self.ports.https), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            return (context or self.trusting()).wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise

    def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        place: int = 0,
        sni: str = "",
        body: bytes | None = None,
    ) -> Fetched:
        """One request on a connection of its own, over HTTP/1.1."""
        scheme, _, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        connection = http.client.HTTPConnection(host)
        if scheme == "https":
            connection.sock = self.connect(sni or host, place)
        else:
            connection.sock = socket.create_connection((self.addresses[place], self.ports.http), timeout=10)
        try:
            connection.request(method, slash + path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Fetched(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def edges(held: Held, endpoint: str, directory: Path) -> Iterator[Edges]:
    """Two locations before a data plane."""
    addresses = places()
    with running(serve_edges(addresses, held, endpoint, directory)) as ports:
        yield Edges(ports, addresses)


@dataclass(slots=True)
class DataPlane:
    """A stand-in for MiniStack's: it answers with its status, headers and body, and notes every request."""

    status: int = 200
    body: bytes = b"hello"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/plain", "X-Amz-Cf-Id": "1"})
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0
    slow: threading.Event = field(default_factory=threading.Event)
    """Not set: it answers at once. Set: it lets every request wait for half a second."""

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its endpoint."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        plane = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                plane.connections += 1

            def do_GET(self) -> None:
                if plane.slow.is_set():
                    threading.Event().wait(0.5)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                plane.asked.append((self.command, self.path, headers, body))
                self.send_response_only(plane.status)
                for name, value in {**plane.headers, "Content-Length": str(len(plane.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(plane.body)

            def do_HEAD(self) -> None:
                self.do_GET()

            def do_POST(self) -> None:
                self.do_GET()

        return Handler
