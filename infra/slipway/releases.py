"""The page that lists the files of one release date, as the releases router serves it for `/dist/YYYY-MM-DD`.

Pure: names and sizes in, HTML out, the same to the letter for the same files in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

from slipway.errors import BadInput

__all__ = ["CACHE_CONTROL", "CONTENT_TYPE", "FOLDER", "ReleaseFile", "files_of", "index_key", "page", "release_date"]

FOLDER = "dist/"
"""Where the dates are in the bucket; the router knows it, too."""

CONTENT_TYPE = "text/html; charset=utf-8"
CACHE_CONTROL = "public, max-age=300"
"""Files are added to a date for some hours: no CDN and no browser is more than five minutes behind."""


@dataclass(frozen=True, slots=True, order=True)
class ReleaseFile:
    """A file of a release: its key in the bucket, and its size in bytes."""

    key: str
    size: int


def release_date(text: str) -> str:
    """Return `text` if it is a day of the calendar as YYYY-MM-DD; BadInput otherwise."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise BadInput(f"{text!r} is no date", "Write a day of the calendar as YYYY-MM-DD.")


def index_key(day: str) -> str:
    """The key under which the router looks for a date's page."""
    return f"{FOLDER}{day}/index.html"


def files_of(day: str, objects: Iterable[ReleaseFile]) -> list[ReleaseFile]:
    """The files among the objects of a date, by name: neither the page itself nor the markers of empty folders."""
    return sorted(one for one in objects if one.key != index_key(day) and not one.key.endswith("/"))


def page(day: str, objects: Iterable[ReleaseFile]) -> str:
    """Return the page of a date, whose objects all lie under `dist/DATE/`.

    Links are paths from the host's root: the page answers with and without a slash at its end, on every host.
    """
    files = files_of(day, objects)
    title = f"Files of {day}"
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        "<table>",
        '<tr><th scope="col">File</th><th scope="col">Bytes</th></tr>',
        *(f"<tr><td>{_link(file.key, day)}</td><td>{file.size}</td></tr>" for file in files),
        "</table>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _link(key: str, day: str) -> str:
    name = escape(_visible(key.removeprefix(f"{FOLDER}{day}/")))
    if {".", ".."} & set(key.split("/")):
        return name  # A client would resolve the dots and ask for another key.
    return f'<a href="/{quote(key, safe="/")}">{name}</a>'


def _visible(text: str) -> str:
    """Control characters and marks that turn the direction of text, as escapes: a name shows what it is."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
