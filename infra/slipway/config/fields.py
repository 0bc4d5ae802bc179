"""The types of single values: host names as AWS stores them, tags as AWS takes them. Nothing is converted."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

__all__ = [
    "Address4", "Address6", "CommonName", "Day", "Email", "Hostname", "Hostnames", "Place", "Strict", "TagKey",
    "TagValue", "Url", "Wildcard",
]  # fmt: skip


def _hostname(text: str) -> str:
    """Accept a host name as AWS stores it: lower-case ASCII letters, digits and hyphens (RFC 1123), no final dot."""
    if not text.isascii():
        why = "is not ASCII; write its IDNA form (xn--...)"
    elif text != text.lower():
        why = f"has capital letters; write {text.lower()}"
    elif text.endswith("."):
        why = "ends with a dot; leave it out"
    elif len(text) > 253:
        why = f"is {len(text)} characters long, above the 253 that DNS allows"
    elif "*" in text.removeprefix("*."):
        why = "has a wildcard that is not the whole leftmost label"
    elif "." not in text.removeprefix("*."):
        why = "is a single label, not a host name below a zone"
    elif not all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in _labels(text)):
        why = "has a label that is not 1 to 63 letters, digits and inner hyphens"
    elif _labels(text)[-1].isdigit():
        why = "is an address, not a host name"
    else:
        return text
    raise PydanticCustomError("hostname", "{why}", {"why": why})


def _labels(name: str) -> list[str]:
    return name.removeprefix("*.").split(".")


def _no_wildcard(text: str) -> str:
    if text.startswith("*."):
        raise PydanticCustomError("wildcard", "is a wildcard")
    return text


def _common_name(text: str) -> str:
    # The host becomes the certificate's common name, which X.509 (and so ACM) limits to 64 characters.
    if len(text) > 64:
        raise PydanticCustomError("common_name", "is {n} characters long, above 64", {"n": len(text)})
    return text


def _tag_key(text: str) -> str:
    if text.lower().startswith("aws:"):
        raise PydanticCustomError("tag", "begins with aws:, which AWS keeps for itself")
    return text


def _ipv4(text: str) -> str:
    return _address(text, ipaddress.IPv4Address, "an IPv4 address")


def _ipv6(text: str) -> str:
    return _address(text, ipaddress.IPv6Address, "an IPv6 address")


def _address(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address], what: str) -> str:
    try:
        return str(kind(text))
    except ValueError:
        raise PydanticCustomError("address", "is not {what}", {"what": what}) from None


def _email(text: str) -> str:
    name, _, domain = text.rpartition("@")
    if not re.fullmatch(r"[A-Za-z0-9._%+-]+", name):
        raise PydanticCustomError("email", "is not an e-mail address")
    _hostname(domain)
    return text


def _https(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.username or not text.isprintable() or " " in text:
        raise PydanticCustomError("url", "is not an https URL")
    return text


def _place(text: str) -> str:
    """A bucket's name is of Amazon's rules for names (S3 User Guide, "General purpose bucket naming rules")."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        if not text.strip() or not text.isprintable():
            raise PydanticCustomError("place", "is no folder")
    elif scheme != "s3" or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.-]+)*", rest, re.ASCII):
        raise PydanticCustomError("place", "is not s3://BUCKET/PREFIX")
    return text


def _bare_day(value: object) -> object:
    """A day of a stack's settings that stands there without quotes: the engine hands programs midnight of it."""
    return value.removesuffix(" 00:00:00 +0000 UTC") if isinstance(value, str) else value


def _unique(items: tuple[str, ...]) -> tuple[str, ...]:
    twice = [item for item, count in Counter(items).items() if count > 1]
    if twice:
        raise PydanticCustomError("twice", "names {twice} twice", {"twice": ", ".join(twice)})
    return items


# The characters are those that AWS allows in the tags of every service.
_TAG_CHARACTERS = r"^[\w\s.:/=+@-]*$"

Wildcard = Annotated[str, AfterValidator(_hostname)]
Hostname = Annotated[Wildcard, AfterValidator(_no_wildcard)]
CommonName = Annotated[Hostname, AfterValidator(_common_name)]
Hostnames = Annotated[tuple[Wildcard, ...], Field(strict=False), AfterValidator(_unique)]
Address4 = Annotated[str, AfterValidator(_ipv4)]
Address6 = Annotated[str, AfterValidator(_ipv6)]
Day = Annotated[date, BeforeValidator(_bare_day), Field(strict=False)]
Email = Annotated[str, AfterValidator(_email)]
Place = Annotated[str, AfterValidator(_place)]
Url = Annotated[str, AfterValidator(_https)]
TagKey = Annotated[str, Field(min_length=1, max_length=128, pattern=_TAG_CHARACTERS), AfterValidator(_tag_key)]
TagValue = Annotated[str, Field(max_length=256, pattern=_TAG_CHARACTERS)]


class Strict(BaseModel):
    """No unknown keys and no conversions: `yes` is not a boolean, and inside a map `"86400"` is not a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
