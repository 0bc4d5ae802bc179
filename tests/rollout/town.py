"""Two environments of the real program on a cloud of their own, in a git repository, with ledgers and published files:
what an infra team has in front of it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from demo.project import copy_project

from slipway.cloud import stacks
from slipway.cloud.process import RunningCloud
from slipway.cloud.provider.cloud import Cloud

__all__ = ["Town"]

CRATE = b"a crate file, as far as a CDN is concerned"
STACKS = ("staging", "production")
LIMIT = 400  # seconds for one command


@dataclass(frozen=True)
class Town:
    """`project` is the work tree; `cloud` what everything runs on."""

    project: Path
    cloud: RunningCloud
    shell: Mapping[str, str]

    @classmethod
    def founded(cls, directory: Path, cloud: RunningCloud, shell: Mapping[str, str]) -> Town:
        """The repository with its first commit, and both stacks, nothing deployed yet."""
        project = copy_project(directory / "project")
        town = cls(project, cloud, {**shell, "XDG_STATE_HOME": str(directory / "state")})
        (project / ".gitignore").write_text("__pycache__/\n")
        for stack in STACKS:
            town.settle(stack, {"slipway:ledger": str(directory / "ledger"), "slipway:rollout": {"soak": 1}})
        stacks.create_stacks(project, dict(town.shell))
        town.git("init", "-q", "-b", "main")
        town.git("config", "user.name", "Ada")
        town.git("config", "user.email", "ada@example.org")
        town.commit("the beginning")
        return town

    def settle(self, stack: str, values: Mapping[str, Any]) -> None:
        """Write values into a stack's settings."""
        self._write(stack, {**self._settings(stack), **values})

    def unsettle(self, stack: str, *keys: str) -> None:
        """Take values out of a stack's settings."""
        self._write(stack, {key: value for key, value in self._settings(stack).items() if key not in keys})

    def setting(self, stack: str, key: str) -> Any:
        return self._settings(stack)[key]

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def git(self, *words: str) -> str:
        return self._run(["git", *words], 0).stdout.strip()

    def slipway(self, *words: str, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = self._run([sys.executable, "-c", "from slipway.cli import main; main()", *words], expect)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def publish(self, stack: str) -> None:
        """Put the crate file, and where there is an index its entry, into the stack's buckets."""
        outputs = json.loads(self._run(["pulumi", "stack", "output", "--json", "--stack", stack], 0).stdout)
        s3 = Cloud(self.cloud.endpoint).client("s3")
        s3.put_object(Bucket=outputs["crates"]["bucket"], Key="crates/slipway/slipway-1.0.0+demo.crate", Body=CRATE)
        if "index" in outputs:
            entry = {"name": "slipway", "vers": "1.0.0+demo", "cksum": hashlib.sha256(CRATE).hexdigest()}
            s3.put_object(Bucket=outputs["index"]["bucket"], Key="sl/ip/slipway", Body=json.dumps(entry).encode())

    def entries(self, stack: str) -> list[dict[str, Any]]:
        shown = self.slipway("ledger", "show", stack, "--last", "500", "--format", "json").stdout
        found: list[dict[str, Any]] = json.loads(shown)
        return found

    def deeds(self, stack: str) -> list[str]:
        """The ledger in short: `preflight approved`, `apply begun` and so on."""
        return [f"{each['deed']['kind']} {each['deed']['outcome']}" for each in self.entries(stack)]

    def _settings(self, stack: str) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load((self.project / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
        config: dict[str, Any] = found["config"]
        return config

    def _write(self, stack: str, config: dict[str, Any]) -> None:
        path = self.project / f"Pulumi.{stack}.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**document, "config": config}, sort_keys=False), encoding="utf-8")

    def _run(self, command: list[str], expect: int | None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=self.project,
            env=dict(self.shell),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert expect is None or done.returncode == expect, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done


Founder = Callable[[], Town]
