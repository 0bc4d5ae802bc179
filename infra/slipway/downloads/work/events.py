"""What a message of the queue says: which logs have arrived. S3's event notifications, and nothing else.

Sources: Amazon S3 User Guide, *Event message structure* (keys are encoded as in a form; the test event that S3 sends
when a notification is set up); docs/downloads-pipeline.md for the folders that are left out.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_plus

from slipway.downloads.store import Log

__all__ = ["NotAnEvent", "arrivals", "is_index"]


class NotAnEvent(Exception):
    """The message is none of S3's; the argument says why."""


def arrivals(body: str) -> tuple[Log, ...]:
    """The logs that a message tells of, which may be none. NotAnEvent for anything but an event of S3's."""
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return ()
        found = [_log(record) for record in event["Records"] if record["eventName"].startswith("ObjectCreated:")]
        if not event["Records"]:
            raise NotAnEvent("it has no records")
    except (ValueError, RecursionError):
        raise NotAnEvent("it is no JSON") from None
    except (KeyError, TypeError, AttributeError):
        raise NotAnEvent("it is no event of S3's") from None
    return tuple(log for log in found if not is_index(log.key))


def is_index(key: str) -> bool:
    """Whether a log is of an index host, which serves no downloads: one of its folders begins with `index.`."""
    return "/index." in f"/{key}"


def _log(record: dict[str, Any]) -> Log:
    return Log(f"s3://{record['s3']['bucket']['name']}", unquote_plus(record["s3"]["object"]["key"]))
