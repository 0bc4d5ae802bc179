"""`slipway move`: what Pulumi has no resource for, as a guarded step between two applies."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from slipway import aws
from slipway.cli import staging
from slipway.cli.moving import scene
from slipway.moves import alias, swap
from slipway.moves import state as states
from slipway.moves.answers import answered
from slipway.moves.distributions import Distributions
from slipway.moves.record_sets import described
from slipway.moves.refused import Refused
from slipway.moves.soak import served
from slipway.route53.names import host
from slipway.smoke import network

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway move record www.example.org --stack production       what the plan deletes and creates there, in one batch

slipway move alias www.example.org --from old-site --to new-site --stack production

slipway move stage site --weight 5% --stack production       then: slipway move promote, slipway move detach

[bold]Exit status[/bold]

0 moved, or nothing left to move, 1 refused or taken back, 2 bad input or usage, 3 the engine or AWS failed
"""
_SERVED = 120.0  # seconds until a name that was moved is served at the edge that is asked
_Stack = Annotated[str, typer.Option(help="The stack that it belongs to.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask, also where the stack is guarded.")]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(
        help="What Pulumi has no resource for, as a guarded step between two applies.",
        epilog=_EPILOG,
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    group.callback()(lambda: None)
    group.command("record", epilog=_EPILOG)(_record)
    group.command("alias", epilog=_EPILOG)(_alias)
    staging.register(group)
    app.add_typer(group, name="move")


def _record(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name whose record sets the plan exchanges.")],
    stack: _Stack = "",
    yes: _Yes = False,
) -> None:
    """Exchange the record sets that the plan deletes and creates at a name, in one batch, and adjust the state."""
    with scene(stack) as at:
        seen = at.log.last()
        at.log.refuse_others()
        before, plan = at.stack.state(), at.stack.plan()
        found = swap.swap_of(plan, before, host(name))
        if found is None:
            at.say(f"nothing is left to move: an apply changes no record set of {host(name)}")
            return
        after, zone = found.state(before), at.zone(found.zone, found.domain)
        for action, record in swap.batch_of(found, zone.at(found.name)):
            at.tell(f"{action} {described(record)}")
        at.consent(f"Exchange the record sets of {found.name}", yes=yes)

        def adjust() -> None:
            at.stack.exchange(before, after)
            at.stack.refresh([each["urn"] for each in found.coming])
            if still := at.stack.differing(found.urns):
                raise Refused(f"an apply would still change {', '.join(still)}", "`pulumi preview` says what.")

        where = network.from_environment(os.environ)
        swap.exchange(found, zone, lambda new: answered(where, zone.domain, new), adjust, at.log, seen)
        for record in found.new:
            at.say(f"stands: {described(record)}")
        at.say(f"Next: slipway preflight {stack}")


def _alias(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The alias, an exact name or a wildcard.")],
    source: Annotated[str, typer.Option("--from", metavar="DIST", help="The distribution that has it: id or name.")],
    target: Annotated[str, typer.Option("--to", metavar="DIST", help="The distribution that gets it.")],
    stack: _Stack = "",
    yes: _Yes = False,
) -> None:
    """Move an alias from one distribution to another in one step (AssociateAlias), and adjust the state."""
    name = host(name)
    with scene(stack) as at:
        seen = at.log.last()
        at.log.refuse_others()
        before = at.stack.state()
        here, there = (states.distribution(before, which) for which in (source, target))
        zone_id, domain = states.zone_around(before, name)
        distributions = Distributions(aws.client("cloudfront"), aws.client("acm"), at.progress)
        found = distributions.read(there.id)
        certificate = distributions.certificate(found.certificate) if found.certificate else None
        alias.check(name, distributions.read(here.id), found, certificate)
        for each in (here, there):
            _refuse_drift(each, distributions.read(each.id).aliases, name)
        at.consent(f"Move {name} from {here.id} to {there.id}", yes=yes)

        def adjust() -> None:
            at.stack.refresh([here.urn, there.urn])
            for site in (here, there):
                now = states.distribution(at.stack.state(), site.id)
                if now.aliases != distributions.read(site.id).aliases:
                    raise Refused(f"the state does not hold the aliases of {site.id}", "Run this again: it finishes.")

        where = network.from_environment(os.environ)
        move = alias.AliasMove(name, domain, here.id, there.id)
        zone = at.zone(zone_id, domain)
        alias.move_alias(move, distributions, zone, lambda: served(name, where, _SERVED), adjust, at.log, seen)
        at.say(f"{name} is at {there.id} now, and the state says so")
        if still := at.stack.differing([here.urn, there.urn]):
            at.say(f"The program does not: the next `pulumi up` would change {', '.join(still)} back.")
            at.say("Next: put the name where it is now in the program or its settings, and commit that")
        else:
            at.say(f"Next: slipway preflight {stack}")


def _refuse_drift(known: states.Site, live: tuple[str, ...], moved: str) -> None:
    """Refused where somebody else has changed the aliases: the move itself may have been made before."""
    other = set(known.aliases) ^ set(live)
    if other - {moved}:
        raise Refused(
            f"the aliases of {known.id} are not as the state has them: {', '.join(sorted(other - {moved}))}",
            "Somebody changed them by hand: `pulumi refresh`, and see what differs.",
        )
