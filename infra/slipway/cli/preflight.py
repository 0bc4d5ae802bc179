"""`slipway preflight`: the verdict on a plan, as a report and an exit status.

What most runs do without is imported where it is needed: this command runs in every pull request.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

from slipway import report
from slipway.cli.options import Parameter, signature
from slipway.errors import BadInput
from slipway.plan import read_plan
from slipway.preflight import Durations, Finding, Verdict, check

if TYPE_CHECKING:
    from typer import Typer

    from slipway.config import StackConfig
    from slipway.plan import Plan
    from slipway.rollout.judge import Judged
    from slipway.rollout.overrides import Wish

__all__ = ["PARAMETERS", "hosts", "preflight", "register"]

_EPILOG = """[bold]Examples[/bold]

slipway preflight production              preview the stack, and judge that

slipway preflight --preview preview.json  judge a preview taken before

pulumi preview --json --show-sames --show-replacement-steps | slipway preflight --preview -

slipway preflight production --format markdown --output report.md

slipway preflight production --target URN --target URN    one step of a diff, as `slipway split` cuts it

slipway preflight production --reviews reviews.json       with what the pull request's reviewers said

slipway preflight production --override hostname-dark:old.example.org --reason "..." --expires 2h

[bold]Exit status[/bold]

0 approved, 1 refused, 2 bad input or usage, 3 the engine failed
"""
_FORMATS = ("text", "markdown", "json")
_LATER = ("html", "sarif", "junit")
_UNGUARDED = frozenset({"staging"})
_HOST = r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}"


PARAMETERS = (
    Parameter("[STACK]", "The stack to preview."),
    Parameter("--preview", "A preview's JSON instead; - reads standard input."),
    Parameter("--environment", "What the plan is for; the stack's name by default. All but staging are guarded."),
    Parameter("--external", "A host outside the plan, taken as serving.", many=True),
    Parameter("--retire", "A host name that is meant to go.", many=True),
    Parameter("--target", "A resource's URN: preview it alone, with others that are named so.", many=True),
    Parameter("--reviews", "A pull request's reviews, as gh or GitHub's API prints them.", metavar="<path>"),
    Parameter("--override", "RULE[:HOSTNAME] that shall not refuse for a while; it is written down.", many=True),
    Parameter("--reason", "Why, for --override."),
    Parameter("--expires", "For how long, for --override: 2h, 30m; at most 24h."),
    Parameter("--format", "text, markdown or json.", default="text"),
    Parameter("--output", "Write the report to this file, not to standard output.", metavar="<path>"),
)


def register(app: Typer) -> None:
    """Add the command to the application."""

    @wraps(preflight)
    def command(**values: Any) -> NoReturn:
        preflight(**values)

    command.__signature__ = signature(PARAMETERS)  # type: ignore[attr-defined]
    app.command("preflight", epilog=_EPILOG)(command)


def preflight(
    *,
    stack: str = "",
    preview: str = "",
    environment: str = "",
    external: Sequence[str] = (),
    retire: Sequence[str] = (),
    target: Sequence[str] = (),
    reviews: str = "",
    override: Sequence[str] = (),
    reason: str = "",
    expires: str = "",
    format: str = "text",  # noqa: A002 - the option's name
    output: str = "",
) -> NoReturn:
    """Say whether a plan is safe to apply: one change, no hostname dark in any order; and what to do instead."""
    _check_format(format)
    outside, retired = hosts("--external", external), hosts("--retire", retire)
    gc.disable()  # a plan is one large value that lives to the end: scanning it again and again is not linear
    settings = None if preview else _settings(stack)
    wishes = _wishes(settings, reviews, override, reason, expires)
    plan = read_plan(_text(stack, preview, target))
    if stack and preview and stack != plan.stack:
        raise BadInput(f"this preview is of stack {plan.stack!r}, not of {stack!r}", "Name the stack it was taken of.")
    if settings:
        outside, retired = (*outside, *settings.all_external), (*retired, *settings.retire)
    place = environment or (settings.environment if settings else plan.stack)
    guarded = settings.guarded if settings and not environment else place not in _UNGUARDED
    durations = Durations(**settings.durations.model_dump()) if settings else Durations()
    verdict = check(
        plan,
        environment=place,
        guarded=guarded,
        external=outside,
        retire=retired,
        durations=durations,
        noted=_noted(settings) if settings else (),
    )
    verdict = _with_way_back(verdict, plan, durations, live=not preview)
    if settings is None or not settings.ledger:
        _write(verdict, format, output)
        _leave(0 if verdict.approved else 1)
    from slipway.rollout.judge import Judged

    judged = Judged(plan, verdict, settings, tuple(target))
    verdict = _in_its_place(judged, stack, reviews, wishes)
    _write(verdict, format, output)
    _record(settings, stack, judged, verdict)
    _leave(0 if verdict.approved else 1)


def _leave(status: int) -> NoReturn:
    """End here: the system takes a large plan's memory back at once, Python would take it apart object by object."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _settings(stack: str) -> StackConfig | None:
    """The stack's own configuration, if it is a Slipway stack: whether it is guarded, and the hosts it names."""
    from pathlib import Path

    from slipway.stack_settings import of_slipway

    return of_slipway(Path.cwd() / f"Pulumi.{stack}.yaml") if stack else None


