"""What a check is, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from slipway.smoke.network import Network

__all__ = ["Check", "Outcome", "Result", "Status", "failed", "passed", "skipped"]

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found: a sentence that names the URL or host, what was wanted and what came.

    `seen` holds values worth comparing with those of another day: a serial number, a TTL, a header.
    """

    status: Status
    message: str
    seen: Mapping[str, str] = field(default_factory=dict)


def passed(message: str, **seen: object) -> Outcome:
    """It is as it should be."""
    return Outcome("passed", message, {key: str(value) for key, value in seen.items()})


def failed(message: str, **seen: object) -> Outcome:
    """It is not."""
    return Outcome("failed", message, {key: str(value) for key, value in seen.items()})


def skipped(why: str) -> Outcome:
    """It could not be looked at; the message is why."""
    return Outcome("skipped", why)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: `run` raises NotReached where nothing answered, which is a failure too.

    `beyond` is a host outside the environment that must answer; no local internet has it.
    """

    family: str
    name: str
    subject: str
    run: Callable[[Network], Outcome]
    beyond: str = ""

    @property
    def id(self) -> str:
        """The same from run to run, for the same thing: `dns.ttl static.example.org`."""
        return f"{self.family}.{self.name} {self.subject}"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a check, and how long it took in seconds."""

    id: str
    family: str
    status: Status
    message: str
    seen: Mapping[str, str]
    seconds: float
