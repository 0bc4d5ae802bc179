"""How a rollout goes: windows, quiet times, announcements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from slipway.config import parse
from slipway.errors import ConfigError


def test_a_rollout_needs_no_settings(values: dict[str, Any]) -> None:
    found = parse(values, "f").rollout
    assert (found.soak, found.approval_hours, found.zone, found.window, found.quiet, found.announce) == (
        900, 4, "UTC", None, (), None,
    )  # fmt: skip


def test_days_are_read_from_yaml_from_quotes_and_from_the_engine(values: dict[str, Any]) -> None:
    """The engine hands programs midnight of a day that stands without quotes."""
    for written in (date(2026, 12, 20), "2026-12-20", "2026-12-20 00:00:00 +0000 UTC"):
        values["rollout"] = {"quiet": [{"first": written, "last": "2027-01-03"}]}
        (quiet,) = parse(values, "f").rollout.quiet
        assert quiet.first == date(2026, 12, 20)
        held = [quiet.holds_on(day) for day in (date(2026, 12, 19), date(2026, 12, 20), date(2027, 1, 3))]
        assert held == [False, True, True]


@pytest.mark.parametrize(
    ("rollout", "says"),
    [
        ({"soak": -1}, "rollout.soak: -1 is not allowed; allowed: whole seconds, from 0 to 86400 (a day)"),
        ({"approval_hours": 73}, "rollout.approval_hours: 73 is not allowed"),
        ({"approval_hours": 0}, "rollout.approval_hours: 0 is not allowed"),
        ({"zone": "Europe/Atlantis"}, 'rollout.zone: "Europe/Atlantis" is no time zone that this machine knows'),
        ({"zone": "Europe"}, 'rollout.zone: "Europe" is no time zone that this machine knows'),
        ({"zone": "../../etc/passwd"}, 'rollout.zone: "../../etc/passwd" is no time zone that this machine knows'),
        ({"window": {"days": []}}, "rollout.window.days: [] is not allowed"),
        ({"window": {"days": ["Monday"]}}, 'rollout.window.days[0]: "Monday" is not allowed'),
        ({"window": {"hours": "9-16"}}, 'rollout.window.hours: "9-16" is not allowed; allowed: "HH:MM-HH:MM"'),
        ({"window": {"hours": "09:00-24:30"}}, 'rollout.window.hours: "09:00-24:30" is not allowed'),
        ({"window": {"hours": "09:00-09:00"}}, 'rollout.window.hours: "09:00-09:00" is a whole day; leave it out'),
        ({"window": {"hours": "00:00-24:00"}}, 'rollout.window.hours: "00:00-24:00" is a whole day; leave it out'),
        ({"quiet": [{}]}, "rollout.quiet[0]: {} is not first and last, nor hours"),
        ({"quiet": [{"first": "2026-12-20"}]}, "rollout.quiet[0]"),
        ({"quiet": [{"first": "2026-12-20", "last": "2026-12-19"}]}, "rollout.quiet[0]"),
        ({"announce": {"webhook": "http://hooks.example.org/x"}}, "rollout.announce.webhook"),
        ({"announce": {"template": "{enviroment}"}}, "rollout.announce.template"),
        ({"announce": {"template": "{who.__class__}"}}, "rollout.announce.template"),
        ({"announce": {"template": "{who!r}"}}, "rollout.announce.template"),
        ({"announce": {"template": "{who:>9999}"}}, "rollout.announce.template"),
        ({"announce": {"template": "{0}"}}, "rollout.announce.template"),
        ({"announce": {"template": "{}"}}, "rollout.announce.template"),
        ({"announce": {"template": "{who"}}, 'rollout.announce.template: "{who" has a brace that is not closed'),
    ],
)
def test_wrong_settings_are_named(values: dict[str, Any], rollout: dict[str, Any], says: str) -> None:
    values["rollout"] = rollout
    with pytest.raises(ConfigError) as caught:
        parse(values, "f")
    assert caught.value.message.startswith(f"f: slipway:{says}")


def test_a_placeholder_that_is_not_known_is_told_with_those_that_are(values: dict[str, Any]) -> None:
    values["rollout"] = {"announce": {"template": "to {enviroment}"}}
    with pytest.raises(ConfigError) as caught:
        parse(values, "f")
    assert "has a placeholder that is not known: 'enviroment'" in caught.value.message
    assert "{environment}, {commit}, {changes}" in caught.value.message


def test_braces_that_are_doubled_are_text(values: dict[str, Any]) -> None:
    values["rollout"] = {"announce": {"template": "{{{who}}}"}}
    announce = parse(values, "f").rollout.announce
    assert announce is not None
    assert announce.template.format(who="Ada") == "{Ada}"
