"""One command of the engine on the stack of an environment, quiet unless it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slipway.engine import Engine, child, pulumi
from slipway.engine.redaction import redact
from slipway.errors import EngineError
from slipway.rollout.environment import Environment

__all__ = ["Pulumi"]


@dataclass(frozen=True, slots=True)
class Pulumi:
    """The engine, with the shell's `variables` that it runs in."""

    environment: Environment
    engine: Engine
    variables: Mapping[str, str] = field(repr=False)

    def run(self, *words: str) -> child.Outcome:
        """Run `pulumi WORDS --stack STACK`, however it ends. EngineError if it cannot be started."""
        named = (*words, "--stack", self.environment.stack)
        return pulumi.run(self.engine, named, self.environment.project, pulumi.shell(self.engine, self.variables))

    def done(self, *words: str) -> str:
        """What such a command prints. EngineError with its own words if it fails."""
        outcome = self.run(*words)
        if outcome.status:
            raise EngineError(f"pulumi {' '.join(words[:2])} failed: {self.said(outcome)}")
        return outcome.stdout

    def said(self, outcome: child.Outcome) -> str:
        """What a command said that failed, without secrets."""
        if outcome.status < 0:
            return f"it was killed by signal {-outcome.status}"
        return redact((outcome.stderr.strip() or outcome.stdout.strip())[-1000:], self.variables)
