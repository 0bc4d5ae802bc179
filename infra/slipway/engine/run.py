"""Run the engine."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from slipway.engine import child, pulumi
from slipway.engine.model import Engine
from slipway.engine.progress import on_stderr
from slipway.engine.redaction import redact
from slipway.engine.resolution import resolve
from slipway.errors import EngineError

__all__ = ["export", "is_stopped_by_protection", "preview", "preview_within", "run_on"]

_PROTECTED = ("marked for protection", "because it is protected")  # of a replacement, and of a delete
_SHOW = ("--json", "--show-sames", "--show-replacement-steps")

_ADVICE = (
    ("no Pulumi.yaml", "Run this where Pulumi.yaml is, or below."),
    ("no stack named", "`pulumi stack ls` lists the stacks there are, `pulumi stack init NAME` makes one."),
    ("incorrect passphrase", "Set PULUMI_CONFIG_PASSPHRASE to the passphrase this stack was made with."),
    ("passphrase must be set", "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE."),
    (
        "PULUMI_ACCESS_TOKEN must be set",
        'Set PULUMI_BACKEND_URL or log in with `pulumi login`; for the local cloud: eval "$(slipway env)"',
    ),
    ("unable to open state directory", "Set PULUMI_BACKEND_URL to where the stacks' state is kept."),
    ("Missing required configuration", "Set the value with `pulumi config set`."),
)


def preview(
    stack: str,
    project: Path,
    env: Mapping[str, str] | None = None,
    *,
    engine: Engine | None = None,
    targets: Sequence[str] = (),
    watch: child.Watch | None = None,
) -> str:
    """What `pulumi preview` prints for `stack` of the Pulumi project in `project`: its JSON document, unread.

    `env` is set on top of this process's environment; `targets` are the URNs to look at alone; `watch` hears how it
    goes, instead of standard error. Raises EngineError with the engine's own words, without secrets.
    """
    with on_stderr() as progress:
        engine = engine or resolve(progress)
        watch = watch or (lambda seconds, _: progress.tick(f"previewing {stack}: {seconds:.0f} s"))
        environment = pulumi.shell(engine, {**os.environ, **(env or {})})
        return preview_within(environment, engine, stack, project, targets=targets, watch=watch)


def export(stack: str, project: Path, engine: Engine) -> str:
    """What `pulumi stack export` prints: the deployed state of a stack, its secrets encrypted. EngineError with the
    engine's words."""
    environment = pulumi.shell(engine, os.environ)
    done = pulumi.run(engine, ("stack", "export", f"--stack={stack}"), project, environment)
    if done.status:
        raise _failure(f"the export of {stack}'s state", done, environment)
    return done.stdout


def preview_within(
    environment: Mapping[str, str],
    engine: Engine,
    stack: str,
    project: Path,
    *,
    settings: Path | None = None,
    targets: Sequence[str] = (),
    watch: child.Watch = lambda seconds, stderr: None,
) -> str:
    """The same in an environment that is given whole; `settings` is a file to use instead of the stack's own."""
    if not project.is_dir():
        raise EngineError(f"{project} is not a directory", "Name the directory that holds Pulumi.yaml.")
    words = ["preview", *_SHOW, f"--stack={stack}"]
    words += [f"--config-file={settings}"] if settings else []
    words += [f"--target={urn}" for urn in targets]
    done = pulumi.run(engine, words, project, environment, watch)
    if _has_failed(done) and not is_stopped_by_protection(done.stdout):
        raise _failure(f"the preview of {stack}", done, environment)
    return done.stdout


def run_on(
    stack: str,
    project: Path,
    arguments: Sequence[str],
    doing: str,
    *,
    targets: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    engine: Engine | None = None,
) -> str:
    """What `pulumi ARGUMENTS` prints for a stack, for all of it or for `targets` alone; `doing` says in a few words
    what it does, for progress and errors. Raises EngineError as `preview` does."""
    with on_stderr() as progress:
        engine = engine or resolve(progress)
        environment = pulumi.shell(engine, {**os.environ, **(env or {})})
        words = [*arguments, f"--stack={stack}", *(f"--target={urn}" for urn in targets)]
        done = pulumi.run(
            engine, words, project, environment, lambda seconds, _: progress.tick(f"{doing}: {seconds:.0f} s")
        )
    if done.status != 0:
        raise _failure(doing, done, environment)
    return done.stdout


def is_stopped_by_protection(document: str) -> bool:
    """Whether a preview failed over a protected resource; its document then holds the plan, and its reader judges.

    Source: Pulumi, pkg/resource/deploy/step_generator.go and step.go, which say it in two ways.
    """
    try:
        messages = [str(each["message"]) for each in json.loads(document)["diagnostics"]]
    except (ValueError, KeyError, TypeError):
        return False
    return any(words in message for words in _PROTECTED for message in messages)


def _has_failed(preview: child.Outcome) -> bool:
    """Whether a preview tells of an error. One whose plugin dies just before the end has the exit status 0."""
    if preview.status != 0:
        return True
    if '"severity": "error"' not in preview.stdout:  # without a look at megabytes
        return False
    try:
        return any(each["severity"] == "error" for each in json.loads(preview.stdout)["diagnostics"])
    except (ValueError, KeyError, TypeError):
        return False  # its reader says what is wrong with it


def _failure(what: str, done: child.Outcome, env: Mapping[str, str]) -> EngineError:
    how = f"exit status {done.status}" if done.status > 0 else f"killed by signal {-done.status}"
    said = _errors(done) or "the engine gave no reason"
    advice = next((advice for words, advice in _ADVICE if words in said), "")
    return EngineError(f"{what} failed ({how}): {redact(said, env)}", advice)


def _errors(done: child.Outcome) -> str:
    """The engine's first error: a diagnostic of its JSON document, or plain on standard error when it got less far."""
    try:
        diagnostics = json.loads(done.stdout)["diagnostics"]
        messages = [str(each["message"]) for each in diagnostics if each.get("severity") == "error"]
    except (ValueError, KeyError, TypeError, AttributeError):
        messages = []
    # The engine's summary ("program exited with non-zero exit code") says nothing that the error before it does not.
    telling = [text for text in messages if "an unhandled error occurred" not in text] or messages
    text = telling[0] if telling else _plain(done.stderr) or _reported(done.stdout)
    return re.sub(r"^error: ", "", text.strip())


def _plain(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.strip()]
    at = next((i for i, line in enumerate(lines) if line.startswith("error:")), max(len(lines) - 3, 0))
    return "\n".join(lines[at : at + 3])


def _reported(stdout: str) -> str:
    """The first error of the report that an apply or a refresh ends with; "update failed" follows from it."""
    _, _, report = stdout.partition("\nDiagnostics:")
    errors = [line.strip() for line in report.splitlines() if line.strip().startswith("error: ")]
    return next((line for line in errors if not line.endswith(" failed")), errors[0] if errors else "")
