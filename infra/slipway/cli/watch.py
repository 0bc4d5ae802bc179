"""`slipway watch`: does the traffic of an environment stay as it was before a change?"""

from __future__ import annotations

import json
import re
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from slipway import stack_outputs
from slipway.cli.engine import Format, FormatOption
from slipway.engine.progress import Progress, on_stderr
from slipway.errors import BadInput
from slipway.stack_settings import of_slipway
from slipway.watch import Judgement, Limits, Outcome, Watch, follow, look, watch_of
from slipway.watch.report import HEADINGS, Subject, as_json, clock, finding_lines, headline, row

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway watch production                                  from now on, for 15 minutes of data; ends at the first finding

slipway watch production --since 10:05 --once             what has come since the apply at 10:05 UTC

slipway watch production --service crates --service index --minutes 30 --format json

slipway watch production --downloads .slipway/downloads.duckdb --once --minutes 120    by the counted logs of both CDNs

slipway watch production --since 09:50 --until-quiet      after a rollback: is it over? --since is before it began

[bold]Exit status[/bold]

0 as usual, 1 a finding, 2 bad input, 3 the engine or AWS failed, 4 inconclusive: too little data to tell
"""

_STATUS = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.INCONCLUSIVE: 4}
_STYLES = {Outcome.PASS: "green", Outcome.FAIL: "bold red", Outcome.INCONCLUSIVE: "yellow"}
_KEPT = timedelta(days=14)  # CloudWatch keeps minutes for 15 days
_WIDTH = 120
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_SINCE = "HH:MM in UTC, or 2023-07-20T10:05Z. By default now; with --once, --minutes ago."


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("watch", epilog=_EPILOG)(_watch)


def _watch(
    stack: Annotated[str, typer.Argument(metavar="ENV", help="The environment's stack: staging, production.")],
    service: Annotated[
        list[str] | None, typer.Option(help="Judge this service alone; may be given again. All by default.")
    ] = None,
    since: Annotated[str, typer.Option(metavar="TIME", help=f"When the change began: {_SINCE}")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="Minutes of data to wait for, from now on.")] = 15,
    once: Annotated[bool, typer.Option("--once", help="Judge what has come; wait for nothing.")] = False,
    until_quiet: Annotated[
        bool, typer.Option("--until-quiet", help="Go on after a finding, until 5 minutes are without one.")
    ] = False,
    downloads: Annotated[
        str,
        typer.Option(metavar="DATABASE", help="Judge by the counted logs of the CDNs, not by CloudFront's metrics."),
    ] = "",
    form: FormatOption = Format.TEXT,
) -> None:
    """Read CloudFront's metrics, and name a retry storm, a rise of errors or silence. Nothing is changed."""
    if once and until_quiet:
        raise BadInput("--once waits for nothing, and --until-quiet waits", "Give one of them.")
    now = datetime.now(UTC)
    begun = _time(since, now) if since else now - timedelta(minutes=minutes) if once else now
    limits, runbooks = _settings(stack)
    start, end = int(begun.timestamp()) // 60, int(now.timestamp()) // 60 + (0 if once else minutes)
    wanted = service or ()
    if downloads:
        from slipway.watch.downloads import NOTE, watch_of_downloads

        watch = watch_of_downloads(downloads, limits, since=start, until=end, services=wanted, until_quiet=until_quiet)
        cdns = {name: stack_outputs.ServiceOutputs(name, "", "", "", ()) for name in watch.services}
        subject = Subject(stack, cdns, runbooks, NOTE)
    else:
        outputs = stack_outputs.read(stack, Path.cwd())
        watch = watch_of(outputs, limits, since=start, until=end, services=wanted, until_quiet=until_quiet)
        subject = Subject(stack, outputs.services, runbooks)
    _tell(subject, watch, form, once)


def _tell(subject: Subject, watch: Watch, form: Format, once: bool) -> None:
    console = Console(highlight=False, emoji=False)
    with on_stderr() as progress:
        if once:
            progress.tick("reading the metrics")
            judgement = look(watch, time.time())
        else:
            judgement = _follow(subject, watch, progress, console if form is Format.TEXT else None)
    if form is Format.JSON:
        typer.echo(json.dumps(as_json(subject, judgement), indent=2))
    else:
        shown = console if console.is_terminal else Console(width=_WIDTH, highlight=False, emoji=False)
        shown.print(_page(subject, judgement))
    raise typer.Exit(_STATUS[judgement.outcome])


def _follow(subject: Subject, watch: Watch, progress: Progress, console: Console | None) -> Judgement:
    """The last judgement. A live table on a terminal, which goes again; elsewhere a line for every minute."""
    live = Live(console=console, transient=True) if console and console.is_terminal else None
    judgement = None
    with live or nullcontext():
        for newer in follow(watch, progress):
            if live:
                live.update(_page(subject, newer), refresh=True)
            elif judgement is None or newer.until > judgement.until:
                progress.note(f"{clock(newer.until)} UTC, {headline(subject, newer)}")
            judgement = newer
    assert judgement is not None  # noqa: S101 follow gives one or raises
    return judgement


def _page(subject: Subject, judgement: Judgement) -> Group:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for index, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if 0 < index < len(HEADINGS) - 1 else "left")
    for state in judgement.services:
        *cells, standing = row(judgement, state)
        table.add_row(*map(Text, cells), Text(standing, _STYLES[judgement.outcome_of(state)]))
    parts: list[RenderableType] = [Text(headline(subject, judgement), _STYLES[judgement.outcome]), table]
    if subject.note:
        parts.append(Text(subject.note, "dim"))
    for finding in judgement.findings:
        heading, *lines = finding_lines(subject, finding)
        parts += [Text(), Text(heading, "bold red"), *(Padding(Text(line), (0, 0, 0, 2)) for line in lines)]
    return Group(*parts)


def _settings(stack: str) -> tuple[Limits, str]:
    """The limits of the stack's alarms and where its runbooks are; the defaults for a stack without such settings."""
    settings = of_slipway(Path(f"Pulumi.{stack.rpartition('/')[2]}.yaml"))
    if settings is None:
        return Limits(), "docs/runbooks"
    limits = Limits(settings.alarms.error_percent, settings.alarms.surge_factor)
    return limits, settings.on_call.runbooks if settings.on_call else "docs/runbooks"


def _time(text: str, now: datetime) -> datetime:
    """A time of day, the newest that is not in the future, or a date with time; UTC where no zone is given."""
    if found := _TIME.fullmatch(text):
        today = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return today if today <= now else today - timedelta(days=1)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--since {text!r} is no time", f"Give it as {_SINCE}") from None
    given = given if given.tzinfo else given.replace(tzinfo=UTC)
    if not now - _KEPT <= given <= now:
        raise BadInput(f"--since {text} is in the future or more than 14 days ago", "CloudWatch keeps minutes 15 days.")
    return given
