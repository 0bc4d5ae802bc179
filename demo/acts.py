"""The acts of the demo: what happened in 2023, what Slipway says to it, and the safe way."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

from rich.markup import escape

from demo.downloads import Downloads
from demo.project import copy_outage, put_name, put_settings
from demo.shell import Shell, console
from slipway.cloud import stacks
from slipway.errors import SlipwayError

__all__ = ["bring_up", "outage_rehearsed", "slash_missing", "two_changes"]

HOST, NEW_NAME = "static.example.org", "cloudfront-static.example.org"
STAGING = "static.staging.example.org"
OUTAGE, ITS_NEW_NAME = "static.example.net", "cloudfront-static.example.net"
CRATE = b"a crate file, as far as a CDN is concerned" * 4096
KEY = "crates/slipway/slipway-1.0.0+demo.crate"
PATH = "/crates/slipway/1.0.0+demo/download"  # the form clients use; the router rewrites it


def _act(title: str) -> None:
    console.print(f"\n[bold]{escape(title)}[/bold]")


def bring_up(shell: Shell) -> None:
    """Staging and production, with one crate published in both."""
    _act("1. Staging and production come up through the real Pulumi engine")
    for stack in ("staging", "production"):
        shell.up(stack)
        shell.put(shell.outputs(stack)["crates"]["bucket"], KEY, CRATE)
    entry = {"name": "slipway", "vers": "1.0.0+demo", "cksum": hashlib.sha256(CRATE).hexdigest()}
    shell.put(shell.outputs("staging")["index"]["bucket"], "sl/ip/slipway", json.dumps(entry).encode(), "text/plain")


def two_changes(shell: Shell) -> None:
    """The two changes of 2023-01-25 in one diff, refused; then one after the other, while a client downloads."""
    sha256 = hashlib.sha256(CRATE).hexdigest()
    with Downloads(shell.cloud, HOST, PATH, sha256) as downloads:
        _act(f"2. From now on a client downloads {PATH} from {HOST}, again and again")

        _act(f"3. Two changes in one production diff: {NEW_NAME} on the certificate, and in DNS")
        put_name(shell.project, "production", NEW_NAME, "served")
        shell.slipway("preflight", "production", expected=1)

        _act("4. The same, one after the other. First: the name on certificate and distribution")
        put_name(shell.project, "production", NEW_NAME, "alias")
        shell.slipway("preflight", "production", expected=0)
        shell.up("production")

        _act("5. Then: its DNS records")
        put_name(shell.project, "production", NEW_NAME, "served")
        shell.slipway("preflight", "production", expected=0)
        shell.up("production")
    _account(downloads)
    with Downloads(shell.cloud, NEW_NAME, PATH, sha256) as fresh:
        time.sleep(1)
    _account(fresh)


def outage_rehearsed(shell: Shell, directory: Path, pictures: Path) -> None:
    """The outage itself, where nobody is hurt: the same edit, replaced delete-first and create-first."""
    _act(f"6. The outage of 2023-01-25, rehearsed: {ITS_NEW_NAME} on the certificate, delete-first")
    outage = replace(shell, project=copy_outage(directory / "outage"))
    stacks.create_stacks(outage.project, dict(outage.variables))
    outage.up("production")
    pictures.mkdir(parents=True, exist_ok=True)
    put_settings(outage.project, "production", names=[OUTAGE, ITS_NEW_NAME], delete_first=True)
    outage.slipway("rehearse", "production", "--picture", str(pictures / "delete-first.svg"), expected=1)

    _act("7. The same edit, create-first")
    put_settings(outage.project, "production", delete_first=False)
    outage.slipway("rehearse", "production", "--picture", str(pictures / "create-first.svg"), expected=0)
    console.print(f"both as pictures: {pictures}/delete-first.svg and create-first.svg")


def slash_missing(shell: Shell) -> None:
    """2023-07-20: where downloads begin, joined without its slash; the smoke test follows it as a client does."""
    _act("8. Staging as its users see it")
    shell.slipway("smoke", "staging", expected=0)

    _act("9. The outage of 2023-07-20: the download URL without its slash, in staging")
    wrong = {"dl": f"https://{STAGING}crates", "api": "https://staging.example.org"}
    shell.put(
        shell.outputs("staging")["index"]["bucket"], "config.json", json.dumps(wrong).encode(), "application/json"
    )
    shell.slipway("invalidate", "index", "/config.json", "--stack", "staging", expected=0)
    shell.slipway("smoke", "staging", "--only", "downloads", expected=1)


def _account(downloads: Downloads) -> None:
    """Say what the client saw; a single failure fails the demo."""
    verdict = "[green]none failed[/green]" if not downloads.failures else f"[red]{len(downloads.failures)} failed[/red]"
    console.print(f"{downloads.name}: {downloads.done} downloads, {verdict}")
    if downloads.failures or not downloads.done:
        first = f"after {downloads.failures[0][0]:.1f} s: {downloads.failures[0][1]}" if downloads.failures else "none"
        raise SlipwayError(f"{downloads.name} did not serve throughout; first failure {first}")
