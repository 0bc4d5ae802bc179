"""What every test may use: a local cloud of the session's own, and Pulumi projects that run against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from slipway.cloud import environment, process
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import Engine, resolve

# No test is timed: on a busy machine any of them takes its time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
_LONG = ("drift", "guard", "moves", "readme", "rehearsal", "rollout", "services", "smoke", "split")
_RUNNING = pytest.StashKey[process.RunningCloud]()
_STACKLESS = (("stack", "init"), ("stack", "rm"), ("package", "get-schema"))


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command of the engine."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project in a directory, and the shell environment that points the engine at the local cloud."""

    directory: Path
    shell: dict[str, str]
    stack: str = "dev"

    def pulumi(self, *arguments: str, expect: int | None = 0) -> Run:
        """Run `pulumi ARGUMENTS --stack STACK`; fails the test unless it ends with `expect` (None: either way)."""
        stack = () if arguments[:2] in _STACKLESS else ("--stack", self.stack)
        command = ["pulumi", *arguments, "--non-interactive", *stack]
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=self.shell,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        run = Run(done.returncode, done.stdout, done.stderr)
        assert expect is None or run.status == expect, f"{' '.join(command)}: {run.status}\n{run.text}"
        return run

    def other_stack(self, name: str) -> Project:
        """The same program under another stack, made on the spot."""
        other = replace(self, stack=name)
        other.pulumi("stack", "init", name)
        return other

    def up(self, *arguments: str, expect: int | None = 0) -> Run:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, expect=expect)

    def preview(self, *arguments: str) -> dict[str, Any]:
        """The engine's own document, in the form that `slipway preflight` reads."""
        run = self.pulumi("preview", "--json", "--show-sames", "--show-replacement-steps", *arguments)
        document: dict[str, Any] = json.loads(run.out)
        return document

    def steps(self, *arguments: str) -> dict[str, str]:
        """The logical name of every resource that a preview would change, with the last operation on it."""
        found = self.preview(*arguments)["steps"]
        return {step["urn"].split("::", 3)[3]: step["op"] for step in found if step["op"] not in ("same", "refresh")}

    def state(self) -> dict[str, dict[str, Any]]:
        """Every resource in the stack's state by logical name."""
        exported = json.loads(self.pulumi("stack", "export").out)
        return {resource["urn"].split("::", 3)[3]: resource for resource in exported["deployment"].get("resources", [])}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs more than this process: `make check` leaves it to `make test`. Whole stacks and applies begin
    first: they take minutes each, and nobody should wait for one of them alone in the end."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(tests).parts[0] not in _LONG)
    for item in items:
        if "running_cloud" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cloud)
        if item.path.relative_to(tests).parts[0] in ("cli", "components", "engine", "policy", "services"):
            item.add_marker(pytest.mark.process)
        if item.path.relative_to(tests).parts[:2] in (("downloads", "store"), ("downloads", "work")):
            item.add_marker(pytest.mark.process)  # counting databases, each of them made anew
        if item.path.relative_to(tests).parts[0] == "oracle":
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine, from PATH or the cache; made first if need be."""
    return resolve()


@contextmanager
def _own_cloud(directory: Path, scale: float = 0) -> Iterator[process.RunningCloud]:
    # From a process of its own, as the command does: a cloud outlives whoever starts it.
    script = (
        "import pathlib, sys; from slipway.cloud import clock, process; "
        "process.start(pathlib.Path(sys.argv[1]), clock.Clock(float(sys.argv[2])))"
    )
    try:
        subprocess.run([sys.executable, "-c", script, str(directory), str(scale)], check=True)
        running = process.status(directory)
        assert running is not None
        yield running
    finally:
        process.stop(directory)


@pytest.fixture(scope="session")
def own_cloud() -> Callable[..., AbstractContextManager[process.RunningCloud]]:
    """A context with a local cloud in a directory, in which nothing takes any time unless a scale is given."""
    return _own_cloud


@pytest.fixture(scope="session")
def running_cloud(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[process.RunningCloud]:
    """A MiniStack of this session's own, gone when the session ends."""
    with _own_cloud(tmp_path_factory.mktemp("cloud") / "cloud") as running:
        pytestconfig.stash[_RUNNING] = running
        yield running


@pytest.fixture(scope="module", autouse=True)
def _nothing_of_the_last_module(pytestconfig: pytest.Config) -> None:
    """Of two hosted zones of a name the world delegates to the first. One that another module left behind would keep
    the certificates of this one pending, if the two happen to share a process."""
    if running := pytestconfig.stash.get(_RUNNING, None):
        process.wipe(running)


@pytest.fixture(scope="session")
def aws(running_cloud: process.RunningCloud) -> Cloud:
    """boto3 clients of the session's cloud, for what happens behind Pulumi's back."""
    return Cloud(running_cloud.endpoint)


@pytest.fixture(scope="session")
def shell(running_cloud: process.RunningCloud, engine: Engine) -> dict[str, str]:
    """The environment of a shell after `eval "$(slipway env)"`."""
    return environment.within(running_cloud, engine, {**os.environ})


@pytest.fixture(scope="session")
def new_project(tmp_path_factory: pytest.TempPathFactory, shell: dict[str, str]) -> Callable[..., Project]:
    """Make a Python project with one program and one stack, `dev`."""

    def make(name: str, program: str) -> Project:
        directory = tmp_path_factory.mktemp(name)
        # The project's name is the directory's, which pytest keeps unique: one backend holds them all.
        (directory / "Pulumi.yaml").write_text(f"name: {directory.name}\nruntime: python\n")
        (directory / "__main__.py").write_text(program)
        project = Project(directory, shell)
        project.pulumi("stack", "init", "dev")
        return project

    return make
