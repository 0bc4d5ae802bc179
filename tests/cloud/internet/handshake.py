"""TLS handshakes in memory: a server's context and a client's, without a network."""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slipway.cloud.internet.ca import Leaf


@dataclass(frozen=True, slots=True)
class Shaken:
    """What was agreed on. `names` are those of the certificate, `serial` its number."""

    version: str | None
    protocol: str | None
    names: tuple[str, ...]
    serial: str


def server(leaf: Leaf) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.load(context)
    return context


def client(ca: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def shaken(serving: ssl.SSLContext, asking: ssl.SSLContext, name: str | None) -> Shaken:
    """Shake hands; raises ssl.SSLError, the client's if it has one."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = asking.wrap_bio(down, up, server_hostname=name)
    ours = serving.wrap_bio(up, down, server_side=True)
    for side in (theirs, ours, theirs, ours, theirs):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    found: dict[str, Any] = theirs.getpeercert() or {}
    names = tuple(value for _, value in found.get("subjectAltName", ()))
    return Shaken(theirs.version(), theirs.selected_alpn_protocol(), names, found.get("serialNumber", ""))
