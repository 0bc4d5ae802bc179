"""`slipway downloads`: download counts from the CDNs' logs, one module a command."""

from __future__ import annotations

import typer

from slipway.cli.downloads import count, generate, redrive, report, take, verify, work

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(
        help="Download counts from the CDNs' logs.",
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    group.callback()(lambda: None)  # keeps a single command a command of a group
    group.command("count", epilog=count.EPILOG)(count.count)
    group.command("work", epilog=work.EPILOG)(work.work)
    group.command("take", epilog=take.EPILOG)(take.take)
    group.command("verify", epilog=verify.EPILOG)(verify.verify)
    group.command("redrive", epilog=redrive.EPILOG)(redrive.redrive)
    group.command("generate", epilog=generate.EPILOG)(generate.generate)
    group.command("report", epilog=report.EPILOG)(report.report)
    app.add_typer(group, name="downloads")
