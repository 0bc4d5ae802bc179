"""What one place holds, by the moments at which changes reach it."""

from __future__ import annotations

import pytest

from slipway.cloud.internet.timeline import Timeline

ZONE = ("zone", "Z1")


def settled(place: Timeline, now: float) -> dict[tuple[str, str], object]:
    list(place.settle(now))
    return place.held


def test_change_is_held_from_its_moment_on() -> None:
    """Not a moment earlier."""
    place = Timeline()
    place.expect(10.0, 1, ZONE, "new")
    assert settled(place, 9.99) == {}
    assert settled(place, 10.0) == {ZONE: "new"}


def test_deleted_thing_is_held_until_its_moment() -> None:
    """None is what there is of it afterwards."""
    place = Timeline()
    place.expect(0.0, 1, ZONE, "old")
    place.expect(10.0, 2, ZONE, None)
    assert settled(place, 9.0) == {ZONE: "old"}
    assert settled(place, 11.0) == {}


def test_earlier_change_that_arrives_later_changes_nothing() -> None:
    """Distributions reach the places in another order each time."""
    place = Timeline()
    place.expect(20.0, 1, ZONE, "first")
    place.expect(10.0, 2, ZONE, "second")
    assert settled(place, 15.0) == {ZONE: "second"}
    assert settled(place, 25.0) == {ZONE: "second"}


@pytest.mark.parametrize(("until", "differs"), [(9.0, False), (10.0, True)])
def test_version_is_another_when_something_was_taken_up(until: float, differs: bool) -> None:
    """And the same as long as nothing was."""
    place = Timeline()
    place.expect(10.0, 1, ZONE, "new")
    before = place.version
    settled(place, until)
    assert (place.version != before) is differs


def test_changes_are_taken_up_in_the_order_of_their_moments() -> None:
    """Each is told while what comes after it has not yet happened."""
    place = Timeline()
    place.expect(2.0, 2, ZONE, None)
    place.expect(1.0, 1, ZONE, "old")
    assert [(change, dict(place.held)) for change in place.settle(3.0)] == [
        ((ZONE, "old"), {ZONE: "old"}),
        ((ZONE, None), {}),
    ]
