"""Every download URL is built here: prefix and path with exactly one slash between them, whatever either ends with.

A prefix is a URL and keeps its percent-escapes; a path is plain text, such as a key in a bucket, and is encoded. What
clients, CDNs and stores would each read in their own way (empty and dot segments, a second query string, a host name
that is not ASCII) is refused, never repaired.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote

from slipway.errors import BadInput

__all__ = ["crate_url", "download_url"]

# The parts of RFC 3986, with anything in each: every part is checked on its own.
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<rest>#.*)?", re.I)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?", re.I)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.I)
# What RFC 3986 leaves out of URLs: parsers drop line breaks and tabs, and browsers read a backslash as a slash.
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\\"<>^`{|}]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/%:@!$&'()*,;=~"  # RFC 3986's pchar but for +, which S3 reads as a space
_QUERY_SAFE = _PATH_SAFE + "?+"

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_MARKERS = ("{crate}", "{version}", "{prefix}", "{lowerprefix}", "{sha256-checksum}")


@dataclass(frozen=True, slots=True)
class _Url:
    """A checked URL: `origin` without a final slash; `path` and `query` encoded, empty or with their `/` and `?`."""

    origin: str
    path: str
    query: str


def download_url(prefix: str, path: str) -> str:
    """Return the URL of `path`, plain text such as `crates/serde/serde-1.0.0.crate`, below the URL `prefix`.

    Slashes at the end of `prefix` and at the start of `path` count for nothing; one at the end of `path` stays. All but
    RFC 3986's unreserved characters are encoded as UTF-8, so `+` becomes `%2B` (a bare one is a space to S3).

    Raises BadInput when `prefix` is not an http or https URL with an ASCII host, when it has credentials, a query
    string (after which no path can follow) or a fragment, and when either has an empty or a dot segment inside.
    """
    url = _parsed(prefix)
    if url.query:
        raise BadInput(f"the prefix {_shown(prefix)} has a query string", "A path cannot follow one: leave it out.")
    below = _encoded(path.lstrip("/"), "/")
    _check_segments(below, f"the path {path!r}")
    return f"{url.origin}{url.path.rstrip('/')}/{below}"


def crate_url(dl: str, name: str, version: str, checksum: str) -> str:
    """Return where cargo downloads a crate when the index's `config.json` has this `dl`.

    The markers are those of *The Cargo Book*, "Registry Index", "Index Configuration"; `checksum` is the SHA-256 in
    lower-case hexadecimal. Without a marker cargo puts `/{crate}/{version}/download` behind `dl` as it is. A version's
    `+` is returned as `%2B`: cargo sends it bare, and the router encodes it.

    Raises BadInput for a `dl` that is no URL as in `download_url`, that holds anything else in braces or a marker in
    its host, or that cargo would make two slashes or a query string of; and for what is no name, version or checksum.
    """
    _check_crate(name, version, checksum)
    if not any(marker in dl for marker in _MARKERS):
        url = _parsed(dl)
        if url.query or url.path.endswith("/"):
            raise BadInput(
                f"dl {_shown(dl)} ends with {'a query string' if url.query else 'a slash'}, and cargo appends "
                "/{crate}/{version}/download to it as it is",
                "Write it without, or with cargo's markers.",
            )
        return f"{url.origin}{url.path}/{name}/{quote(version)}/download"
    url = _parsed(_filled(dl, name, version, checksum))
    _check_segments(url.path[1:], f"dl {_shown(dl)}")
    return f"{url.origin}{url.path}{url.query}"


def _filled(dl: str, name: str, version: str, checksum: str) -> str:
    """The template with the values in place of the markers."""
    if "{" in re.split("[/?#]", dl.partition("://")[2], maxsplit=1)[0]:
        raise BadInput(f"dl {_shown(dl)} has a marker in its host", "Every crate comes from one host: write it out.")
    prefix = _index_prefix(name)
    values = (name, quote(version), prefix, prefix.lower(), checksum)
    for marker, value in zip(_MARKERS, values, strict=True):
        dl = dl.replace(marker, value)
    if "{" in dl or "}" in dl:
        raise BadInput(
            f"dl {_shown(dl)} has braces that cargo does not replace", f"Its markers are {', '.join(_MARKERS)}."
        )
    return dl


def _parsed(text: str) -> _Url:
    found = _URL.fullmatch(text)
    if found is None or _UNSAFE.search(text):
        raise BadInput(
            f"{_shown(text)} is not an http or https URL", "Write it like https://static.example.org/crates."
        )
    if "@" in found["authority"]:
        raise BadInput(f"{_shown(text)} has credentials in it", "Downloads are public: leave them out.")
    if found["rest"] is not None:
        raise BadInput(f"{_shown(text)} has a fragment, which no client sends", "Leave out the # and what follows.")
    if _BROKEN_ESCAPE.search(text):
        raise BadInput(f"{_shown(text)} has a % that is no escape", "Write a percent sign in a URL as %25.")
    _check_segments(found["path"][1:].rstrip("/"), _shown(text))
    origin = f"{found['scheme'].lower()}://{_authority(found['authority'], text)}"
    return _Url(origin, _encoded(found["path"], _PATH_SAFE), _encoded(found["query"] or "", _QUERY_SAFE))


def _encoded(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise BadInput(f"{text!r} is not text that UTF-8 can write", "Give it as Unicode text.") from None


def _authority(text: str, url: str) -> str:
    """Host and port in lower case. Python knows IDNA as of 2003 only, and clients a later one: the user writes it."""
    if not text.isascii():
        raise BadInput(f"the host of {_shown(url)} is not ASCII", "Write its IDNA form (xn--...).")
    found = _AUTHORITY.fullmatch(text)
    if found is None or not _is_host(found["host"]) or int(found["port"] or 1) > 65_535:
        raise BadInput(f"{_shown(url)} has no sound host and port", "Write it like https://static.example.org/crates.")
    return text.lower()


def _is_host(text: str) -> bool:
    if text.startswith("["):
        try:
            ipaddress.IPv6Address(text[1:-1])
        except ValueError:
            return False
        return True
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def _check_segments(path: str, what: str) -> None:
    """Refuse what each client resolves in its own way. `path` is encoded, without its first slash."""
    segments = path.removesuffix("/").split("/") if path else []
    if "" in segments:
        raise BadInput(f"{what} has two slashes in a row", "Write one.")
    if {re.sub("%2e", ".", segment, flags=re.I) for segment in segments} & {".", ".."}:
        raise BadInput(f"{what} has a segment of dots", "Clients resolve it before they ask: write the path it means.")


def _check_crate(name: str, version: str, checksum: str) -> None:
    forms = {"crate name": (_NAME, name), "version": (_VERSION, version), "SHA-256": (_CHECKSUM, checksum)}
    for what, (form, text) in forms.items():
        if not form.fullmatch(text):
            raise BadInput(f"{text!r} is no {what}", "Take it as it stands in the index.")


def _index_prefix(name: str) -> str:
    """The folder of a name in the index: 1, 2, 3/c or ca/rg."""
    if len(name) <= 2:
        return str(len(name))
    return f"3/{name[0]}" if len(name) == 3 else f"{name[:2]}/{name[2:4]}"


def _shown(url: str) -> str:
    """A URL for a message, without what may be a password or a token."""
    return repr(re.sub(r"\?.*", "?...", re.sub(r"//.*@", "//", url, flags=re.DOTALL), flags=re.DOTALL))
