"""Requests at a distribution under the names of its users, and whether it answers worse than before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slipway.moves.traffic import Traffic
from slipway.smoke.client import Session
from slipway.smoke.network import Network, NotReached

__all__ = ["Edge", "Statuses", "answers_well", "worse"]

Statuses = Mapping[str, str]
"""What came for each URL: an HTTP status, or why nothing did."""

_ANSWERED = range(200, 400)
_MOST = 100  # requests of a look for each URL


@dataclass(frozen=True, slots=True)
class Edge:
    """A distribution, reached at its own `domain` whatever DNS says, under these host names and paths."""

    network: Network
    domain: str
    hosts: Sequence[str]
    paths: Sequence[str]

    def statuses(self, headers: Mapping[str, str]) -> Statuses:
        """One request for each URL, with these headers."""
        return {url: status for host in self.hosts for url, status in self._ask(host, headers).items()}

    def wrong(self, before: Statuses, traffic: Traffic) -> str:
        """What is worse than before in requests of which some are led to the staging distribution: as many as it takes
        for one of them to be, on average. Nothing if all is well."""
        times = 1 if traffic.header else min(_MOST, math.ceil(1 / traffic.weight))
        looks = (worse(before, self.statuses(traffic.headers)) for _ in range(times))
        return next((each for each in looks if each), "")

    def _ask(self, host: str, headers: Mapping[str, str]) -> dict[str, str]:
        found = {}
        with Session(self.network, host, self.domain) as session:
            for path in self.paths:
                try:
                    found[f"https://{host}{path}"] = str(session.ask(path, headers=headers).status)
                except NotReached as error:
                    found[f"https://{host}{path}"] = str(error)
        return found


def answers_well(status: str) -> bool:
    """Whether something was found."""
    return status.isdigit() and int(status) in _ANSWERED


def worse(before: Statuses, after: Statuses) -> str:
    """What fails that did not fail before: server errors always count, and what was answered well must stay so."""
    for url, status in after.items():
        code = int(status) if status.isdigit() else 0
        known = before.get(url, "")
        if not code or code >= 500:
            return f"{status} for {url}" if code else status
        if answers_well(known) and not answers_well(status):
            return f"{status} for {url}, which answers {known} otherwise"
    return ""
