"""The door to AWS for hand-run commands: boto3 clients, and failures as one clear error.

Credentials, region and endpoint come from where every AWS tool takes them, so `eval "$(slipway env)"` leads here to the
local cloud, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ProfileNotFound

from slipway.engine.redaction import redact
from slipway.errors import BadInput, CloudError
from slipway.plan import one_line

__all__ = ["ClientError", "client", "code_of", "reported"]

# Seconds. A command waits for a person: better a clear failure after a minute than silence.
_CONFIG = Config(retries={"max_attempts": 4, "mode": "standard"}, connect_timeout=5, read_timeout=30)
# CloudFront's metrics and certificates are there alone.
_GLOBAL = {"cloudfront": "us-east-1", "cloudwatch": "us-east-1", "acm": "us-east-1"}
_LONGEST = 1000  # characters of what AWS says
_UNREACHED = "Check the network, and AWS_ENDPOINT_URL if it is set."
_SIGN_IN = "Sign in first: `aws sso login`, AWS_PROFILE, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."


def client(service: str, what: str = "", region: str = "") -> Any:
    """The boto3 client of a service, in a region or the shell's; `what` is said to have failed if there can be none.

    BadInput for a profile that is not there, CloudError for an endpoint that is no URL.
    """
    what = what or f"cannot use {service}"
    # boto3 takes AWS_DEFAULT_REGION alone; the other AWS tools, Pulumi among them, take AWS_REGION first.
    where = region or _GLOBAL.get(service) or os.environ.get("AWS_REGION")
    with reported(what):
        try:
            return boto3.client(service, region_name=where, config=_CONFIG)
        except ValueError as error:
            raise CloudError(f"{what}: {_shown(str(error))}", _UNREACHED) from None


@contextmanager
def reported(what: str) -> Iterator[None]:
    """Turn what boto3 raises into one error that says `what` failed, in AWS's own words.

    A ClientError whose code a caller expects is caught inside, before it comes here.
    """
    try:
        yield
    except (NoCredentialsError, NoRegionError, ProfileNotFound) as error:
        raise BadInput(f"{what}: {error}", _SIGN_IN) from None
    except ClientError as error:
        said = error.response.get("Error", {}).get("Message", "")
        raise CloudError(f"{what}: {code_of(error)}: {_shown(said)}", _advice(code_of(error))) from None
    except BotoCoreError as error:
        raise CloudError(f"{what}: {_shown(str(error))}", _UNREACHED) from None


def code_of(error: ClientError) -> str:
    """AWS's own code of an error, such as AccessDenied."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def _advice(code: str) -> str:
    if "AccessDenied" in code or code in {"Forbidden", "403"}:
        return "`slipway access ROLE --stack STACK` prints what each role may do; docs/access.md says who has which."
    if "Expired" in code or "InvalidClientTokenId" in code:
        return _SIGN_IN
    return ""


def _shown(text: str) -> str:
    """One line, without the user of a URL."""
    return redact(one_line(text, _LONGEST), {})
