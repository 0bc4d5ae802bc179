"""What a queue is asked for while a message is in hand."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slipway.downloads.work.queue import Message, Queue, open_queue, region_of
from slipway.errors import BadInput

MESSAGE = Message("body", "receipt", 1)


class Asked:
    """An SQS that remembers how often a message was hidden; `works`, or else it knows no such message."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.hidden: list[dict[str, Any]] = []
        self.often = threading.Event()

    def change_message_visibility(self, **asked: Any) -> None:
        self.hidden.append(asked)
        if len(self.hidden) == 3:
            self.often.set()
        if not self.works:
            raise ClientError({"Error": {"Code": "ReceiptHandleIsInvalid", "Message": "gone"}}, "ChangeVisibility")


@pytest.mark.parametrize("works", [True, False])
def test_message_is_hidden_again_and_again_while_its_log_is_read(works: bool) -> None:
    """And no longer; that it cannot be is noted, and ends nothing."""
    sqs, noted = Asked(works), list[str]()
    with Queue(sqs, "https://queue", hidden=0).kept_hidden(MESSAGE, noted.append):
        assert sqs.often.wait(60)
    times = len(sqs.hidden)
    assert sqs.hidden[0] == {"QueueUrl": "https://queue", "ReceiptHandle": "receipt", "VisibilityTimeout": 0}
    assert len(noted) == (0 if works else times)


def test_region_is_the_queues_own() -> None:
    """Wherever the shell is; a local cloud's URL names none."""
    assert region_of("https://sqs.eu-west-1.amazonaws.com/123456789012/logs") == "eu-west-1"
    assert region_of("http://127.0.0.1:4566/123456789012/logs") == ""


def test_what_is_no_url_is_refused() -> None:
    """A name alone says neither region nor account."""
    with pytest.raises(BadInput, match="no URL"):
        open_queue("logs")
