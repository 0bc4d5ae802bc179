"""`slipway access`: what a role may do in a stack's account, as IAM policy documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from slipway import aws
from slipway.access import Role, policies, read_scope
from slipway.engine.project import settings_file

__all__ = ["register"]

_EPILOG = """[bold]Examples[/bold]

slipway access reviewer --stack production --account 123456789012

slipway access deployer --stack staging | jq '."slipway-staging-deployer-1"' > deployer-1.json
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("access", epilog=_EPILOG)(_access)


def _access(
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="deployer, uploader, reviewer or counter.")],
    stack: Annotated[str, typer.Option(help="The stack, whose settings say what there is.")],
    account: Annotated[str, typer.Option(help="Its account's id; the one you are signed in to by default.")] = "",
) -> None:
    """Print a role's managed policies: a JSON object of policy name to policy document, each within IAM's size."""
    project = Path.cwd()
    settings_file(stack, project)
    scope = read_scope(stack, project, account or _own_account())
    typer.echo(json.dumps({policy.name: policy.document for policy in policies(role, scope)}, indent=2))


def _own_account() -> str:
    client = aws.client("sts")
    with aws.reported("the account cannot be asked for; --account names it"):
        return str(client.get_caller_identity()["Account"])
