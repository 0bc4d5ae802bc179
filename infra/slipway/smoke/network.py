"""Which internet the checks are made in: the real one, or the local cloud's.

Only ports, resolvers, name servers and the certificate authority differ. No proxy is used in either: a smoke test that
a proxy answers says nothing of the environment.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import dns.resolver

from slipway.cloud.internet.address import VARIABLE, find
from slipway.errors import BadInput

__all__ = ["Network", "NotReached", "Place", "from_environment"]

Place = tuple[str, int]
"""An address and a port."""


class NotReached(Exception):
    """Nothing answered, or nothing that makes sense; the message names who was asked.

    `final`: asking again is no use: the resolvers were asked twice, or a certificate is not valid.
    """

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


@dataclass(frozen=True, slots=True)
class Network:
    """How names are resolved and hosts reached.

    `authorities` are the name servers of every zone; where there are none, the zone's NS records say who they are.
    `ca` is a file of certificate authorities instead of the system's. After `until`, on the monotonic clock, nothing
    is asked any more.
    """

    resolvers: tuple[Place, ...]
    authorities: tuple[Place, ...] = ()
    https: int = 443
    http: int = 80
    dns: int = 53
    ca: Path | None = None
    local: bool = False
    until: float = float("inf")

    def allowance(self, most: float) -> float:
        """How many seconds the next step may take. NotReached when the time is over."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise NotReached("the time limit was reached before an answer came")
        return min(most, left)


def from_environment(variables: Mapping[str, str]) -> Network:
    """The local cloud's internet if `SLIPWAY_LOCAL_INTERNET` names it, else the real one by the system's resolvers.

    BadInput where the variable leads nowhere: the real environment is not what was meant then.
    """
    if path := variables.get(VARIABLE):
        return _local(Path(path))
    try:
        system = dns.resolver.get_default_resolver()
    except dns.resolver.NoResolverConfiguration:
        raise BadInput("this system has no resolver configured", "Name one in /etc/resolv.conf.") from None
    return Network(tuple((str(address), system.port) for address in system.nameservers))


def _local(path: Path) -> Network:
    internet = find(path.parent)
    if internet is None:
        raise BadInput(
            f"{VARIABLE} is {path}, and no local internet is there",
            'Start it with `slipway cloud start` and run eval "$(slipway env)" again, or unset the variable.',
        )
    return Network(
        resolvers=((internet.addresses[0], internet.resolver),),
        authorities=tuple((address, internet.dns) for address in internet.addresses),
        https=internet.https,
        http=internet.http,
        dns=internet.dns,
        ca=internet.ca,
        local=True,
    )
