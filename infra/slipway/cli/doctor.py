"""`slipway doctor`: what is on this machine, in which version, and what is missing; it changes and fetches nothing."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import typer

from slipway.cli.engine import Format, FormatOption
from slipway.cloud.process import status
from slipway.engine import Engine, Sources, Version, locate
from slipway.engine.build import GO_MINIMUM, go_version
from slipway.engine.progress import on_stderr
from slipway.engine.redaction import redact

__all__ = ["Finding", "examine", "register"]

_EPILOG = """[bold]Examples[/bold]

slipway doctor                 0: ready for `make demo`; 3: something is missing

slipway doctor --format json   the same for a program to read
"""
_NODE_MINIMUM = Version(18, 0, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for: what was found, whether that will do, and what to do if not."""

    name: str
    found: str
    sound: bool
    needed: bool
    advice: str = ""


def examine() -> list[Finding]:
    """Look at everything, in the order it is printed."""
    return [check() for check in _CHECKS]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("doctor", epilog=_EPILOG)(_doctor)


def _doctor(form: FormatOption = Format.TEXT) -> None:
    """Say what was found on this machine, which versions, and what is missing."""
    findings = examine()
    ready = all(finding.sound for finding in findings if finding.needed)
    if form is Format.JSON:
        checks = [asdict(finding) for finding in findings]
        typer.echo(json.dumps({"schema": "slipway.doctor/1", "ready": ready, "checks": checks}, indent=2))
    else:
        typer.echo(_as_text(findings, ready))
    raise typer.Exit(0 if ready else 3)


def _as_text(findings: list[Finding], ready: bool) -> str:
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        mark = "ok" if finding.sound else "MISSING" if finding.needed else "-"
        lines.append(f"{mark:<8} {finding.name:<{width}}  {redact(finding.found, {})}")
        if not finding.sound and finding.advice:
            lines.append(f"{'':<8} {'':<{width}}  {finding.advice}")
    return "\n".join([*lines, "", "Ready for `make demo`." if ready else "Not ready for `make demo`."])


def _python() -> Finding:
    sound = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("Python", f"{platform.python_version()}  {sys.executable}", sound, True, "Use Python 3.11 to 3.13.")


def _node() -> Finding:
    return _tool("Node.js", "node", _NODE_MINIMUM, "the local cloud runs CloudFront Functions on it")


def _make() -> Finding:
    return _tool("make", "make", None, "the project's commands are in its Makefile")


def _git() -> Finding:
    return _tool("git", "git", None, "", needed=False)


def _tool(name: str, command: str, minimum: Version | None, why: str, *, needed: bool = True) -> Finding:
    """An executable on PATH that prints its version with `--version`."""
    wanted = f"{name} {minimum} or newer" if minimum else name
    advice = f"Install {wanted}" + (f": {why}." if why else ".")
    if (found := shutil.which(command)) is None:
        return Finding(name, "not on PATH", False, needed, advice)
    try:
        done = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, f"{found} does not run: {error}", False, needed, advice)
    said = next(iter(done.stdout.splitlines()), "")
    version = Version.parse(said)
    sound = done.returncode == 0 and (minimum is None or (version is not None and version >= minimum))
    return Finding(name, f"{said}  {found}", sound, needed, advice)


def _engine() -> Finding:
    with on_stderr() as progress:
        engine = locate(Sources(), progress, rehash=True)
    if isinstance(engine, Engine):
        found = f"{engine.version} ({engine.origin})  {engine.pulumi}; Python host {engine.host_version}"
        return Finding("Pulumi engine", found, True, True)
    return Finding("Pulumi engine", str(engine), False, True, "Run `slipway engine`: it downloads or builds one, once.")


def _go() -> Finding:
    advice = f"Only needed to build the engine where it cannot be downloaded: Go {GO_MINIMUM} or newer."
    if (found := shutil.which("go")) is None:
        return Finding("Go", "not on PATH", False, False, advice)
    version = go_version(Path(found))
    return Finding("Go", f"{version}  {found}", version is not None and version >= GO_MINIMUM, False, advice)


def _distribution(name: str) -> Callable[[], Finding]:
    """A Python package this project's lock installs."""

    def check() -> Finding:
        try:
            return Finding(name, metadata.version(name), True, True)
        except metadata.PackageNotFoundError:
            return Finding(name, "not installed", False, True, "Install requirements.lock into this environment.")

    return check


def _aws_plugin() -> Finding:
    """The official AWS plugin, which only real AWS accounts need; the local cloud brings its own."""
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    found = sorted(path.name for path in (home / "plugins").glob("resource-aws-v*") if path.is_dir())
    advice = "Only needed for real AWS; Pulumi installs it itself (`pulumi plugin install resource aws`)."
    return Finding("AWS plugin (official)", ", ".join(found) or "not installed", bool(found), False, advice)


def _local_cloud() -> Finding:
    cloud = status()
    found = f"running at {cloud.endpoint}, process {cloud.pid}" if cloud else "not running"
    return Finding("Local cloud", found, cloud is not None, False, "Start it with `slipway cloud start`.")


_CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _node,
    _make,
    _git,
    _engine,
    _go,
    _distribution("pulumi"),
    _distribution("pulumi-aws"),
    _distribution("ministack"),
    _aws_plugin,
    _local_cloud,
)
