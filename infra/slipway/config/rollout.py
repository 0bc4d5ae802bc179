"""How a rollout goes: how long it waits, when it may begin, and who is told."""

from __future__ import annotations

import string
from datetime import date
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from slipway.config.fields import Day, Strict, Url

__all__ = ["PLACEHOLDERS", "AnnounceConfig", "QuietConfig", "RolloutConfig", "Weekday", "WindowConfig"]

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PLACEHOLDERS = ("environment", "commit", "changes", "names", "who", "url")
_HOURS = '"HH:MM-HH:MM", such as "09:00-16:00"; up to 24:00, and over midnight if the end is the earlier'
_TIME = r"([01]\d|2[0-3]):[0-5]\d"


def _hours(text: str) -> str:
    begin, _, end = text.partition("-")
    if begin == end or begin == "00:00" == end.replace("24", "00"):
        raise PydanticCustomError("hours", "is a whole day; leave it out")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):  # a folder, no name at all, none that is there
        raise PydanticCustomError("zone", "is no time zone that this machine knows") from None
    return text


def _template(text: str) -> str:
    """Names in braces and nothing else: what a format string can do besides reads attributes and pads."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise PydanticCustomError("template", "has a brace that is not closed; write {{ for one as it is") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            raise PydanticCustomError("template", "has a placeholder that is not known: {name}", {"name": repr(name)})
    return text


Hours = Annotated[str, Field(pattern=rf"^{_TIME}-({_TIME}|24:00)$"), AfterValidator(_hours)]


class WindowConfig(Strict):
    """When an apply may begin: on these days, within these hours."""

    days: tuple[Weekday, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"),
        strict=False,
        min_length=1,
        description="a list of mon, tue, wed, thu, fri, sat and sun",
    )
    hours: Hours | None = Field(default=None, description=f"{_HOURS}; without it, the whole day")


class QuietConfig(Strict):
    """When none may begin: on the days from `first` to `last`, both included, or within these hours of every day, or
    within these hours of those days."""

    first: Day | None = Field(default=None, description="a day, such as 2026-12-20")
    last: Day | None = Field(default=None, description="a day, not before first")
    hours: Hours | None = Field(default=None, description=_HOURS)

    @model_validator(mode="after")
    def _says_when(self) -> QuietConfig:
        if (self.first is None) != (self.last is None) or (self.first is None and self.hours is None):
            raise PydanticCustomError("quiet", "is not first and last, nor hours")
        if self.first and self.last and self.last < self.first:
            raise PydanticCustomError("quiet", "ends before it begins")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is about this day."""
        return self.first is None or self.last is None or self.first <= day <= self.last


class AnnounceConfig(Strict):
    """What is said before production is touched, and to whom: a webhook that takes `{"text": ...}`."""

    webhook: Url | None = Field(
        default=None,
        description="the https URL of a webhook; if it is a secret, leave it out and set SLIPWAY_ANNOUNCE_URL",
    )
    template: Annotated[str, AfterValidator(_template)] = Field(
        default="{who} deploys {commit} to {environment}: {changes}. {url}",
        min_length=1,
        max_length=2000,
        description=f"a text with any of {', '.join('{' + name + '}' for name in PLACEHOLDERS)}",
    )


class RolloutConfig(Strict):
    """Of one environment. `zone` is the time zone of the window and of the quiet times."""

    soak: int = Field(default=900, ge=0, le=86_400, description="whole seconds, from 0 to 86400 (a day)")
    approval_hours: int = Field(default=4, ge=1, le=72, description="whole hours that an approval holds, from 1 to 72")
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC", description="a time zone of the tz database, such as Europe/Berlin"
    )
    window: WindowConfig | None = Field(default=None, description="days and hours; without it, at any time")
    quiet: tuple[QuietConfig, ...] = Field(
        default=(), strict=False, max_length=100, description="a list of first and last, hours, or all three"
    )
    announce: AnnounceConfig | None = Field(
        default=None, description="webhook and template; without it, nobody is told"
    )
