"""`slipway shift`: move shares of a weighted name's traffic, step by step, with an immediate way back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import typer

from slipway.cli.moving import Scene, hang_up_is_an_interrupt, scene, seconds_of
from slipway.errors import BadInput
from slipway.files import write_whole
from slipway.moves import shares
from slipway.moves.refused import Refused
from slipway.moves.settings import with_weights
from slipway.moves.shift import before_last, check_all_zero, check_drift, go_back, live_weights, shift
from slipway.moves.soak import as_users_do, soaking
from slipway.moves.state import Held, held
from slipway.route53.names import host
from slipway.route53.zone import Zone
from slipway.smoke import network, target

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway shift static.example.org fastly=5% --stack production

slipway shift static.example.org fastly=50% --steps 1,5,20 --soak 10m --stack production --write

slipway shift static.example.org --back --stack production      to the weights from before the last shift, at once

[bold]Exit status[/bold]

0 shifted, 1 refused or brought back, 2 bad input or usage, 3 the engine or AWS failed, 130 interrupted and brought back
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("shift", epilog=_EPILOG)(_shift)


def _shift(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name that two CDNs share.")],
    members: Annotated[
        list[str] | None, typer.Argument(metavar="[MEMBER=5%]...", help="Shares; the other members take the rest.")
    ] = None,
    stack: Annotated[str, typer.Option(help="The stack that the name belongs to.")] = "",
    steps: Annotated[str, typer.Option(metavar="PERCENT,...", help="Shares of the member on the way.")] = "",
    soak: Annotated[str, typer.Option(metavar="TIME", help="How long to watch each step: 90s, 5m, 1h.")] = "5m",
    back: Annotated[bool, typer.Option("--back", help="Go back to the weights from before the last shift.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the weights into the settings file.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, also where the stack is guarded.")] = False,
) -> None:
    """Change all weights of a name in one batch a step, watch it, and go back at once if it does not hold."""
    if back == bool(members):
        raise BadInput(
            "say either where to, or --back", f"slipway shift {name} fastly=5%, or slipway shift {name} --back"
        )
    hang_up_is_an_interrupt()
    wanted, on_the_way, seconds = shares.asked(members or ()), shares.percentages(steps), seconds_of(soak)
    with scene(stack) as at:
        name = host(name)
        service = _service(at, name)
        known = held(at.stack.state(), name)
        if not known:
            raise Refused(f"the stack's state has no record set of {name}", "Deploy it first: `pulumi up`.")
        work = _Shift(at, name, service, known, at.zone(known[0].zone, known[0].domain), write, yes)
        if back:
            work.back()
        else:
            work.forth(wanted, on_the_way, seconds)


@dataclass(frozen=True, slots=True)
class _Shift:
    at: Scene
    name: str
    service: str
    known: tuple[Held, ...]
    zone: Zone
    write: bool
    yes: bool

    def forth(self, wanted: Mapping[str, Fraction], steps: Sequence[Fraction], seconds: float) -> None:
        """The checks, the way, and what is left to do after it."""
        at, seen = self.at, self.at.log.last()
        at.log.refuse_others()
        live = self.zone.at(self.name)
        check_drift(self.name, live, [each.record for each in self.known])
        now = live_weights(self.name, live)
        way = shares.ramp(now, wanted, steps)
        if not way:
            at.say(f"{self.name} has these weights already: {shares.told(now)}")
            return
        for weights in way:
            check_all_zero(live, weights)
        site = target.of(at.config, self.at.stack.project)
        place = next(each for each in site.names if each.host == self.name)
        routes = [each for each in site.routes if each.host == self.name]
        look = as_users_do(place, routes, network.from_environment(os.environ))
        if wrong := look(now):
            raise Refused(f"{self.name} does not answer as it is: {wrong}", "Mend that first: slipway smoke says more.")
        self._announce(now, way, seconds, max(place.ttls))
        shift(self.name, way, self.zone, soaking(look, seconds, at.progress), at.log, seen, at.tell)
        self._settle(way[-1])

    def back(self) -> None:
        """The weights from before the last shift."""
        before = before_last(self.name, self.at.log)
        now = live_weights(self.name, self.zone.at(self.name))
        if now.keys() != before.keys():
            raise Refused(
                f"{self.name} has other members by now: {', '.join(now)}", "Say what share each of them is to have."
            )
        self.at.consent(f"{self.name} back to {shares.told(before)}", yes=self.yes)
        if now != before:
            go_back(self.name, before, self.zone, self.at.log, self.at.tell)
        self._settle(before, back=True)

    def _announce(self, now: Mapping[str, int], way: Sequence[Mapping[str, int]], seconds: float, ttl: int) -> None:
        for weights in (now, *way):
            self.at.tell(f"{'now' if weights is now else ' to'}: {shares.told(weights)}")
        if seconds < ttl:
            self.at.tell(f"resolvers keep an answer for {ttl} s: a soak of {seconds:.0f} s does not see all of a step")
        self.at.consent(f"Shift {self.name} in {len(way)} step{'s' * (len(way) > 1)}", yes=self.yes)

    def _settle(self, weights: Mapping[str, int], *, back: bool = False) -> None:
        """State and settings as what stands now: a refresh finds no difference, and `pulumi up` sets nothing back."""
        at, urns = self.at, [each.urn for each in self.known]
        at.stack.refresh(urns)
        check_drift(self.name, self.zone.at(self.name), [each.record for each in held(at.stack.state(), self.name)])
        edit = with_weights(
            at.settings.read_text(encoding="utf-8"),
            ("config", f"slipway:{self.service}", "weights", self.name),
            self._in_settings(weights),
        )
        at.say(f"{self.name}: {shares.told(weights)}")
        if edit.lines and not self.write:
            at.say(f"Until {at.settings.name} says so and is committed, the next `pulumi up` sets it back:")
        elif edit.lines:
            write_whole(at.settings, edit.text)
            at.say(f"Written into {at.settings.name}, to be committed:")
        for line in edit.lines:
            at.say(f"  {line}")
        if (self.write or not edit.lines) and (still := at.stack.differing(urns)):
            raise Refused(f"an apply would still change {', '.join(still)}", "`pulumi preview` says what.")
        following = (
            f"git commit -m 'Shift {self.name}' {at.settings.name}" if edit.lines else f"slipway smoke {at.stack.name}"
        )
        at.say(f"Next: {following}")
        if not back:
            again = " --write" if self.write else ""
            at.say(f"Back: slipway shift {self.name} --back --stack {at.stack.name}{again}")

    def _in_settings(self, weights: Mapping[str, int]) -> dict[str, int]:
        second = self.at.config.second_cdn
        keys = {target.CLOUDFRONT: "cloudfront", second.name if second else "": "second"}
        return {keys[member]: weight for member, weight in weights.items()}


def _service(at: Scene, name: str) -> str:
    """The service that shares the name; BadInput lists those there are."""
    shared = {each: key for key, service, _ in at.config.services() for each in service.weights}
    if name not in shared:
        raise BadInput(
            f"{name} is no name that {at.stack.name} shares by weight", f"It shares {', '.join(shared) or 'none'}."
        )
    return shared[name]