def _with_way_back(verdict: Verdict, plan: Plan, durations: Durations, *, live: bool) -> Verdict:
    """What the commit before would do if this were taken back."""
    from slipway.preflight.wayback import LIVE, with_way_back

    return with_way_back(verdict, plan, durations, LIVE) if live else with_way_back(verdict, plan, durations)


def _wishes(
    settings: StackConfig | None, reviews: str, override: Sequence[str], reason: str, expires: str
) -> tuple[Wish, ...]:
    """The overrides that are asked for; BadInput where there is no ledger to write them into."""
    if (reason or expires) and not override:
        raise BadInput("--reason and --expires are those of an --override", "Say of which rule, or leave them out.")
    if (override or reviews) and not (settings and settings.ledger):
        option = "--override" if override else "--reviews"
        raise BadInput(
            f"{option} is for a stack with a ledger, named as such",
            "Set slipway:ledger as docs/ledger.md says, and judge the stack itself, not a --preview.",
        )
    if not override:
        return ()
    from slipway.rollout.overrides import wish

    return tuple(wish(scope, reason, expires) for scope in override)


def _in_its_place(judged: Judged, stack: str, reviews: str, wishes: tuple[Wish, ...]) -> Verdict:
    """What git, the ledger and the live world have to say to it."""
    from pathlib import Path

    from slipway.cli.recording import book_of
    from slipway.rollout.circumstances import in_its_place
    from slipway.rollout.gates import Surroundings

    book = book_of(judged.config, Path.cwd()) if judged.config else None
    if book is None:
        return judged.verdict
    return in_its_place(Surroundings(Path.cwd(), stack, judged, book, Path(reviews) if reviews else None), wishes)


def _record(settings: StackConfig, stack: str, judged: Judged, verdict: Verdict) -> None:
    """Write it down, and say what to type next."""
    from pathlib import Path

    from slipway.cli.recording import record
    from slipway.rollout.apply import is_doubtful, settle
    from slipway.rollout.deeds import preflight_deed
    from slipway.rollout.environment import open_environment

    sys.stdout.flush()
    record(settings, Path.cwd() / f"Pulumi.{stack}.yaml", preflight_deed(judged, verdict))
    environment = open_environment(stack, Path.cwd())
    if not verdict.changes:
        settle(environment)
    elif verdict.approved:
        if is_doubtful(environment):
            resume = f"slipway apply {stack} --resume"
            print(f"slipway: the last apply has not ended well; if it was killed, first: {resume}", file=sys.stderr)
        print(f"slipway: next: slipway {'approve' if settings.guarded else 'apply'} {stack}", file=sys.stderr)
    elif any(finding.rule == "one-change" for finding in verdict.refusals):
        print(f"slipway: next: slipway split {stack}", file=sys.stderr)


def _noted(settings: StackConfig) -> tuple[Finding, ...]:
    from datetime import date

    from slipway.rollout.judge import expired

    return expired(settings, date.today())


def _check_format(form: str) -> None:
    if form in _LATER:
        raise BadInput(f"--format {form} comes with a later version", f"Ask for one of {', '.join(_FORMATS)}.")
    if form not in _FORMATS:
        raise BadInput(f"--format {form!r} is not known", f"Ask for one of {', '.join(_FORMATS)}.")


def hosts(option: str, names: Sequence[str]) -> tuple[str, ...]:
    """Host names or addresses as they were given to an option, in lower case. Raises BadInput for anything else."""
    found = tuple(name.rstrip(".").lower() for name in names)
    for host in found:
        if not (re.fullmatch(_HOST, host) or _is_address(host)):
            raise BadInput(f"{option} {host!r} is not a host name", "Write it like static.example.org, no scheme.")
    return found


def _is_address(host: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _text(stack: str, preview: str, targets: Sequence[str]) -> str | bytes:
    """The preview's text, from where it was asked for."""
    if preview and targets:
        raise BadInput("--target restricts the preview that is taken now, and --preview is one", "Give one of them.")
    if preview:
        return _read(preview)
    from pathlib import Path

    if not stack:
        from slipway.engine.project import settings_named

        asked = "name the stack to judge, or give --preview FILE: the selected stack is not assumed"
        raise BadInput(asked, settings_named(Path.cwd()))
    from slipway.engine.run import preview as run_preview

    return run_preview(stack, Path.cwd(), targets=targets)


def _read(preview: str) -> bytes:
    try:
        if preview == "-":
            return sys.stdin.buffer.read()
        with open(preview, "rb") as file:
            return file.read()
    except OSError as error:
        raise BadInput(f"cannot read {preview}: {error.strerror}", "Give a preview's JSON, or - for stdin.") from None


def _write(verdict: Verdict, form: str, output: str) -> None:
    if form == "text" and not output and sys.stdout.isatty():
        from rich.console import Console

        report.print_text(verdict, Console())
        return
    written: str = getattr(report, f"as_{form}")(verdict)
    if output:
        from pathlib import Path

        from slipway.files import write_whole

        write_whole(Path(output), written)
    elif written.isascii():
        sys.stdout.write(written)
    else:
        from typer import echo  # knows what terminals take that are set to no encoding

        echo(written, nl=False)
