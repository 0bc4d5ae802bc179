"""The scene of a rehearsal: a fresh local cloud on which the deployed stack stands, and a shell that applies to it.

The project stays where it is and is not written to: what the engine wants to note in a stack's settings goes into a
copy of them, in the scene's directory. Everything of the scene goes with that directory.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from slipway.cloud import clock, environment, process
from slipway.cloud.clock import Clock
from slipway.cloud.internet.dataplane import get
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import Engine, child, pulumi
from slipway.engine.redaction import redact
from slipway.engine.run import preview_within
from slipway.errors import BadInput, EngineError
from slipway.rehearsal.restore import restore

__all__ = ["FILE", "Scene", "export", "opened"]

FILE = "slipway-rehearsal.txt"
"""A file that every bucket of the scene holds, for users to fetch."""

_BODY = b"A file that a rehearsal fetches, again and again.\n"
_RESOURCE = re.compile(r"<Resource>/(?P<bucket>[^/<]+)/(?P<key>[^<]+)</Resource>")  # in an error of S3's
_PREFIX = "slipway-rehearsal-"
_GUARDING = ("slipway:ledger", "slipway:review")
Say = Callable[[str], None]


def export(stack: str, project: Path, engine: Engine) -> str:
    """The last deployed state of a stack, as this shell's backend has it, secrets in the open. EngineError with the
    engine's words."""
    shell = {**os.environ, **_of_the_user(engine)}
    done = pulumi.run(engine, ("stack", "export", "--show-secrets", "--stack", stack), project, shell)
    if done.status:
        raise EngineError(
            f"the state of {stack} cannot be exported: {_words(done, shell)}",
            "Log in to its backend, or give --state FILE: what `pulumi stack export --show-secrets` printed.",
        )
    return done.stdout


@dataclass(frozen=True, slots=True)
class Scene:
    """A cloud, the project and its stack. `settings` is the copy of the stack's settings; `official`: the AWS plugin
    that the user has installed speaks to the cloud, and not ours."""

    cloud: process.RunningCloud
    engine: Engine
    project: Path
    stack: str
    settings: Path
    official: bool = False
    _filled: set[tuple[str, str]] = field(default_factory=set)

    @property
    def shell(self) -> dict[str, str]:
        ours = environment.within(self.cloud, self.engine, {**os.environ})
        return {**ours, **_of_the_user(self.engine)} if self.official else ours

    def set_up(self, exported: str, say: Say) -> tuple[str, ...]:
        """Forget all that was, and put the deployed state up; what of it is not AWS's, by URN. Nothing of that takes
        any time by the cloud's clock."""
        process.wipe(self.cloud)
        clock.write(self.cloud.directory, clock.INSTANT)
        view = Cloud(self.cloud.endpoint)
        restored = asyncio.run(restore(exported, view, lambda done, of: say(f"{done} of {of} resources stand")))
        state = self.settings.parent / "state.json"
        state.write_text(json.dumps(restored.deployment), encoding="utf-8")
        try:
            self._in_copy("stack", "init", self.stack)
            self._in_copy("stack", "import", "--file", str(state), "--stack", self.stack)
        finally:
            state.unlink()  # Its secrets are in the open.
        self._filled.clear()
        self.fill()
        return restored.untouched

    def fill(self) -> None:
        """Put the file into every bucket that does not have it yet; and where a router or an origin's path leads
        elsewhere, there as well. For what the apply creates that is whoever deploys and then uploads."""
        view = Cloud(self.cloud.endpoint)
        s3, cloudfront = view.client("s3"), view.client("cloudfront")
        places = {(bucket["Name"], FILE) for bucket in s3.list_buckets().get("Buckets", [])}
        pages = cloudfront.get_paginator("list_distributions").paginate()
        for bucket, key in places - self._filled:
            s3.put_object(Bucket=bucket, Key=key, Body=_BODY, ContentType="text/plain")
        self._filled.update(places)
        for domain in [each["DomainName"] for page in pages for each in page["DistributionList"].get("Items", [])]:
            status, body = get(view, domain, f"/{FILE}")
            missing = _RESOURCE.search(body.decode(errors="replace"))
            if status >= 400 and missing and (place := (missing["bucket"], missing["key"])) not in self._filled:
                s3.put_object(Bucket=place[0], Key=place[1], Body=_BODY, ContentType="text/plain")
                self._filled.add(place)

    def run_at(self, pace: Clock) -> None:
        """From now on everything takes its time."""
        clock.write(self.cloud.directory, pace)

    def preview(self) -> str:
        """The engine's own plan of the new program on the deployed state. EngineError with its words."""
        return preview_within(self.shell, self.engine, self.stack, self.project, settings=self.settings)

    def command(self, *arguments: str) -> list[str]:
        """A command of the engine on this stack, with the copy of its settings."""
        return ["pulumi", *arguments, "--non-interactive", "--stack", self.stack, "--config-file", str(self.settings)]

    def _in_copy(self, *arguments: str) -> None:
        done = pulumi.run(self.engine, arguments, self.settings.parent, self.shell)
        if done.status:
            raise EngineError(f"pulumi {' '.join(arguments[:2])}: {_words(done, self.shell)}")


