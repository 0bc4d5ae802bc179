"""The proxy into the local internet, with a resolver of a few names."""

from __future__ import annotations

import http.client
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest

from slipway.cloud.internet import proxy
from slipway.cloud.internet.edge import serve_edges
from slipway.cloud.internet.world import Behaviour

from .edge_stage import DataPlane, Edges, Held, distribution, places, running, world

RECORDS = {
    "static.example.org.": [("A", "127.0.0.1")],
    "www.example.org.": [("CNAME", "static.example.org."), ("A", "127.0.0.1")],
    "second.example.org.": [("A", "PLACE")],
    "away.example.org.": [("A", "192.0.2.1")],
    "broken.example.org.": [],
}


class Answering(socketserver.BaseRequestHandler):
    """Answers from `RECORDS`; for `silent.example.org` never, for `broken.example.org` with SERVFAIL."""

    def handle(self) -> None:
        data, transport = self.request
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text().lower()
        if name == "silent.example.org.":
            return
        answer = dns.message.make_response(query, recursion_available=True)
        if name not in RECORDS:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif not RECORDS[name]:
            answer.set_rcode(dns.rcode.SERVFAIL)
        for kind, value in RECORDS.get(name, ()):
            value = value.replace("PLACE", places()[1])
            kind = "AAAA" if ":" in value else kind
            if kind in ("CNAME", question.rdtype.name):
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
        transport.sendto(answer.to_wire(), self.client_address)


@contextmanager
def resolver() -> Iterator[int]:
    """A resolver's port."""
    with socketserver.UDPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Inside:
    """The local internet with its proxy's port."""

    edges: Edges
    port: int

    @contextmanager
    def tunnel(self, host: str, port: int = 443) -> Iterator[http.client.HTTPConnection]:
        """A client's connection for https://HOST."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.set_tunnel(host, port)
        try:
            connection.connect()
            connection.sock = self.edges.trusting().wrap_socket(connection.sock, server_hostname=host)
            yield connection
        finally:
            connection.close()

    def said(self, first_line: str, *headers: str) -> bytes:
        """All that the proxy answers to a request's head."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
            client.sendall("\r\n".join([first_line, *headers, "", ""]).encode())
            return b"".join(iter(lambda: client.recv(65536), b""))


@pytest.fixture
def held() -> Held:
    return Held(world(distribution("static.example.org", "www.example.org", "second.example.org")))


@pytest.fixture
def plane() -> DataPlane:
    return DataPlane()


@pytest.fixture
def inside(held: Held, plane: DataPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inside]:
    monkeypatch.setattr(proxy, "_PATIENCE", 0.5)

    async def start(endpoint: str, names: int) -> Inside:
        ports = await serve_edges(places(), held, endpoint, tmp_path)
        return Inside(Edges(ports, places()), await proxy.serve_proxy("127.0.0.1", names, ports))

    with plane.served() as endpoint, resolver() as names, running(start(endpoint, names)) as found:
        yield found


@pytest.mark.parametrize(
    ("host", "pop"),
    [("static.example.org", "SLW1-P1"), ("www.example.org", "SLW1-P1"), ("second.example.org", "SLW2-P1")],
)
def test_https_goes_to_the_location_that_the_name_leads_to(inside: Inside, host: str, pop: str) -> None:
    with inside.tunnel(host) as connection:
        connection.request("GET", "/a.txt")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["x-amz-cf-pop"], answer.read()) == (200, pop, b"hello")


def test_tunnel_carries_many_requests(inside: Inside) -> None:
    with inside.tunnel("static.example.org") as connection:
        for number in range(5):
            connection.request("GET", f"/{number}")
            assert connection.getresponse().read() == b"hello"


def test_large_bodies_pass_both_ways(inside: Inside, plane: DataPlane) -> None:
    plane.body = b"y" * 3_000_000
    with inside.tunnel("static.example.org") as connection:
        connection.request("POST", "/", body=b"x" * 2_000_000)
        assert connection.getresponse().read() == plane.body
    assert plane.asked[0][3] == b"x" * 2_000_000


def test_plain_http_is_handed_on_with_its_path(inside: Inside, held: Held, plane: DataPlane) -> None:
    answer = inside.said("GET http://static.example.org/a?b=1 HTTP/1.1", "Host: static.example.org", "X-Own: 1")
    assert answer.startswith(b"HTTP/1.1 200")
    ((_, target, headers, _),) = plane.asked
    assert (target, headers["x-own"], headers["x-forwarded-proto"]) == ("/a?b=1", "1", "http")
    held.become(world(distribution("static.example.org", behaviours=(Behaviour(viewers="redirect-to-https"),))))
    answer = inside.said("GET http://static.example.org HTTP/1.1", "Host: static.example.org")
    assert answer.startswith(b"HTTP/1.1 301")
    assert b"location: https://static.example.org/" in answer


@pytest.mark.parametrize(
    ("request_line", "status", "reason"),
    [
        ("CONNECT gone.example.org:443 HTTP/1.1", 502, "gone.example.org does not resolve"),
        ("GET http://gone.example.org/ HTTP/1.1", 502, "gone.example.org does not resolve"),
        ("CONNECT away.example.org:443 HTTP/1.1", 502, "leads out of the local internet, to 192.0.2.1"),
        ("CONNECT 192.0.2.1:443 HTTP/1.1", 502, "leads out of the local internet"),
        ("CONNECT broken.example.org:443 HTTP/1.1", 502, "SERVFAIL"),
        ("CONNECT silent.example.org:443 HTTP/1.1", 504, "in vain"),
        ("CONNECT static.example.org:22 HTTP/1.1", 403, "port 22"),
        (f"CONNECT {'a' * 70}.example.org:443 HTTP/1.1", 400, "no host name"),
        ("CONNECT static.example.org:none HTTP/1.1", 400, "no request"),
        ("GET /a HTTP/1.1", 400, "whole URL"),
        ("GET https://static.example.org/ HTTP/1.1", 400, "whole URL"),
        ("nonsense", 400, "no request"),
    ],
)
def test_what_leads_nowhere_is_said_plainly(inside: Inside, request_line: str, status: int, reason: str) -> None:
    head, _, body = inside.said(request_line).decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert reason in body


def test_client_that_says_nothing_is_sent_away(inside: Inside) -> None:
    with socket.create_connection(("127.0.0.1", inside.port), timeout=10) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 400")


def test_location_that_does_not_answer_is_a_bad_gateway(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    async def start() -> Inside:
        ports = proxy.EdgePorts(port, port, tmp_path)
        return Inside(Edges(ports, []), await proxy.serve_proxy("127.0.0.1", port, ports))

    with running(start()) as inside:
        assert b"no edge location answers" in inside.said("CONNECT 127.0.0.1:443 HTTP/1.1")


def test_curl_works_with_unchanged_urls(inside: Inside) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    through = ["--proxy", f"http://127.0.0.1:{inside.port}", "--cacert", str(inside.edges.ports.ca)]
    run = subprocess.run(
        ["curl", "-sS", *through, "https://www.example.org/a.txt"], capture_output=True, text=True, check=True
    )
    assert run.stdout == "hello"
