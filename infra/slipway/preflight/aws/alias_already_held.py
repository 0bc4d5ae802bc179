"""CNAMEAlreadyExists: an alternate domain name is added to a distribution while another one has it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.plan.operations import Act
from slipway.preflight.aws.claims import Claim, meetings
from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import alias_line, doing, name_of, still_there
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "CNAMEAlreadyExists"
TITLE = "An alias on two distributions"
WHY = "An alternate domain name belongs to one distribution in the world, enabled or not, until that one lets go of it."
SOURCE = "CloudFront Developer Guide, Restrictions on using alternate domain names; API Reference, AssociateAlias."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each alias that some run adds while it is held."""
    for group in scene.aliases.values():
        for taking, held in meetings(scene.order, group) if len(group) > 1 else ():
            assert taking.since is not None  # noqa: S101 - a claim that this plan takes has an operation
            because = (
                f"{doing(taking.since)} adds the alias {taking.key[0]} while {name_of(held.life.urn)} has it: "
                f"{still_there(scene.order, held, taking.since)}"
            )
            yield AwsRefusal(ERROR, taking.since.urn, because, _way_out(taking, held), (held.life.urn,))


def _way_out(taking: Claim, held: Claim) -> str:
    old, new, alias = held.life, taking.life, taking.key[0]
    renamed = held.until is not None and held.until.act is Act.DELETE and new.born is not None
    if renamed and old.urn != new.urn:
        return (
            f"Renamed in the program? Then say so: {alias_line(old.urn, new.urn)}; the engine keeps the distribution. "
            f"Else {_move(taking, alias)}"
        )
    if renamed:
        return (
            f"Do not replace {name_of(old.urn)}: make the new distribution a resource of its own without aliases, "
            f"then {_move(taking, alias)}"
        )
    return f"Make room outside this plan: {_move(taking, alias)}"


def _move(taking: Claim, alias: str) -> str:
    identity = taking.version.id
    target = identity if isinstance(identity, str) else "ID"
    return (
        f"move the alias in one step with `aws cloudfront associate-alias --target-distribution-id {target} "
        f"--alias {alias}` (the target needs a certificate that covers it), then `pulumi refresh` and preview again."
    )