@contextmanager
def opened(
    stack: str, project: Path, engine: Engine, *, settings: Path | None = None, official: bool = False
) -> Iterator[Scene]:
    """A scene, for as long as the context is open; `settings` are the stack's, Pulumi.STACK.yaml of the project unless
    given. BadInput if the project has no such stack, or cannot be rehearsed, or if the official plugin is asked for and
    not there."""
    if official:
        _check_installed(engine)
    program, settings = project / "Pulumi.yaml", settings or project / f"Pulumi.{stack}.yaml"
    if not program.is_file():
        raise BadInput("there is no Pulumi project here", "Run this where Pulumi.yaml is.")
    if settings.is_file() and "secure:" in settings.read_text(encoding="utf-8", errors="replace"):
        raise BadInput(
            f"{settings.name} holds encrypted values, which a rehearsal cannot read",
            "Give it values of its own: --config-file FILE, a copy in which they stand in the open.",
        )
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as directory:
        copy = Path(directory) / "settings"
        copy.mkdir()
        shutil.copy(program, copy)
        copied = copy / f"Pulumi.{stack}.yaml"
        copied.write_text(_without_keys(settings), encoding="utf-8")
        home = Path(directory) / "cloud"
        try:
            yield Scene(process.start(home), engine, project, stack, copied, official)
        finally:
            process.stop(home)


def _of_the_user(engine: Engine) -> dict[str, str]:
    """Where the engine finds the plugins that the user has installed, and not ours."""
    home = os.environ.get("PULUMI_HOME") or str(Path.home() / ".pulumi")
    path = engine.search_path(os.environ.get("PATH", os.defpath))
    return {"PATH": path, "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}


def _check_installed(engine: Engine) -> None:
    done = pulumi.run(engine, ("plugin", "ls", "--json"), Path.cwd(), {**os.environ, **_of_the_user(engine)})
    try:
        found = any((each["name"], each["kind"]) == ("aws", "resource") for each in json.loads(done.stdout or "[]"))
    except (ValueError, KeyError, TypeError):
        found = False
    if not found:
        raise BadInput("the official AWS plugin is not installed", "`pulumi plugin install resource aws` installs it.")


def _without_keys(settings: Path) -> str:
    """A stack's settings without what encrypts them, as the copy is of the empty passphrase, and without its guard."""
    if not settings.is_file():
        return "config: {}\n"
    document = yaml.safe_load(settings.read_text(encoding="utf-8")) or {}
    kept = {key: value for key, value in document.items() if not key.startswith(("encrypt", "secretsprovider"))}
    config = kept.get("config")
    if isinstance(config, dict):  # Without a ledger there is no guard, which would ask for approvals here as well.
        kept["config"] = {key: value for key, value in config.items() if key not in _GUARDING}
    return yaml.safe_dump(kept, sort_keys=False)


def _words(done: child.Outcome, shell: Mapping[str, str]) -> str:
    said = redact(done.stderr, shell).strip() or done.stdout.strip() or "it gave no reason"
    return " ".join(said.removeprefix("error: ").split())[:2000]
