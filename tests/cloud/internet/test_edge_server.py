"""Edge locations over real connections, before a data plane that notes what it is asked."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from slipway.cloud.internet import upstream
from slipway.cloud.internet.world import Behaviour, Origin

from .edge_stage import FILES, OTHER_ACCOUNT, DataPlane, Edges, Held, distribution, edges, world

pytestmark = pytest.mark.process

SITE = distribution("static.example.org")
COMPRESSING = distribution("static.example.org", behaviours=(Behaviour(compressed=True, origins=(FILES,)),))


@pytest.fixture
def plane() -> DataPlane:
    return DataPlane()


@pytest.fixture
def held() -> Held:
    return Held(world(SITE))


@pytest.fixture
def edge(plane: DataPlane, held: Held, tmp_path: Path) -> Iterator[Edges]:
    with plane.served() as endpoint, edges(held, endpoint, tmp_path) as found:
        yield found


def test_file_comes_through_the_location(edge: Edges) -> None:
    found = edge.fetch("https://static.example.org/a.txt")
    assert (found.status, found.body, found.headers["x-cache"]) == (200, b"hello", "Miss from cloudfront")
    assert found.headers["x-amz-cf-pop"] == "SLW1-P1"


def test_every_address_is_a_location_of_its_own(edge: Edges) -> None:
    pops = [edge.fetch("https://static.example.org/", place=place).headers["x-amz-cf-pop"] for place in (0, 1)]
    assert pops == ["SLW1-P1", "SLW2-P1"]


def test_data_plane_is_asked_for_the_distribution_in_its_version(edge: Edges, plane: DataPlane) -> None:
    edge.fetch("https://static.example.org/a%2Bb+c?x=%20&y", {"Cookie": "a=1", "X-Own": "1"})
    ((method, target, headers, _),) = plane.asked
    assert (method, target) == ("GET", "/a%2Bb+c?x=%20&y")
    assert headers["host"] == "d1.cloudfront.net"
    assert headers["x-slipway-host"] == "static.example.org"
    assert headers["x-slipway-etag"] == "version-of-d1"
    assert (headers["x-forwarded-proto"], headers["cookie"], headers["x-own"]) == ("https", "a=1", "1")


def test_viewer_cannot_speak_for_the_location(edge: Edges, plane: DataPlane) -> None:
    edge.fetch(
        "https://static.example.org/", {"X-Slipway-Etag": "other", "X-Forwarded-Proto": "http", "TE": "trailers"}
    )
    ((_, _, headers, _),) = plane.asked
    assert (headers["x-slipway-etag"], headers["x-forwarded-proto"]) == ("version-of-d1", "https")
    assert "te" not in headers


def test_body_and_method_are_handed_on(edge: Edges, plane: DataPlane) -> None:
    edge.fetch("https://static.example.org/form", method="POST", body=b"x" * 100_000)
    ((method, _, _, body),) = plane.asked
    assert (method, body) == ("POST", b"x" * 100_000)


def test_locations_may_hold_different_versions(edge: Edges, plane: DataPlane, held: Held) -> None:
    held.become(world(replace(SITE, etag="new")), world(SITE))
    for place in (0, 1):
        edge.fetch("https://static.example.org/", place=place)
    assert [headers["x-slipway-etag"] for _, _, headers, _ in plane.asked] == ["new", "version-of-d1"]


def test_same_request_is_asked_again_only_after_a_change(edge: Edges, plane: DataPlane, held: Held) -> None:
    for _ in range(3):
        edge.fetch("https://static.example.org/a.txt")
    assert len(plane.asked) == 1
    held.heard += 1
    plane.body = b"changed"
    assert edge.fetch("https://static.example.org/a.txt").body == b"changed"


@pytest.mark.parametrize(("server", "asked"), [("127.0.0.1", 4), ("localhost", 4), ("server.example.org", 3)])
def test_server_s_answers_and_posts_are_never_kept(
    edge: Edges, plane: DataPlane, held: Held, server: str, asked: int
) -> None:
    """But what stands in for a server of the outside world answers the same each time."""
    behaviour = Behaviour(origins=(Origin(server),))
    held.become(world(replace(SITE, behaviours=(behaviour,))))
    for method in ("GET", "GET", "POST", "POST"):
        edge.fetch("https://static.example.org/api", method=method)
    assert len(plane.asked) == asked


def test_failure_of_the_origin_is_never_kept(edge: Edges, plane: DataPlane) -> None:
    plane.status = 503
    assert edge.fetch("https://static.example.org/a.txt").status == 503
    plane.status = 200
    assert edge.fetch("https://static.example.org/a.txt").status == 200


def test_connections_to_the_data_plane_are_kept(edge: Edges, plane: DataPlane) -> None:
    for number in range(5):
        edge.fetch(f"https://static.example.org/{number}")
    assert (len(plane.asked), plane.connections) == (5, 1)


def test_text_is_compressed_for_those_who_take_it(edge: Edges, plane: DataPlane, held: Held) -> None:
    held.become(world(COMPRESSING))
    plane.body = b"hello\n" * 1000
    squeezed = edge.fetch("https://static.example.org/a.txt", {"Accept-Encoding": "gzip"})
    whole = edge.fetch("https://static.example.org/a.txt", {"Accept-Encoding": "identity"})
    assert squeezed.headers["content-encoding"] == "gzip"
    assert len(squeezed.body) < 200
    assert whole.body == plane.body


def test_head_has_no_body(edge: Edges) -> None:
    found = edge.fetch("https://static.example.org/a.txt", method="HEAD")
    assert (found.status, found.headers["content-length"], found.body) == (200, "5", b"")


def test_host_of_no_distribution_is_a_bad_request(edge: Edges, plane: DataPlane) -> None:
    found = edge.fetch("https://static.example.org/", {"Host": "other.example.org"})
    assert (found.status, found.headers["server"]) == (403, "CloudFront")
    assert b"Bad request" in found.body
    assert plane.asked == []


def test_request_for_another_account_s_domain_is_misdirected(edge: Edges, held: Held) -> None:
    arn = f"arn:aws:cloudfront::{OTHER_ACCOUNT}:distribution/D2"
    held.become(world(SITE, distribution("other.example.org", name="d2", arn=arn)))
    assert edge.fetch("https://other.example.org/").status == 200
    assert edge.fetch("https://other.example.org/", sni="static.example.org").status == 421


def test_plain_http_follows_the_behaviour(edge: Edges, held: Held) -> None:
    assert edge.fetch("http://static.example.org/a").status == 200
    held.become(world(replace(SITE, behaviours=(Behaviour(viewers="redirect-to-https"),))))
    found = edge.fetch("http://static.example.org/a?b")
    assert (found.status, found.headers["location"]) == (301, "https://static.example.org/a?b")


def test_data_plane_that_does_not_know_the_distribution_is_a_bad_request(edge: Edges, plane: DataPlane) -> None:
    """MiniStack takes the domain of a distribution that is gone for a bucket's."""
    plane.headers, plane.status = {"Content-Type": "application/xml"}, 404
    assert edge.fetch("https://static.example.org/").status == 403


