"""An answer of S3's that does not come to its end is no damaged log."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from logfiles import cloudfront

from slipway.downloads.store import Log, open_book
from slipway.downloads.work.count import Outcome, count
from slipway.downloads.work.logs import Logs

WHOLE = cloudfront(*[f"crate-{number * 7919 % 1000:x}-{number}" for number in range(50_000)])
LOG = Log("s3://logs", "a.gz")


@contextmanager
def serving(body: bytes, length: int) -> Iterator[str]:
    """An S3 that sends so much of a log of that length, and then no more."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.process
def test_log_that_was_cut_off_on_the_way_fails_and_is_counted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came of it would be the beginning of a damaged log: the same bytes, stored so, are one."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    half, book = WHOLE[: len(WHOLE) // 2], open_book(str(tmp_path / "d.duckdb"))
    outcomes = []
    for body, length in ((half, len(WHOLE)), (WHOLE, len(WHOLE))):
        with serving(body, length) as endpoint:
            monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
            outcomes.append(count(book, Logs(), LOG).outcome)
    assert outcomes == [Outcome.FAILED, Outcome.COUNTED]
    assert book.rows("SELECT sum(downloads) FROM downloads") == [(50_000,)]
    with serving(half, len(half)) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        other = open_book(str(tmp_path / "other.duckdb"))
        assert count(other, Logs(), LOG).outcome is Outcome.DAMAGED
