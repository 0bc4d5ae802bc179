"""Fetching as a client does: https only, whole, within limits."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from slipway.errors import BadInput
from slipway.fetch import Fetched, NotFetched, fetch

FILE = b"a crate file" * 10_000
ROUTES = {"/insecure": "http://static.example.org/crates/a", "/local": "/file", "/file-url": "file:///etc/passwd"}


class Host(BaseHTTPRequestHandler):
    """A file, redirects by name, a file without an end, and 403 for the rest."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        target = ROUTES.get(self.path) or (f"https://127.0.0.1:{port}/file" if self.path == "/secure" else "")
        self.send_response(302 if target else 200 if self.path in ("/file", "/endless") else 403)
        if target:
            self.send_header("Location", target)
        self.end_headers()
        if self.path == "/file":
            self.wfile.write(FILE)
        while self.path == "/endless":
            try:
                self.wfile.write(bytes(1 << 20))
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_file_is_told_by_length_and_checksum(host: str) -> None:
    """The whole of it."""
    assert fetch(f"{host}/file") == Fetched(len(FILE), hashlib.sha256(FILE).hexdigest())


def test_loopback_is_asked_directly_whatever_proxy_there_is(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy elsewhere has another loopback."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(f"{host}/file").size == len(FILE)


@pytest.mark.parametrize(
    "url", ["http://static.example.org/a", "http://127.0.0.1.example.org/a", "file:///etc/passwd", "ftp://a/b", "a"]
)
def test_url_that_is_not_https_is_refused_unasked(url: str) -> None:
    """http is for addresses of this machine."""
    with pytest.raises(BadInput, match="is not https"):
        fetch(url)


@pytest.mark.parametrize("path", ["/insecure", "/local", "/file-url"])
def test_redirect_to_anything_but_https_is_not_followed(host: str, path: str) -> None:
    """A client would fetch over an open line what it will run."""
    with pytest.raises(NotFetched, match=r"a redirect to .*, which is not https|status 302"):
        fetch(f"{host}{path}")


def test_redirect_to_https_is_followed_and_wants_tls(host: str) -> None:
    """The port it leads to speaks plain HTTP, so the handshake fails."""
    with pytest.raises(NotFetched, match="SSL"):
        fetch(f"{host}/secure")


def test_any_other_status_is_told(host: str) -> None:
    """403 is S3's word for a key that is not there."""
    with pytest.raises(NotFetched, match="status 403"):
        fetch(f"{host}/nothing")


def test_nobody_listening_is_told() -> None:
    """In the system's own words."""
    with pytest.raises(NotFetched, match="refused"):
        fetch("http://127.0.0.1:9/file")


def test_file_without_an_end_is_given_up(host: str) -> None:
    """After 64 MiB."""
    with pytest.raises(NotFetched, match="more than 67108864 bytes"):
        fetch(f"{host}/endless")
