"""The queue of arrived logs, and that of dead letters: Amazon SQS.

A message that is received is hidden from others for a while, and goes on being hidden for as long as it is worked on.
Whoever is killed leaves it, and it is seen again when that time is over. What was received so often as the queue's
redrive policy says and was never deleted becomes a dead letter (Amazon SQS developer guide).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slipway import aws
from slipway.errors import BadInput, CloudError

__all__ = ["Message", "Queue", "open_queue", "region_of"]

_HIDDEN = 120  # seconds: for so long nobody else has a log whose worker was killed
_BATCH = 10  # messages that SQS gives or takes at once
_REGION = re.compile(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com[/.]")


@dataclass(frozen=True, slots=True)
class Message:
    """A message in hand, and how often it was received by now."""

    body: str
    receipt: str
    received: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue by its URL. Everything raises CloudError in AWS's words."""

    sqs: Any
    url: str
    hidden: int = _HIDDEN

    def receive(self, wait: int = 0, most: int = 1) -> list[Message]:
        """Up to `most` messages, waiting for the first for so many seconds."""
        with aws.reported(f"cannot receive from {self.url}"):
            answer = self.sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(most, _BATCH),
                WaitTimeSeconds=wait,
                VisibilityTimeout=self.hidden,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [
            Message(
                each["Body"], each["ReceiptHandle"], int(each.get("Attributes", {}).get("ApproximateReceiveCount", 1))
            )
            for each in answer.get("Messages", ())
        ]

    def hide(self, message: Message, seconds: int) -> None:
        """Keep a message hidden for so many seconds from now; with 0 it is everybody's at once."""
        with aws.reported(f"cannot hide a message of {self.url}"):
            self.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=message.receipt, VisibilityTimeout=seconds
            )

    @contextmanager
    def kept_hidden(self, message: Message, note: Callable[[str], None]) -> Iterator[None]:
        """Hidden for as long as this lasts; that it cannot be is noted, and the work goes on: it counts once anyway."""
        over = threading.Event()

        def keep() -> None:
            while not over.wait(self.hidden / 3):
                try:
                    self.hide(message, self.hidden)
                except CloudError as error:
                    note(error.message)

        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def delete(self, message: Message) -> None:
        """Its work is done."""
        with aws.reported(f"cannot delete a message of {self.url}"):
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message.receipt)

    def send(self, body: str) -> None:
        """Put a message into the queue."""
        with aws.reported(f"cannot send to {self.url}"):
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def waiting(self) -> int:
        """About how many messages there are, those in somebody's hand left out."""
        name = "ApproximateNumberOfMessages"
        with aws.reported(f"cannot look at {self.url}"):
            return int(self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])["Attributes"][name])

    def dead_letters(self) -> Queue:
        """The queue that this one's redrive policy names. BadInput if there is none."""
        with aws.reported(f"cannot look at {self.url}"):
            answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["RedrivePolicy"])
            policy = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
            if "deadLetterTargetArn" not in policy:
                raise BadInput(f"{self.url} has no queue of dead letters", "Its redrive policy would name one.")
            name = policy["deadLetterTargetArn"].rpartition(":")[2]
            return Queue(self.sqs, self.sqs.get_queue_url(QueueName=name)["QueueUrl"], self.hidden)


def open_queue(url: str) -> Queue:
    """The queue of that URL, in the region that the URL names or else the shell's. BadInput for what is no URL."""
    if not url.startswith(("https://", "http://")):
        raise BadInput(f"{url!r} is no URL of a queue", "Give --queue https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.")
    return Queue(aws.client("sqs", region=region_of(url)), url)


def region_of(url: str) -> str:
    """The region that a queue's URL names, or nothing."""
    found = _REGION.match(url)
    return found[1] if found else ""
