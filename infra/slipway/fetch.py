"""Fetch a public file over HTTPS as a client would, whole and within limits, and say what it was.

https only, wherever a redirect leads; plain http is taken from this machine's loopback addresses alone, where the local
cloud is. The server's certificate is checked like any client checks it.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import urlsplit

from slipway import __version__
from slipway.errors import BadInput, SlipwayError

__all__ = ["Fetch", "Fetched", "NotFetched", "fetch", "is_allowed"]

_SILENCE = 20.0  # seconds that a server may send nothing
_LONGEST = 120.0  # seconds for the whole of it
_LARGEST = 64 * 1024 * 1024  # bytes; registries take crates of a few tens of MiB at most
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that came: its length in bytes, and its SHA-256 in lower-case hexadecimal."""

    size: int
    sha256: str


class NotFetched(SlipwayError):
    """The file did not come; `message` is why, and does not name the URL."""

    exit_status = 1


Fetch = Callable[[str], Fetched]
"""How a file is asked for; NotFetched if it does not come."""


def fetch(url: str) -> Fetched:
    """GET `url`, following redirects to https only.

    Raises BadInput for a URL that is neither https nor http on a loopback address; NotFetched for any answer but 200,
    none, one longer than 64 MiB, or one that takes longer than two minutes.
    """
    if not is_allowed(url):
        raise BadInput(f"{url} is not https", "Downloads are served over https; http is for loopback addresses alone.")
    request = urllib.request.Request(url, headers={"User-Agent": f"slipway/{__version__}"})  # noqa: S310 checked above
    try:
        with _opener(url).open(request, timeout=_SILENCE) as answer:
            if answer.status != HTTPStatus.OK:
                raise NotFetched(f"status {answer.status}")
            return _read(answer)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotFetched(f"status {error.code}") from None
    except urllib.error.URLError as error:
        raise NotFetched(str(error.reason)) from None
    except (OSError, http.client.HTTPException) as error:
        raise NotFetched(str(error) or type(error).__name__) from None


def _read(answer: IO[bytes]) -> Fetched:
    until = time.monotonic() + _LONGEST
    size, digest = 0, hashlib.sha256()
    while chunk := answer.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
        if size > _LARGEST:
            raise NotFetched(f"more than {_LARGEST} bytes")
        if time.monotonic() > until:
            raise NotFetched(f"not all there after {_LONGEST:.0f} seconds")
    return Fetched(size, digest.hexdigest())


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != "https":
            fp.close()
            raise NotFetched(f"status {code}, a redirect to {newurl!r}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(url: str) -> urllib.request.OpenerDirector:
    # No proxy stands between this machine and itself.
    direct = (urllib.request.ProxyHandler({}),) if urlsplit(url).scheme == "http" else ()
    return urllib.request.build_opener(_HttpsOnly, *direct)


def is_allowed(url: str) -> bool:
    """Whether a URL is https, or http on a loopback address."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
