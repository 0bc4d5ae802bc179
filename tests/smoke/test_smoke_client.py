"""DNS and HTTP clients against servers that behave, and that do not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from little.site import Site
from little.web import Reply

from slipway.smoke.client import Session, request
from slipway.smoke.handshake import takes
from slipway.smoke.lookup import addresses, ask, resolve
from slipway.smoke.network import Network, NotReached

pytestmark = pytest.mark.process


@contextmanager
def saying(*parts: bytes) -> Iterator[int]:
    """A server that sends these bytes, one part a connection, whatever it is asked; then it hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for part in parts:
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(part)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]


@contextmanager
def silent() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def plain(port: int, seconds: float = 5) -> Network:
    return Network(resolvers=(), http=port, https=port, until=time.monotonic() + seconds)


def test_a_connection_is_kept_and_made_again_when_the_server_has_closed_it() -> None:
    """As every client does; a request on a new connection is made once."""
    once = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with (
        saying(once, once) as port,
        Session(plain(port), "127.0.0.1", secure=False) as session,
    ):
        assert [session.ask("/").body for _ in range(2)] == [b"ok", b"ok"]
    with saying(b"") as port, pytest.raises(NotReached, match=r"http://127\.0\.0\.1/: .*without response"):
        request(plain(port), "http://127.0.0.1/")


def test_headers_that_come_twice_are_joined_and_names_are_lower_case() -> None:
    with saying(b"HTTP/1.1 204 No Content\r\nX-A: 1\r\nx-a: 2\r\n\r\n") as port:
        assert request(plain(port), "http://127.0.0.1/").headers == {"x-a": "1, 2"}


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 two hundred\r\n\r\n", b"\x00" * 64])
def test_what_is_not_http_is_no_answer(said: bytes) -> None:
    with saying(said) as port, pytest.raises(NotReached, match=r"http://127\.0\.0\.1/x: "):
        request(plain(port), "http://127.0.0.1/x")


def test_silence_ends_with_the_time_limit() -> None:
    started = time.monotonic()
    with silent() as port, pytest.raises(NotReached, match="no answer in time"):
        request(plain(port, 0.3), "http://127.0.0.1/")
    assert time.monotonic() - started < 2


def test_a_port_where_nothing_listens_is_named() -> None:
    with silent() as port:
        pass
    with pytest.raises(NotReached, match=rf"127\.0\.0\.1 port {port}: Connection refused"):
        request(plain(port), "https://127.0.0.1/")


@pytest.mark.parametrize("url", ["ftp://x.example/", "https://", "https://[::1", "https://h.example:port/", "nonsense"])
def test_what_is_no_url_is_said_to_be_none(url: str) -> None:
    with pytest.raises(NotReached, match="URL"):
        request(plain(1), url)


@pytest.mark.parametrize("target", ["/a b", "/a\nb", "/é"])
def test_what_no_request_line_may_hold_is_not_sent(target: str) -> None:
    with silent() as port, pytest.raises(NotReached), Session(plain(port), "127.0.0.1", secure=False) as session:
        session.ask(target)


def test_a_port_in_the_url_is_kept() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as port:
        assert request(plain(1), f"http://127.0.0.1:{port}/").status == 200


def test_the_next_address_is_tried(site: Site) -> None:
    """A host of which one address is dead is reached at another."""
    assert site.network
    for records in site.every_server():
        records.sets["doc.example.net", "A"] = (60, ["127.0.0.3", "127.0.0.1"])
    assert request(site.network, "https://doc.example.net/stable/").status == 200


def test_no_proxy_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.network
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert request(site.network, "https://doc.example.net/stable/").status == 200


def test_a_certificate_of_another_authority_is_not_taken(site: Site) -> None:
    assert site.network
    with pytest.raises(NotReached, match="the certificate is not valid: ") as error:
        request(replace(site.network, ca=None), "https://doc.example.net/")
    assert error.value.final


def test_what_answers_a_hello_with_no_tls_is_no_answer() -> None:
    with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port, pytest.raises(NotReached, match="not TLS"):
        takes(plain(port), "127.0.0.1", "127.0.0.1", 0x0301)


def test_a_server_that_hangs_up_on_an_old_version_refuses_it() -> None:
    with saying(b"") as port:
        assert not takes(plain(port), "127.0.0.1", "127.0.0.1", 0x0301)


def test_a_truncated_answer_is_asked_for_again_over_tcp(site: Site) -> None:
    assert site.network
    many = [f"ns{number}.name-server-with-a-long-name.example." for number in range(80)]
    site.resolver.sets["many.example.org", "NS"] = (60, many)
    assert len(resolve(site.network, "many.example.org", "NS").values("NS")) == 80


def test_the_next_resolver_is_asked_when_one_fails_or_is_silent(site: Site) -> None:
    assert site.network
    site.servers[0].rcodes["index.example.org"] = "SERVFAIL"
    (first, *_), (good,) = site.network.authorities, site.network.resolvers
    with silent() as port:
        network = replace(site.network, resolvers=(("127.0.0.1", port), first, good))
        assert resolve(network, "index.example.org", "A").values("A") == ("127.0.0.1",)
    with pytest.raises(NotReached, match=r"answered SERVFAIL for index\.example\.org A"):
        resolve(replace(site.network, resolvers=(first,)), "index.example.org", "A")


@pytest.mark.parametrize("name", ["a..example.org", "x" * 64 + ".example.org", "\udcff.example.org"])
def test_what_is_no_name_is_not_asked_for(site: Site, name: str) -> None:
    assert site.network
    with pytest.raises(NotReached):
        ask(site.network, site.network.resolvers[0], name, "A")


def test_a_name_without_addresses_is_told_from_one_that_does_not_exist(site: Site) -> None:
    assert site.network
    site.resolver.sets["text.example.org", "TXT"] = (60, ['"x"'])
    with pytest.raises(NotReached, match=r"text\.example\.org has no address"):
        addresses(site.network, "text.example.org")
    with pytest.raises(NotReached, match=r"absent\.example\.org does not exist"):
        addresses(site.network, "absent.example.org")


def test_nothing_is_asked_when_the_time_is_over(site: Site) -> None:
    assert site.network
    site.instead["", "doc.example.net", "/x"] = Reply(200)
    over = replace(site.network, until=time.monotonic() - 1)
    with pytest.raises(NotReached, match="the time limit was reached"):
        request(over, "https://doc.example.net/x")
