"""What a message tells of."""

from __future__ import annotations

import json

import pytest

from slipway.downloads.store import Log
from slipway.downloads.work.events import NotAnEvent, arrivals


def event(*keys: str, name: str = "ObjectCreated:Put") -> str:
    records = [{"eventName": name, "s3": {"bucket": {"name": "logs"}, "object": {"key": key}}} for key in keys]
    return json.dumps({"Records": records})


def test_every_record_is_a_log() -> None:
    """One message may tell of several."""
    assert arrivals(event("a.gz", "b.gz")) == (Log("s3://logs", "a.gz"), Log("s3://logs", "b.gz"))


@pytest.mark.parametrize(
    ("written", "key"),
    [("a+b%2Bc.gz", "a b+c.gz"), ("cloudfront/%C3%A9.gz", "cloudfront/é.gz"), ("%25252F", "%252F"), ("%3Cb%3E", "<b>")],
)
def test_keys_are_decoded_once(written: str, key: str) -> None:
    """As in a form: a plus sign is a space."""
    assert arrivals(event(written)) == (Log("s3://logs", key),)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs"}),
        event("cloudfront/index.example.org/E1.gz"),
        event("index.crates-io/E1.gz"),
        event("a.gz", name="ObjectRemoved:Delete"),
    ],
)
def test_some_messages_tell_of_no_log(body: str) -> None:
    """S3's test, logs of an index host, and what is not an arrival."""
    assert arrivals(body) == ()


def test_name_that_only_has_index_in_it_is_a_log() -> None:
    """The index is a folder's name, from its beginning."""
    assert len(arrivals(event("cloudfront/static/index", "my.index.gz", "a/reindex.gz"))) == 3


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "7", "null", '"x"', "{}", '{"Records": []}', '{"Records": [7]}', '{"Records": {}}', "[" * 99_999]
    + [json.dumps({"Records": [{"eventName": name, "s3": {}}]}) for name in ("ObjectCreated:Put", 7)],
)
def test_anything_else_is_not_understood(body: str) -> None:
    """And goes to the dead letters, never away."""
    with pytest.raises(NotAnEvent):
        arrivals(body)
