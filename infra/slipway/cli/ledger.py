"""`slipway ledger show` and `verify`: what was done to an environment, by whom, on what evidence."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from slipway.cli.engine import Format, FormatOption
from slipway.cli.recording import book_of
from slipway.config import read_file
from slipway.engine.project import settings_file
from slipway.errors import BadInput
from slipway.ledger import KINDS, Book, Entry, Link
from slipway.report.escape import for_terminal

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway ledger show production                     the last twenty entries

slipway ledger show production --kind apply --last 5

slipway ledger show production --format json       every field, for a machine

slipway ledger verify production                   every entry as it was written, none missing

[bold]Exit status[/bold]

0 the ledger is whole, 1 it was tampered with, 2 bad input or usage, 3 the bucket does not answer
"""
_Environment = Annotated[str, typer.Argument(metavar="ENV", help="The environment's stack: staging, production.")]
_HASH = 19  # characters: the algorithm and twelve digits
_COMMIT = 12  # digits


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(
        help="What was done to an environment, by whom, on what evidence.",
        epilog=_EPILOG,
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    group.command("show", epilog=_EPILOG)(_show)
    group.command("verify", epilog=_EPILOG)(_verify)
    app.add_typer(group, name="ledger")


def _show(
    environment: _Environment,
    kind: Annotated[str, typer.Option(help=f"Entries of one kind: {', '.join(KINDS)}.")] = "",
    last: Annotated[int, typer.Option(min=1, help="So many of the last ones.")] = 20,
    form: FormatOption = Format.TEXT,
) -> None:
    """Print the last entries, the newest at the end. The whole ledger is checked on the way."""
    if kind and kind not in KINDS:
        raise BadInput(f"--kind {kind!r} is not known", f"Ask for one of {', '.join(KINDS)}.")
    entries = _book(environment).entries()
    links = list(deque((link for link in entries if kind in ("", link.entry.deed.kind)), maxlen=last))
    if form is Format.JSON:
        typer.echo(json.dumps([_document(link) for link in links], indent=2))
        return
    for link in links:
        typer.echo("\n".join(_lines(link.entry)))
    if not links:
        typer.echo(f"slipway: the ledger of {environment} has no such entry", err=True)


def _verify(environment: _Environment, form: FormatOption = Format.TEXT) -> None:
    """Check every entry: its hash, its place, its time, and that none is gone that this machine has seen."""
    book, number, last = _book(environment), 0, ""
    for link in book.entries():
        number, last = link.entry.number, link.hash
    if form is Format.JSON:
        typer.echo(json.dumps({"environment": book.environment, "entries": number, "last": last, "whole": True}))
    else:
        typer.echo(f"the ledger of {book.environment} is whole: {number} entries{f', the last {last}' if last else ''}")


def _book(environment: str) -> Book:
    settings = settings_file(environment, Path.cwd())
    book = book_of(read_file(settings), settings.parent)
    if book is None:
        raise BadInput(
            f"{environment} has no ledger", f"Set slipway:ledger in {settings.name}, as docs/ledger.md says."
        )
    return book


def _document(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(link.entry)
    return {**found, "hash": link.hash}


def _lines(entry: Entry) -> list[str]:
    """An entry for people: when, what came of what, who; below it what else there is."""
    deed = entry.deed
    head = f"{entry.number:>5}  {entry.at:%Y-%m-%d %H:%M:%S}Z  {deed.kind} {deed.outcome}  {entry.who}"
    below = [
        f"commit {deed.commit[:_COMMIT]}{'-dirty' if deed.commit.endswith('-dirty') else ''}" if deed.commit else "",
        f"plan {deed.plan[:_HASH]}" if deed.plan else "",
        f"settings {deed.config[:_HASH]}" if deed.config else "",
        "hostnames " + ", ".join(f"{count} {status}" for status, count in deed.proof.items()) if deed.proof else "",
        "refused by " + ", ".join(deed.rules) if deed.rules else "",
        ", ".join(f"{name} {_told(value)}" for name, value in deed.results.items()),
        f"because {deed.reason}" if deed.reason else "",
        f"until {deed.expires:%Y-%m-%d %H:%M}Z" if deed.expires else "",
        *(f"change: {change}" for change in deed.changes),
    ]
    return [for_terminal(head), *(f"       {for_terminal(line)}" for line in below if line)]


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:_HASH] if str(value).startswith("sha256:") else str(value)
