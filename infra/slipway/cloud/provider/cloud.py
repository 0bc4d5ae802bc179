"""The one door to the local cloud: boto3 clients on a loopback endpoint, and the locks of check-then-act rules."""

from __future__ import annotations

import ipaddress
import os
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from slipway.cloud.clock import INSTANT, Clock, read
from slipway.cloud.process import DIRECTORY
from slipway.errors import CloudError

__all__ = ["AT_ONCE", "ENDPOINT", "Cloud", "connect"]

ENDPOINT = "SLIPWAY_CLOUD_ENDPOINT"
AT_ONCE = 64  # operations that may run, and mostly wait, at the same time
_KEY = "test"
_RETRIES = Config(
    retries={"max_attempts": 3, "mode": "standard"}, connect_timeout=5, read_timeout=60, max_pool_connections=AT_ONCE
)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What every region's view shares: the clients made so far, and one lock a name."""

    clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    locks: dict[str, threading.RLock] = field(default_factory=lambda: defaultdict(threading.RLock))
    guard: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A view of the local cloud from one region. Views are cheap; clients are made once."""

    endpoint: str
    region: str = "us-east-1"
    default_tags: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None  # the cloud's, where its clock is
    key: str = _KEY  # the access key that calls are signed with
    shared: _Shared = field(default_factory=_Shared)

    def client(self, service: str) -> Any:
        """The boto3 client of a service in this region."""
        key = (service, self.region)
        with self.shared.guard:
            if key not in self.shared.clients:
                self.shared.clients[key] = boto3.client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.endpoint,
                    aws_access_key_id=self.key,
                    aws_secret_access_key="test",  # noqa: S106 the local cloud takes any credentials
                    config=_RETRIES,
                )
            return self.shared.clients[key]

    def lock(self, name: str) -> threading.RLock:
        """The lock that makes a rule's question and the call that follows it one step."""
        with self.shared.guard:
            return self.shared.locks[name]

    def within(self, region: str | None) -> Cloud:
        """The same cloud seen from another region; None or empty means this one."""
        return replace(self, region=region) if region else self

    @property
    def clock(self) -> Clock:
        """The cloud's clock as it is set now."""
        return read(self.directory) if self.directory else INSTANT

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        return str(self.client("sts").get_caller_identity()["Account"])


def connect(environment: Mapping[str, str] = os.environ) -> Cloud:
    """The cloud the environment names; CloudError without one, or with one that is not on this machine."""
    endpoint = environment.get(ENDPOINT, "")
    if not endpoint:
        raise CloudError(
            f"the local cloud's provider was started without {ENDPOINT}",
            'run `slipway cloud start` and `eval "$(slipway env)"`, or take its directory off PATH for real AWS',
        )
    host = urlsplit(endpoint).hostname or ""
    if host != "localhost" and not _is_loopback(host):
        raise CloudError(f"{ENDPOINT} is {endpoint!r}, which is not on this machine", "the local cloud stays local")
    directory = environment.get(DIRECTORY)
    region = environment.get("AWS_REGION") or "us-east-1"
    key = environment.get("AWS_ACCESS_KEY_ID") or _KEY
    return Cloud(endpoint, region, directory=Path(directory) if directory else None, key=key)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
