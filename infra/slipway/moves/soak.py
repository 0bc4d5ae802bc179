"""Looks at a name as its users do, for as long as a step is to soak."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from slipway.engine.progress import Progress
from slipway.moves.shift import Soak, Weights
from slipway.smoke.client import request
from slipway.smoke.lookup import resolve
from slipway.smoke.network import Network, NotReached
from slipway.smoke.target import Name, Route

__all__ = ["as_users_do", "served", "soaking"]

_EVERY = 5.0  # seconds between two looks
_IN_A_ROW = 2  # looks that fail before it counts: a lost packet is no outage
_WORST = 500  # HTTP's statuses from here on are the server's fault


def as_users_do(name: Name, routes: Sequence[Route], network: Network) -> Soak:
    """One look: DNS answers the name, and every CDN that has a share answers requests for it. Outside the local cloud
    the second CDN is asked as well; in there it does not exist."""

    def look(weights: Weights) -> str:
        try:
            kind = "CNAME" if name.kind == "shared" else "A"
            if not resolve(network, name.host, kind).values(kind):
                return f"{name.host} has no {kind} answer"
            for route in routes:
                if weights.get(route.cdn) and not (route.beyond and network.local):
                    answer = request(network, route.url("/"), route.via)
                    if answer.status >= _WORST:
                        return f"{route.label}: {answer.status} for {answer.url}"
        except NotReached as error:
            return str(error)
        return ""

    return look


def served(name: str, network: Network, seconds: float, sleep: Callable[[float], None] = time.sleep) -> str:
    """What is wrong with a name at the edges, when it has not been served after so many seconds; else nothing."""
    began, host = time.monotonic(), name.replace("*", "slipway-smoke", 1)
    while True:
        try:
            answer = request(network, f"https://{host}/")
            wrong = f"{answer.status} for {answer.url}" if answer.status >= _WORST else ""
        except NotReached as error:
            wrong = str(error)
        if not wrong or time.monotonic() - began >= seconds:
            return wrong
        sleep(1.0)


def soaking(
    look: Soak,
    seconds: float,
    progress: Progress,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Soak:
    """Look again and again for so many seconds, at least once; what is wrong as soon as it is so twice in a row."""

    def soak(weights: Mapping[str, int]) -> str:
        began, failures = clock(), 0
        while True:
            wrong = look(weights)
            failures = failures + 1 if wrong else 0
            if failures == _IN_A_ROW:
                return wrong
            left = seconds - (clock() - began)
            if left <= 0 and not failures:
                return ""
            progress.tick(f"soaking: {max(0, left):.0f} s left")
            sleep(_EVERY if failures else min(_EVERY, left))

    return soak
