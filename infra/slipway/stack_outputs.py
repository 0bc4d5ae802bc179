"""What a deployed stack says of itself: the ids that its program exports, read with `pulumi stack output`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from slipway.engine import Engine, pulumi, resolve
from slipway.engine.progress import on_stderr
from slipway.engine.project import settings_named
from slipway.engine.redaction import redact
from slipway.errors import BadInput, EngineError

__all__ = ["DownloadOutputs", "ServiceOutputs", "StackOutputs", "parse", "read"]

_PROGRAM = "Deploy the program of this version first: `pulumi up`."


@dataclass(frozen=True, slots=True)
class ServiceOutputs:
    """One service as it stands in AWS. `bucket` is empty for a service without one, such as a server's."""

    name: str
    distribution_id: str
    host: str
    bucket: str
    hostnames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DownloadOutputs:
    """What downloads are counted with: the log bucket, the URLs of the queue of new logs and of its dead letters; on
    Athena the workgroup, the database and the table."""

    bucket: str
    queue: str
    dead_letters: str
    workgroup: str
    database: str
    table: str


@dataclass(frozen=True, slots=True)
class StackOutputs:
    """The services of a stack, by key: crates, index, web ...; each redirect by its host name. `counting` is None for a
    program that exports nothing to count downloads with."""

    stack: str
    services: Mapping[str, ServiceOutputs]
    counting: DownloadOutputs | None = None

    def service(self, name: str) -> ServiceOutputs:
        """The service of that key; BadInput names those there are."""
        if name not in self.services:
            raise BadInput(
                f"stack {self.stack!r} has no service {name!r}", f"It has {', '.join(sorted(self.services))}."
            )
        return self.services[name]

    def downloads(self) -> DownloadOutputs:
        """What downloads are counted with; BadInput where the stack has nothing of it."""
        if self.counting is None:
            raise BadInput(f"stack {self.stack!r} exports no queue of access logs to count downloads from", _PROGRAM)
        return self.counting


def read(
    stack: str, project: Path, env: Mapping[str, str] | None = None, *, engine: Engine | None = None
) -> StackOutputs:
    """The outputs of `stack` of the Pulumi project in `project`; nothing of it changes.

    `env` is set on top of this process's environment. BadInput: no such stack, or one that was never deployed.
    EngineError: the engine failed, with its own words.
    """
    _check_named(stack, project)
    with on_stderr() as progress:
        engine = engine or resolve(progress)
        environment = pulumi.shell(engine, {**os.environ, **(env or {})})
        words = ("stack", "output", "--json", f"--stack={stack}")
        done = pulumi.run(
            engine, words, project, environment, lambda seconds, _: progress.tick(f"reading {stack}: {seconds:.0f} s")
        )
    if done.status:
        raise _failure(stack, redact(done.stderr or done.stdout, environment).strip())
    return parse(stack, done.stdout)


def parse(stack: str, text: str) -> StackOutputs:
    """Read the JSON object of outputs. A service has a `distribution_id`; a redirect goes by its host."""
    try:
        outputs = json.loads(text)
    except ValueError:
        outputs = None
    if not isinstance(outputs, dict):
        raise EngineError(f"the engine's outputs of {stack!r} are no JSON object", "Run `slipway engine verify`.")
    if not outputs:
        raise BadInput(f"stack {stack!r} was never deployed: it has no outputs", f"`pulumi up --stack {stack}` first.")
    found = {name: _service(stack, name, value) for name, value in _distributions(outputs)}
    if not found:
        raise BadInput(f"stack {stack!r} exports no service with a distribution_id", _PROGRAM)
    return StackOutputs(stack, found, _counting(outputs))


def _distributions(outputs: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every output about a distribution, also inside an output that holds several by name, as the redirects do."""
    for name, value in outputs.items():
        if isinstance(value, dict) and "distribution_id" in value:
            yield name, value
        elif isinstance(value, dict):
            yield from _distributions(value)


def _counting(outputs: Mapping[str, Any]) -> DownloadOutputs | None:
    """Out of the outputs `logs` and `downloads`; all of it or nothing."""
    given = [value for name in ("logs", "downloads") if isinstance(value := outputs.get(name), dict)]
    known = {name: text for each in given for name, text in each.items() if isinstance(text, str) and text}
    names = [field.name for field in fields(DownloadOutputs)]
    return DownloadOutputs(**{name: known[name] for name in names}) if known.keys() >= set(names) else None


def _service(stack: str, name: str, value: dict[str, Any]) -> ServiceOutputs:
    texts = {key: value.get(key, "") for key in ("distribution_id", "host", "bucket")}
    hostnames = value.get("hostnames", [])
    if not all(isinstance(each, str) for each in texts.values()) or not isinstance(hostnames, list):
        raise BadInput(f"output {name!r} of stack {stack!r} has another form than expected", _PROGRAM)
    return ServiceOutputs(name, **texts, hostnames=tuple(map(str, hostnames)))


def _check_named(stack: str, project: Path) -> None:
    if stack:
        return
    raise BadInput("name the stack: the selected one is not assumed", settings_named(project))


def _failure(stack: str, said: str) -> EngineError | BadInput:
    if "no stack named" in said:
        return BadInput(f"there is no stack {stack!r}", "`pulumi stack ls` lists the stacks there are.")
    if "no Pulumi.yaml" in said or "pass the fully qualified name" in said:  # a stack's short name needs a project
        return BadInput("there is no Pulumi project here", "Run this where Pulumi.yaml is, or below.")
    words = " ".join(said.removeprefix("error: ").split()) or "the engine gave no reason"
    advice = 'Set PULUMI_BACKEND_URL or run `pulumi login`; for the local cloud: eval "$(slipway env)"'
    return EngineError(f"the outputs of {stack} cannot be read: {words}", advice)
