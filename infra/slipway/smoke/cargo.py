"""What cargo does with an index's `config.json`: the URL it builds from `dl`, and how it fetches it.

`slipway.urls.crate_url` refuses a `dl` that clients would make a bad URL of; here the bad URL is built all the same,
to the letter, because that is what is asked for out there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from slipway.smoke.client import Response, request
from slipway.smoke.network import Network, NotReached

__all__ = ["download_url", "fetch", "index_path"]

# Seconds. Cargo tries again after a failed connection or a 5xx, three times by default (*The Cargo Book*, net.retry).
_PAUSES = (1.0, 3.5, 6.5)
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5


def download_url(dl: str, name: str, version: str, checksum: str) -> str:
    """The URL of a crate (*The Cargo Book*, Registry Index, Index Configuration), the version's `+` as it is."""
    prefix = index_path(name, keep_case=True).removeprefix("/").rpartition("/")[0]
    values = {
        "{crate}": name,
        "{version}": version,
        "{prefix}": prefix,
        "{lowerprefix}": prefix.lower(),
        "{sha256-checksum}": checksum,
    }
    if not any(marker in dl for marker in values):
        return f"{dl}/{name}/{version}/download"
    for marker, value in values.items():
        dl = dl.replace(marker, value)
    return dl


def index_path(name: str, *, keep_case: bool = False) -> str:
    """Where the index has a crate's file (*The Cargo Book*, Registry Index, Index Files)."""
    written = name if keep_case else name.lower()
    if len(name) <= 2:
        return f"/{len(name)}/{written}"
    folder = f"3/{written[0]}" if len(name) == 3 else f"{written[:2]}/{written[2:4]}"
    return f"/{folder}/{written}"


def fetch(network: Network, url: str, via_of: Callable[[str], str]) -> tuple[Response, int]:
    """GET a URL as cargo does, redirects followed; the answer, and how often it was asked for again.

    `via_of` names, for a host, the one whose addresses are used. NotReached when the last try brought no answer; a
    host that no resolver knows is not asked for again, nor anything when the time limit is near.
    """
    retries = 0
    while True:
        try:
            answer = _follow(network, url, via_of)
            if answer.status < 500 or not _pause(network, retries):
                return answer, retries
        except NotReached as error:
            if error.final or not _pause(network, retries):
                raise
        retries += 1


def _pause(network: Network, retries: int) -> bool:
    """Wait for the next try, if there is one and time for it."""
    if retries == len(_PAUSES) or network.until - time.monotonic() <= _PAUSES[retries]:
        return False
    time.sleep(_PAUSES[retries])
    return True


def _follow(network: Network, url: str, via_of: Callable[[str], str]) -> Response:
    for _ in range(_MOST_REDIRECTS + 1):
        answer = request(network, url, via_of(_host(url)))
        if answer.status not in _REDIRECTS or not answer.header("location"):
            return answer
        onward = urljoin(url, answer.header("location"))
        if not onward.startswith("https://"):
            raise NotReached(f"{url} redirects to {onward}, which is not https", final=True)
        url = onward
    raise NotReached(f"{url} is the end of {_MOST_REDIRECTS} redirects, and redirects again", final=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
