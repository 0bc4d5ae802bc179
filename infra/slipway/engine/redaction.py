"""Make another program's message fit to be shown: no secrets, no control characters."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["redact"]

_SECRET_NAME = re.compile(r"PASSPHRASE|PASSWORD|SECRET|TOKEN|PRIVATE|CREDENTIAL|(?<!ID)_KEY$", re.IGNORECASE)
_URL_USER = re.compile(r"(?<=://)[^/\s@]+@")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONG = 8  # characters; a shorter secret ("test") is taken out only where it stands as a word of its own


def redact(text: str, env: Mapping[str, str]) -> str:
    """`text` without control characters, user names in URLs, and the values of variables named like secrets."""
    text = _URL_USER.sub("", _CONTROL.sub("", text))
    secrets = {value for name, value in env.items() if value and _SECRET_NAME.search(name)}
    for secret in sorted(secrets, key=len, reverse=True):
        exact = re.escape(secret)
        text = re.sub(exact if len(secret) >= _LONG else rf"(?<!\w){exact}(?!\w)", "[secret]", text)
    return text
