"""What a shell needs so that plain `pulumi` commands run against the local cloud, and clients in its internet."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence

from slipway.cloud.internet.address import FILE, VARIABLE, Internet
from slipway.cloud.process import DIRECTORY, RunningCloud
from slipway.cloud.provider.cloud import ENDPOINT
from slipway.engine import Engine

__all__ = ["REMOVED", "as_shell", "clients", "variables", "within"]

# Settings that would lead AWS tools away from the local cloud.
REMOVED = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE", "PULUMI_ACCESS_TOKEN")


def variables(cloud: RunningCloud, engine: Engine, path: str | None = None) -> dict[str, str]:
    """The variables to set: our provider and the engine first on `path`, and every endpoint on this machine."""
    path = os.environ.get("PATH", os.defpath) if path is None else path
    ours = str(cloud.directory / "bin")
    rest = os.pathsep.join(entry for entry in path.split(os.pathsep) if entry != ours)
    return {
        "PATH": os.pathsep.join((ours, engine.search_path(rest))),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "PULUMI_BACKEND_URL": f"file://{cloud.directory / 'state'}",
        "PULUMI_HOME": str(cloud.directory / "home"),
        # The local cloud's stacks hold no secrets worth a passphrase; see docs/decisions/0005-local-cloud.md.
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        ENDPOINT: cloud.endpoint,
        DIRECTORY: str(cloud.directory),
        VARIABLE: str(cloud.directory / FILE),
    }


def clients(internet: Internet) -> dict[str, str]:
    """The variables that lead clients which know nothing of us (curl, Python, Cargo, Git) through the local internet:
    its proxy resolves their names, and they trust its certificate authority and no other."""
    proxy, ca = f"http://{internet.addresses[0]}:{internet.proxy}", str(internet.ca)
    proxies = ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "CARGO_HTTP_PROXY")
    trusting = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CARGO_HTTP_CAINFO", "GIT_SSL_CAINFO")
    return {
        **dict.fromkeys(proxies, proxy),
        **dict.fromkeys(trusting, ca),
        # The local cloud's own endpoint is reached directly.
        "no_proxy": "127.0.0.1,localhost",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def within(cloud: RunningCloud, engine: Engine, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """A whole environment for a child process: `base` (this process's own) with the cloud's variables over it."""
    base = os.environ if base is None else base
    kept = {key: value for key, value in base.items() if key not in REMOVED}
    return {**kept, **variables(cloud, engine, base.get("PATH", os.defpath))}


def as_shell(values: Mapping[str, str], removed: Sequence[str] = REMOVED) -> str:
    """Lines for `eval` in a POSIX shell."""
    unset = [f"unset {' '.join(removed)}"] if removed else []
    lines = [*unset, *(f"export {name}={shlex.quote(value)}" for name, value in values.items())]
    return "\n".join(lines)
