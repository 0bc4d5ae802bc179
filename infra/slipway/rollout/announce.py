"""Says before production is touched who does what: one text to one webhook.

The body is `{"text": ...}`, which Slack takes and many others take after it. Values are escaped as Slack asks for it
(Slack API, "Formatting text for app surfaces": `&`, `<` and `>`), so that no title of a change calls everybody.
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from slipway import __version__
from slipway.config import AnnounceConfig, RolloutConfig
from slipway.errors import BadInput, SlipwayError
from slipway.fetch import is_allowed
from slipway.plan import one_line

__all__ = ["VARIABLE", "Facts", "NotAnnounced", "announce", "render"]

VARIABLE = "SLIPWAY_ANNOUNCE_URL"
_SILENCE = 10.0  # seconds that a webhook may take to answer
_PAUSES = (1.0, 4.0)  # seconds before each further try
_LONGEST = 300  # characters of a value
_MOST = 10  # changes or names
_COMMIT = 12  # digits
_AGAIN = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be said. `names` are the hostnames that the change touches, `url` is where more is to be read."""

    environment: str
    commit: str
    changes: tuple[str, ...]
    who: str
    names: tuple[str, ...] = ()
    url: str = ""


class NotAnnounced(SlipwayError):
    """Nobody was told; the message does not hold the URL, which is a secret."""

    exit_status = 3


def render(template: str, facts: Facts) -> str:
    """The text that a template makes of the facts."""
    return template.format(
        environment=_value(facts.environment),
        commit=_value(facts.commit[:_COMMIT]),
        changes=_list(facts.changes, "; "),
        names=_list(facts.names, ", "),
        who=_value(facts.who),
        url=_value(facts.url),
    ).strip()


def announce(
    config: RolloutConfig,
    facts: Facts,
    variables: Mapping[str, str] = os.environ,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Tell whom the settings name, after up to two more tries; False if they name nobody.

    Raises NotAnnounced if it could not be done, BadInput where no URL is set, or one that is not https (http is for
    loopback addresses alone). A try whose answer is lost may have been read all the same.
    """
    if config.announce is None:
        return False
    url = _url(config.announce, variables)
    body = json.dumps({"text": render(config.announce.template, facts)}).encode()
    for wait in (*_PAUSES, None):
        why, again = _post(url, body)
        if not why:
            return True
        if wait is None or not again:
            break
        pause(wait)
    advice = (
        f"Set {VARIABLE} or slipway:rollout.announce.webhook to the webhook's URL, then run the same command again."
    )
    raise NotAnnounced(f"the announcement to {urlsplit(url).hostname} failed: {why}", advice)


def _url(config: AnnounceConfig, variables: Mapping[str, str]) -> str:
    url = variables.get(VARIABLE) or config.webhook or ""
    if not url:
        raise BadInput(
            "an announcement is asked for, and no webhook is set",
            f"Set {VARIABLE}, or slipway:rollout.announce.webhook if the URL is no secret.",
        )
    if not url.isprintable() or " " in url or not _is_url(url):
        raise BadInput(f"{VARIABLE} is no https URL", "It begins with https://; http is for loopback addresses alone.")
    return url


def _is_url(url: str) -> bool:
    try:
        return is_allowed(url) and bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:
        return False


def _post(url: str, body: bytes) -> tuple[str, bool]:
    """Why a try failed, empty if it did not, and whether another one may help."""
    headers = {"Content-Type": "application/json", "User-Agent": f"slipway/{__version__}"}
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 checked above
    # No proxy stands between this machine and itself.
    direct = (urllib.request.ProxyHandler({}),) if urlsplit(url).scheme == "http" else ()
    try:
        with urllib.request.build_opener(_Here, *direct).open(request, timeout=_SILENCE):
            return "", False
    except urllib.error.HTTPError as error:
        error.close()
        return f"status {error.code}", error.code in _AGAIN
    except urllib.error.URLError as error:
        return _words(error.reason), True
    except (OSError, http.client.HTTPException) as error:
        return _words(error), True


class _Here(urllib.request.HTTPRedirectHandler):
    """A webhook that has moved is not followed: the text would go elsewhere, by a GET."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        return None


def _words(error: object) -> str:
    """What the system says of a failure; never what a library makes of it, which may hold the URL."""
    said = error.strerror if isinstance(error, OSError) else ""
    return one_line(said or type(error).__name__, _LONGEST)


def _list(items: tuple[str, ...], between: str) -> str:
    def parts() -> Iterator[str]:
        yield from map(_value, items[:_MOST])
        if len(items) > _MOST:
            yield f"and {len(items) - _MOST} more"

    return between.join(parts()) or "nothing"


def _value(text: str) -> str:
    return one_line(text, _LONGEST).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
