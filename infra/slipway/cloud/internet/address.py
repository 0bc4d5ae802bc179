"""Where the local internet's servers are, for everyone on this machine who wants to be its client."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from slipway.files import write_whole

__all__ = ["FILE", "VARIABLE", "Internet", "find", "publish"]

FILE = "internet.json"
"""The file's name, in the cloud's directory."""

VARIABLE = "SLIPWAY_LOCAL_INTERNET"
"""The environment variable with the file's path; `slipway env` sets it."""


@dataclass(frozen=True, slots=True)
class Internet:
    """Ports on the loopback addresses, and the certificate authority that its clients trust (a PEM file).

    `addresses` are the places: each is one of the name servers on port `dns`, and one of CloudFront's edge locations on
    the ports `https` and `http`, and hears of changes at a time of its own. `resolver` is the port of the caching
    resolver on the first address, `proxy` that of an HTTP proxy there, which resolves names in this internet and leads
    their ports 443 and 80 to the edge.
    """

    pid: int
    addresses: tuple[str, ...]
    dns: int
    resolver: int
    https: int
    http: int
    proxy: int
    ca: Path


def publish(directory: Path, internet: Internet) -> None:
    """Let everyone find it."""
    record = {**asdict(internet), "ca": str(internet.ca)}
    write_whole(directory / FILE, json.dumps(record, indent=2))


def find(directory: Path) -> Internet | None:
    """The local internet of a cloud's directory; None if none is published there."""
    try:
        record = json.loads((directory / FILE).read_text(encoding="utf-8"))
        return Internet(**{**record, "addresses": tuple(record["addresses"]), "ca": Path(record["ca"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
