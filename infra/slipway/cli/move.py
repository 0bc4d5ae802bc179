"""`slipway move`: what Pulumi has no resource for, as a guarded step between two applies."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from slipway.cli.consent import consent
from slipway.cli.moving import scene
from slipway.moves import swap
from slipway.moves.answers import answered
from slipway.moves.record_sets import described, host
from slipway.moves.refused import Refused
from slipway.report.escape import for_terminal
from slipway.smoke import network

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway move record www.example.org --stack production       what the plan deletes and creates there, in one batch

[bold]Exit status[/bold]

0 moved, or nothing left to move, 1 refused or taken back, 2 bad input or usage, 3 the engine or AWS failed
"""
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
            typer.echo(f"nothing is left to move: an apply changes no record set of {host(name)}")
            return
        after, zone = found.state(before), at.zone(found.zone, found.domain)
        for action, record in swap.batch_of(found, zone.at(found.name)):
            at.tell(f"{action} {described(record)}")
        consent(f"Exchange the record sets of {found.name}", guarded=at.config.guarded, yes=yes)

        def adjust() -> None:
            at.stack.exchange(before, after)
            at.stack.refresh([each["urn"] for each in found.coming])
            if still := at.stack.differing(found.urns):
                raise Refused(f"an apply would still change {', '.join(still)}", "`pulumi preview` says what.")

        where = network.from_environment(os.environ)
        swap.exchange(found, zone, lambda new: answered(where, found.domain, new), adjust, at.log, seen)
        for record in found.new:
            typer.echo(for_terminal(f"stands: {described(record)}"))
        typer.echo(f"Next: slipway preflight {stack}")
