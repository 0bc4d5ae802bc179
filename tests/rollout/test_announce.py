"""Announcements: what is said, and to a real server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.config import AnnounceConfig, RolloutConfig
from slipway.errors import BadInput
from slipway.rollout.announce import VARIABLE, Facts, NotAnnounced, announce, render

FACTS = Facts(
    environment="production",
    commit="c0ffee" * 6 + "cafe",
    changes=("record CNAME static.example.org ttl 300 -> 60",),
    who="Ada <ada@example.org>",
    names=("static.example.org",),
    url="https://ci.example.org/1?a=1&b=2",
)
ALL = "{environment} {commit} {changes} {names} {who} {url}"


@dataclass
class Receiver:
    """A webhook that answers with these statuses, then with 200; and what it was sent."""

    url: str
    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """For each request: its method and path, its type, its body."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((f"POST {self.path}", self.headers["Content-Type"], json.loads(body)))
            self._answer()

        def do_GET(self) -> None:
            found.got.append((f"GET {self.path}", "", {}))
            self._answer()

        def _answer(self) -> None:
            status = found.answers.pop(0) if found.answers else 200
            if status == 0:
                self.close_connection = True  # hangs up without an answer
                return
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"{found.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Receiver(f"http://127.0.0.1:{server.server_port}/services/S3CRET")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def config(template: str = ALL) -> RolloutConfig:
    return RolloutConfig(announce=AnnounceConfig(template=template))


def told(receiver: Receiver, template: str = ALL) -> list[float]:
    """Announce there; the pauses that were made."""
    pauses: list[float] = []
    assert announce(config(template), FACTS, {VARIABLE: receiver.url}, pauses.append)
    return pauses


def test_the_text_goes_to_the_webhook_once(receiver: Receiver) -> None:
    assert told(receiver) == []
    assert receiver.got == [
        (
            "POST /services/S3CRET",
            "application/json",
            {
                "text": "production c0ffeec0ffee record CNAME static.example.org ttl 300 -&gt; 60 static.example.org "
                "Ada &lt;ada@example.org&gt; https://ci.example.org/1?a=1&amp;b=2"
            },
        )
    ]


@pytest.mark.parametrize("first", [[500], [503, 502], [429], [0], [0, 500]])
def test_a_webhook_that_stumbles_is_asked_again(receiver: Receiver, first: list[int]) -> None:
    receiver.answers = [*first]
    assert told(receiver) == [1.0, 4.0][: len(first)]
    assert len(receiver.got) == len(first) + 1


@pytest.mark.parametrize(
    ("answers", "asked", "says"),
    [
        ([500, 500, 500], 3, "status 500"),
        ([404], 1, "status 404"),
        ([400], 1, "status 400"),
        ([302], 1, "status 302"),
        ([308], 1, "status 308"),
        ([0, 0, 0], 3, "RemoteDisconnected"),
    ],
)
def test_one_that_fails_is_told_without_its_secret(
    receiver: Receiver, answers: list[int], asked: int, says: str
) -> None:
    """A redirect is not followed: the text would go elsewhere."""
    receiver.answers = answers
    with pytest.raises(NotAnnounced) as caught:
        told(receiver)
    assert len(receiver.got) == asked
    assert says in caught.value.message
    assert "S3CRET" not in caught.value.message + caught.value.advice
    assert caught.value.exit_status == 3


def test_nobody_at_the_other_end_is_an_error_without_a_secret() -> None:
    with pytest.raises(NotAnnounced) as caught:
        announce(config(), FACTS, {VARIABLE: "http://127.0.0.1:1/S3CRET"}, lambda seconds: None)
    assert "S3CRET" not in caught.value.message
    assert "refused" in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/S3CRET", "file:///S3CRET", "https:///S3CRET", "https://example.org/S3CRET\n",
        "S3CRET", "https://example.org:S3CRET/", "https://[S3CRET/", "https://example.org/S3 CRET",
    ],
)  # fmt: skip
def test_what_is_no_https_url_is_bad_input_and_not_shown(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        announce(config(), FACTS, {VARIABLE: url})
    assert VARIABLE in caught.value.message
    assert "S3CRET" not in caught.value.message + caught.value.advice


def test_a_webhook_that_is_not_set_is_bad_input() -> None:
    with pytest.raises(BadInput, match="no webhook is set"):
        announce(config(), FACTS, {})


def test_without_an_announcement_nobody_is_told() -> None:
    assert announce(RolloutConfig(), FACTS, {VARIABLE: "http://127.0.0.1:1/"}) is False


def test_titles_cannot_call_everybody_or_command_anything() -> None:
    hostile = Facts("production", "c", ("<!channel> \x1b[2J\n{who} {0.__class__}",), "<@U1>")
    text = render("{changes}|{who}", hostile)
    assert text == "&lt;!channel&gt; [2J {who} {0.__class__}|&lt;@U1&gt;"


def test_long_lists_are_cut() -> None:
    many = Facts("production", "c", tuple(f"change {number}" for number in range(12)), "Ada")
    assert render("{changes}", many).endswith("change 9; and 2 more")
    assert render("{changes}, {names}", Facts("production", "c", (), "Ada")) == "nothing, nothing"


@settings(deadline=None)
@given(st.text(), st.text(), st.lists(st.text(), max_size=12).map(tuple))
def test_whatever_the_facts_say_it_is_one_printable_line_without_markup(
    who: str, environment: str, changes: tuple[str, ...]
) -> None:
    text = render(ALL, Facts(environment, "c", changes, who))
    assert text.isprintable()
    assert not set("<>") & set(text)
