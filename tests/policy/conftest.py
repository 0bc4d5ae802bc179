"""What the policy pack is asked about each program, recorded once for all tests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf.json_format import ParseDict
from pulumi.runtime.proto import analyzer_pb2

from slipway.policy import Finding, Resource, Stack, judge_resource, judge_stack
from slipway.policy.wire import resource_of, stack_of

RECORD = Path(__file__).with_name("record.py")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """A program as the pack sees it in a preview or in an update."""

    resources: tuple[Resource, ...]
    stack: Stack

    def findings(self) -> tuple[Finding, ...]:
        alone = (finding for resource in self.resources for finding in judge_resource(resource))
        return (*alone, *judge_stack(self.stack))

    def violated(self) -> list[str]:
        return sorted({finding.rule.ID for finding in self.findings()})


def asked(recorded: dict[str, Any]) -> Asked:
    alone = [resource_of(ParseDict(one, analyzer_pb2.AnalyzeRequest())) for one in recorded["resources"]]
    whole = stack_of(ParseDict(one, analyzer_pb2.AnalyzerResource()) for one in recorded["stack"])
    return Asked(tuple(alone), whole)


def record(*arguments: str, given: str = "") -> Any:
    command = [sys.executable, str(RECORD), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def programs() -> Callable[[str, str, str], Asked]:
    """`programs(rule, "good" or "bad", "preview" or "update")`."""
    recorded = record("programs")
    return cache(lambda rule, verdict, phase: asked(recorded[rule][verdict][phase]))


@pytest.fixture(scope="session")
def repository() -> Callable[[str, str], Asked]:
    """The project's own program: `repository(stack, "preview" or "update")`."""

    @cache
    def recorded(stack: str) -> Any:
        settings = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
        flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()}
        return record("stack", given=json.dumps(flat))

    return lambda stack, phase: asked(recorded(stack)[phase])