def test_data_plane_that_is_gone_is_a_bad_gateway(held: Held, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with edges(held, endpoint, tmp_path) as edge:
        found = edge.fetch("https://static.example.org/")
    assert (found.status, found.headers["x-cache"]) == (502, "Error from cloudfront")


def test_data_plane_that_does_not_answer_is_a_gateway_timeout(
    edge: Edges, plane: DataPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "_PATIENCE", 0.1)
    plane.slow.set()
    assert edge.fetch("https://static.example.org/").status == 504


def test_data_plane_that_comes_back_is_asked_again(held: Held, tmp_path: Path) -> None:
    """Connections that were kept break; the next request opens a new one."""
    plane = DataPlane()
    with plane.served() as endpoint, edges(held, endpoint, tmp_path) as edge:
        plane.headers["Connection"] = "close"
        first = edge.fetch("https://static.example.org/1")
        del plane.headers["Connection"]
        assert (first.status, edge.fetch("https://static.example.org/2").status) == (200, 200)


def test_many_requests_go_over_one_connection(edge: Edges) -> None:
    connection = http.client.HTTPConnection("static.example.org")
    connection.sock = edge.connect("static.example.org")
    for number in range(20):
        connection.request("GET", f"/{number}")
        assert connection.getresponse().read() == b"hello"
    connection.close()


def test_http_2_is_spoken(edge: Edges, plane: DataPlane) -> None:
    context = edge.trusting()
    context.set_alpn_protocols(["h2"])
    with edge.connect("static.example.org", context=context) as connection:
        assert connection.selected_alpn_protocol() == "h2"
        status, body = over_http_2(connection, "static.example.org", "/a.txt?x", {"cookie": "a=1"})
    assert (status, body) == (200, b"hello")
    ((_, target, headers, _),) = plane.asked
    assert (target, headers["x-slipway-host"], headers["cookie"]) == ("/a.txt?x", "static.example.org", "a=1")


def test_request_that_http_1_1_cannot_say_is_a_bad_request(edge: Edges, plane: DataPlane) -> None:
    """HTTP/2 lets a path with a blank through."""
    context = edge.trusting()
    context.set_alpn_protocols(["h2"])
    with edge.connect("static.example.org", context=context) as connection:
        assert over_http_2(connection, "static.example.org", "/a b", {})[0] == 400
    assert plane.asked == []


def over_http_2(connection: socket.socket, host: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """One GET."""
    http2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="ascii"))
    http2.initiate_connection()
    pseudo = {":method": "GET", ":scheme": "https", ":authority": host, ":path": path}
    http2.send_headers(1, [*pseudo.items(), *headers.items()], end_stream=True)
    connection.sendall(http2.data_to_send())
    status, body = 0, b""
    while True:
        for event in http2.receive_data(connection.recv(65536)):
            if isinstance(event, h2.events.ResponseReceived):
                status = int(dict(event.headers)[":status"])
            elif isinstance(event, h2.events.DataReceived):
                body += event.data
            elif isinstance(event, h2.events.StreamEnded):
                return status, body
        connection.sendall(http2.data_to_send())


def test_nothing_listens_outside_loopback(edge: Edges) -> None:
    """On no other address of this machine is either port open."""
    for port in (edge.ports.https, edge.ports.http):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_outside(), port))


def _outside() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(probe.getsockname()[0])


def test_curl_and_openssl_take_it_for_the_real_thing(edge: Edges) -> None:
    if shutil.which("curl") is None or shutil.which("openssl") is None:
        pytest.skip("curl and openssl are not installed")
    where = f"static.example.org:443:127.0.0.1:{edge.ports.https}"
    curl = ["curl", "-sS", "--cacert", str(edge.ports.ca), "--connect-to", where, "-w", "%{json}", "-o", "/dev/null"]
    run = subprocess.run([*curl, "https://static.example.org/a"], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["http_code"] == 200
    address = f"127.0.0.1:{edge.ports.https}"
    shown = subprocess.run(
        ["openssl", "s_client", "-connect", address, "-servername", "static.example.org", "-CAfile", edge.ports.ca],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "Verify return code: 0 (ok)" in shown.stdout
