"""`slipway move stage`, `promote` and `detach`: a pending change of a distribution, tried by some of its requests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from slipway import aws
from slipway.cli.moving import Scene, hang_up_is_an_interrupt, scene, seconds_of
from slipway.errors import BadInput
from slipway.moves import configuration, traffic
from slipway.moves import state as states
from slipway.moves.continuous import CloudFront
from slipway.moves.detach import detach
from slipway.moves.distributions import Distributions
from slipway.moves.probe import Edge
from slipway.moves.promote import promote
from slipway.moves.refused import Refused
from slipway.moves.soak import soaking
from slipway.moves.stage import Trial, stage, trial_of
from slipway.rollout import judged
from slipway.smoke import network

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway move stage site --header aws-cf-cd-try=yes --stack production     nobody else gets there

slipway move stage site --weight 5% --path /crates/serde/serde-1.0.0.crate --soak 10m --stack production

slipway move promote site --stack production                  for everybody, in one step

slipway move detach site --stack production                   also instead of promoting: all is as it was

[bold]Exit status[/bold]

0 done, or nothing to do, 1 refused or taken back, 2 bad input or usage, 3 the engine or AWS failed, 130 interrupted
"""
_Which = Annotated[str, typer.Argument(metavar="DISTRIBUTION", help="Its id, or the name that the program gave it.")]
_Stack = Annotated[str, typer.Option(help="The stack that it belongs to.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask, also where the stack is guarded.")]
_Paths = Annotated[
    list[str] | None,
    typer.Option("--path", help="A path to ask for; may be given again. Default: /, or what was staged"),
]


def register(group: typer.Typer) -> None:
    """Add the three to the group."""
    group.command("stage", epilog=_EPILOG)(_stage)
    group.command("promote", epilog=_EPILOG)(_promote)
    group.command("detach", epilog=_EPILOG)(_detach)


def _stage(
    which: _Which,
    stack: _Stack = "",
    weight: Annotated[str, typer.Option(metavar="5%", help="The share of all requests, up to 15 %.")] = "",
    header: Annotated[str, typer.Option(metavar="aws-cf-cd-NAME=VALUE", help="Requests with this header.")] = "",
    soak: Annotated[str, typer.Option(metavar="TIME", help="How long to watch it: 90s, 5m, 1h.")] = "5m",
    path: _Paths = None,
    yes: _Yes = False,
) -> None:
    """Try what the plan would change of a distribution, on some of its requests (CloudFront continuous deployment)."""
    hang_up_is_an_interrupt()
    asked, seconds = traffic.asked(weight, header), seconds_of(soak)
    with scene(stack) as at:
        seen = at.log.last()
        at.log.refuse_others()
        work = _Work.on(at, which)
        trial = work.trial(path or ["/"])
        if trial is None:
            raise Refused(f"an apply would change nothing of {which}", "Leave the change in the program, unapplied.")
        settings = ", ".join(configuration.changed(trial.old, trial.new))
        at.tell(f"{work.site.id}: {settings}")
        at.consent(f"Try this change of {work.site.id} on {asked}", yes=yes)
        stage(
            trial, asked, work.cloud, work.edge(trial.paths),
            lambda look: soaking(lambda _: look(), seconds, at.progress)({}),
            work.adjust, at.log, seen, at.tell,
        )  # fmt: skip
        at.say(f"{asked} of {work.site.id} got the change for {seconds:.0f} s, and are still led there")
        at.say(f"Next: slipway move promote {which} --stack {stack}")
        at.say(f"Back: slipway move detach {which} --stack {stack}")


def _promote(which: _Which, stack: _Stack = "", path: _Paths = None, yes: _Yes = False) -> None:
    """Give everybody what was tried, in one step, and adjust the state."""
    with scene(stack) as at:
        seen = at.log.last()
        at.log.refuse_others()
        work = _Work.on(at, which)
        deed = at.log.newest("stage", work.site.id)
        trial = work.trial(path or str(deed.results.get("paths", "/") if deed else "/").split())
        if trial is None:
            at.say(f"nothing is left to promote: an apply changes nothing of {which}")
        else:
            at.consent(f"Give the change to all requests of {work.site.id}", yes=yes)

            def adjust() -> None:
                work.adjust()
                if still := at.stack.differing([work.site.urn]):
                    raise Refused(f"an apply would still change {', '.join(still)}", "`pulumi preview` says what.")

            promote(trial, work.cloud, work.edge(trial.paths), adjust, at.log, seen)
            at.say(f"all requests of {work.site.id} get the change, and the state says so")
        at.say(f"Next: slipway move detach {which} --stack {stack}")


def _detach(which: _Which, stack: _Stack = "", yes: _Yes = False) -> None:
    """Take the staging distribution and its policy away, promoted or not, and adjust the state."""
    with scene(stack) as at:
        seen = at.log.last()
        at.log.refuse_others()
        work = _Work.on(at, which)
        at.consent(f"Take the staging distribution of {work.site.id} away", yes=yes)
        was = detach(work.site.id, work.cloud, work.adjust, at.log, seen, at.tell)
        at.say(f"no request of {work.site.id} goes elsewhere, and it has no policy{' any more' if was else ''}")
        at.say(f"Next: slipway preflight {stack}")


@dataclass(frozen=True, slots=True)
class _Work:
    """A distribution of a stack, in the state and in CloudFront."""

    at: Scene
    site: states.Site
    cloud: CloudFront

    @classmethod
    def on(cls, at: Scene, which: str) -> _Work:
        client = aws.client("cloudfront")
        site = states.distribution(at.stack.state(), which)
        return cls(at, site, CloudFront(client, Distributions(client, aws.client("acm"), at.progress)))

    def trial(self, paths: Sequence[str]) -> Trial | None:
        """What an apply would do to it. Refused on a guarded stack unless preflight approves of the whole plan."""
        if wrong := next((each for each in paths if not each.startswith("/") or each != "".join(each.split())), ""):
            raise BadInput(f"--path {wrong!r} is no path", "Begin it with a slash, and escape blanks.")
        plan = self.at.stack.plan()
        found = trial_of(plan, self.site.urn, self.site.id, paths)
        if found is not None and self.at.config.guarded:
            verdict = judged(plan, self.at.config).verdict
            if not verdict.approved:
                first = verdict.refusals[0]
                raise Refused(
                    f"{self.at.stack.name} is guarded, and preflight refuses the plan ({first.rule}): {first.message}",
                    first.advice,
                )
        return found

    def edge(self, paths: Sequence[str]) -> Edge:
        """It as its users ask it, under all its names."""
        domain = self.cloud.read(self.site.id).domain
        hosts = [alias.replace("*", "slipway-smoke", 1) for alias in self.site.aliases] or [domain]
        return Edge(network.from_environment(os.environ), domain, hosts, paths)

    def adjust(self) -> None:
        """The state holds the policy that the distribution has, or none: a refresh finds nothing."""
        self.at.stack.refresh([self.site.urn])
        policy = self.cloud.read(self.site.id).policy
        if states.policy_of(self.at.stack.state(), self.site.id) != policy:
            raise Refused(f"the state does not hold the policy of {self.site.id}", "Run this again: it finishes.")
