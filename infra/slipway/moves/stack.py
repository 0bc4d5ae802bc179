"""A deployed stack at the engine: its state read, put back and refreshed, and what a preview would still do to it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from slipway.engine import Engine, pulumi
from slipway.engine.progress import Progress
from slipway.engine.redaction import redact
from slipway.engine.run import preview_within
from slipway.errors import EngineError
from slipway.moves.refused import Refused
from slipway.moves.state import State, read
from slipway.plan import Op, Plan, Step, read_plan, urn_name

__all__ = ["Stack"]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of the Pulumi project in a directory. What fails is an EngineError, with the engine's words."""

    name: str
    project: Path
    engine: Engine
    progress: Progress
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def state(self) -> State:
        """What the stack's state holds now; secrets stay encrypted."""
        return read(self._pulumi("read its state", "stack", "export"))

    def exchange(self, before: State, after: State) -> None:
        """Put another state in the place of the one that was read. Refused if that is not the one any more."""
        if self.state() != before:
            raise Refused(
                f"the state of {self.name} has changed meanwhile", "Somebody else applies: wait, then run this again."
            )
        with tempfile.TemporaryDirectory(prefix="slipway-move-") as directory:
            file = Path(directory) / "state.json"
            file.touch(mode=0o600)
            file.write_text(json.dumps(after), encoding="utf-8")
            self._pulumi("put its state", "stack", "import", f"--file={file}")

    def refresh(self, urns: Sequence[str]) -> None:
        """Take into the state what these resources are by now; the program does not run, and nothing else changes."""
        targets = [f"--target={urn}" for urn in urns]
        self._pulumi("refresh", "refresh", "--yes", "--skip-preview", "--suppress-outputs", *targets)

    def plan(self, urns: Sequence[str] = ()) -> Plan:
        """What an apply would do, to everything or to these resources."""
        return read_plan(
            preview_within(
                pulumi.shell(self.engine, self.variables),
                self.engine,
                self.name,
                self.project,
                targets=urns,
                watch=lambda seconds, _: self.progress.tick(f"previewing {self.name}: {seconds:.0f} s"),
            )
        )

    def differing(self, urns: Sequence[str]) -> tuple[str, ...]:
        """The names of those of these resources to which an apply would do something, by the program as it is here."""
        steps = [step for step in self.plan().steps if step.urn in urns]
        still = [step for step in steps if not (isinstance(step, Step) and step.op in (Op.SAME, Op.READ))]
        return tuple(dict.fromkeys(urn_name(step.urn) for step in still))

    def _pulumi(self, what: str, *arguments: str) -> str:
        verb = " ".join(word for word in arguments[:2] if not word.startswith("--"))
        done = pulumi.run(
            self.engine,
            (*arguments, f"--stack={self.name}"),
            self.project,
            pulumi.shell(self.engine, self.variables),
            lambda seconds, _: self.progress.tick(f"pulumi {verb} {self.name}: {seconds:.0f} s"),
        )
        if done.status:
            said = " ".join(redact((done.stderr.strip() or done.stdout), self.variables).split())[-1000:]
            raise EngineError(
                f"the engine could not {what} ({self.name}): {said}",
                'Set PULUMI_BACKEND_URL or run `pulumi login`; for the local cloud: eval "$(slipway env)"',
            )
        return done.stdout
