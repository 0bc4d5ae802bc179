"""What the smoke test may take for granted: public files that are always there."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from slipway.config.fields import Strict

__all__ = ["SampleCrate", "SampleFile", "SmokeConfig"]

_SHA256 = r"^[0-9a-f]{64}$"
_HASH = "a SHA-256 in lower-case hexadecimal"
_PATH = r"^/[!-\"$-~]*$"  # no #: what follows is never sent


class SampleCrate(Strict):
    """One published version. Its checksum is in the index; `sha256` is for a stack that has none."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="the name of a crate")
    version: str = Field(
        pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$", description="a version as the index writes it"
    )
    sha256: str | None = Field(default=None, pattern=_SHA256, description=_HASH)


class SampleFile(Strict):
    """A file of a service, with what it holds."""

    service: Literal["crates", "index", "releases", "documentation"]
    path: str = Field(pattern=_PATH, description="a path of a URL, from its slash on, percent-encoded")
    sha256: str = Field(pattern=_SHA256, description=_HASH)


class SmokeConfig(Strict):
    """Files that the smoke test fetches; what is left out is reported as not looked at."""

    crates: tuple[SampleCrate, ...] = Field(
        default=(),
        strict=False,
        max_length=20,
        description="a list of published crates, each with name, version and, where there is no index, sha256; one of "
        "them should have a + in its version",
    )
    release: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description='the date of a release that has a list of files, in quotes, such as "2024-03-01": without them the '
        "engine hands programs a time of day",
    )
    page: str | None = Field(
        default=None,
        pattern=_PATH,
        description="the path of a page of the documentation, from its slash on, percent-encoded, such as /stable/",
    )
    largest: SampleFile | None = Field(
        default=None, description="service, path and sha256 of the largest file that clients fetch"
    )
