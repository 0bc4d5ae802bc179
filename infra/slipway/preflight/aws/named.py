"""Creates and renames under a name that is taken: the rule that AWS has for every type with names of its own."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan.operations import Act
from slipway.preflight.aws.claims import Claim, Key, claims_by, meetings
from slipway.preflight.aws.lives import Version
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import alias_line, doing, name_of, still_there
from slipway.preflight.verdict import AwsRefusal

__all__ = ["another_name", "taken_names"]


def taken_names(scene: Scene, error: str, type_: str) -> Iterator[AwsRefusal]:
    """One for each name of this type that some run takes while another resource of the plan has it."""
    for group in claims_by(scene.contested(type_), _name).values():
        for taking, held in meetings(scene.order, group) if len(group) > 1 else ():
            assert taking.since is not None  # noqa: S101 - a claim that this plan takes has an operation
            because = (
                f"{doing(taking.since)} as {taking.key[0]!r} while {_which(taking, held)} has that name: "
                f"{still_there(scene.order, held, taking.since)}"
            )
            yield AwsRefusal(error, taking.since.urn, because, another_name(taking, held), (held.life.urn,))


def another_name(taking: Claim, held: Claim) -> str:
    """The way out for a name that is taken."""
    old, new = held.life.urn, taking.life.urn
    if old == new:
        return (
            f"Leave the name of {name_of(new)} to the provider, which makes up a new one for every replacement, or "
            "change the name in the same edit."
        )
    if held.until is not None and held.until.act is Act.DELETE:
        return f"Renamed in the program? Then say so: {alias_line(old, new)}. Else give the new one another name."
    return f"Give {name_of(new)} another name."


def _which(taking: Claim, held: Claim) -> str:
    return "the one it replaces" if taking.life.urn == held.life.urn else name_of(held.life.urn)


def _name(version: Version) -> Iterator[Key]:
    name = version.value("name")
    if isinstance(name, str) and name:
        yield (name,)
