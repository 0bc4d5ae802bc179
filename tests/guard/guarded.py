"""A guarded stack in a git repository, with a ledger beside it: what a small team has."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Guarded", "git"]

LIMIT = 400  # seconds for one command
ROOT = Path(__file__).parents[2]
PROGRAM = """
import pulumi
import pulumi_aws as aws
from slipway import config
from slipway.guard import protect

protect(config.from_engine())
zone = aws.route53.Zone("zone", name="{domain}")
"""


def git(directory: Path, *words: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(["git", *identity, *words], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass(frozen=True)
class Guarded:
    """`directory` is the work tree, `ledger` where its ledger is: a folder beside it, or a place in S3."""

    directory: Path
    ledger: str
    shell: dict[str, str]
    domain: str
    stack: str = "production"

    @classmethod
    def made(
        cls, directory: Path, shell: dict[str, str], domain: str, *, stack: str = "production", ledger: str = ""
    ) -> Guarded:
        """A repository with the program and the stack's settings, committed, and the stack."""
        work = directory / "work"
        work.mkdir(parents=True)
        own = {**shell, "XDG_STATE_HOME": str(directory / "state")}
        found = cls(work, ledger or str(directory / "ledger"), own, domain, stack)
        (work / "Pulumi.yaml").write_text(f"name: {directory.name}\nruntime: python\n")
        (work / ".gitignore").write_text("__pycache__/\n")
        settings = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())
        settings["config"]["slipway:ledger"] = found.ledger
        (work / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
        git(work, "init", "-q", "-b", "main")
        git(work, "config", "user.name", "Ada")
        git(work, "config", "user.email", "ada@example.org")
        found.commit("")
        found.pulumi("stack", "select", "--create", stack, own_stack=False)
        git(work, "commit", "-qam", "the stack's salt", "--allow-empty")
        return found

    def commit(self, resources: str, message: str = "a change") -> str:
        """The program with these resources beside the zone, committed."""
        (self.directory / "__main__.py").write_text(PROGRAM.format(domain=self.domain) + resources)
        git(self.directory, "add", "-A")
        git(self.directory, "commit", "-q", "--allow-empty", "-m", message)
        return git(self.directory, "rev-parse", "HEAD")

    def pulumi(
        self, *words: str, expect: int | None = 0, own_stack: bool = True, **more: str
    ) -> subprocess.CompletedProcess[str]:
        stack = ("--stack", self.stack) if own_stack else ()
        return self._run(["pulumi", *words, "--non-interactive", *stack], expect, more)

    def up(self, *words: str, expect: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        return self.pulumi("up", "--yes", "--skip-preview", *words, expect=expect, **more)

    def slipway(self, *words: str, expect: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from slipway.cli import main; main()", *words]
        done = self._run(command, expect, more)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def approved(self, *words: str) -> None:
        """Preflight and approval of what is here."""
        self.slipway("preflight", self.stack, *words)
        self.slipway("approve", self.stack)

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state by logical name."""
        state = json.loads(self.pulumi("stack", "export").stdout)["deployment"]
        return {each["urn"].split("::")[-1]: each for each in state.get("resources") or []}

    def entries(self) -> list[dict[str, Any]]:
        shown = self.slipway("ledger", "show", self.stack, "--last", "100", "--format", "json").stdout
        found: list[dict[str, Any]] = json.loads(shown)
        return found

    def _run(self, command: list[str], expect: int | None, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=self.directory,
            env={**self.shell, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert expect is None or done.returncode == expect, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done
