"""Rehearsals by the real engine on clouds of their own: the outage of 2023-01-25, faults, and what is left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import yaml

from slipway.cloud import clock, environment, process
from slipway.engine import Engine
from slipway.rehearsal.account import Rehearsal, as_document
from slipway.rehearsal.faults import parse_fault
from slipway.rehearsal.rehearse import Wanted, rehearse

pytestmark = pytest.mark.engine

SLIPWAY = (sys.executable, "-c", "from slipway.cli import main; main()")
OUTAGE = Path(__file__).parents[2] / "demo" / "outage"
HOST, NEW_NAME = "static.example.net", "cloudfront-static.example.net"


@pytest.fixture(scope="module")
def deployed(
    tmp_path_factory: pytest.TempPathFactory,
    own_cloud: Callable[..., AbstractContextManager[process.RunningCloud]],
    engine: Engine,
) -> str:
    """The exported state of the host of 2023-01-25, as it stood before."""
    directory = tmp_path_factory.mktemp("deployed")
    project = Path(shutil.copytree(OUTAGE, directory / "project"))
    with own_cloud(directory / "cloud") as running:
        shell = environment.within(running, engine, {**os.environ})

        def pulumi(*arguments: str) -> str:
            command = ["pulumi", *arguments, "--stack", "production", "--non-interactive"]
            done = subprocess.run(command, cwd=project, env=shell, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        pulumi("stack", "init")
        pulumi("up", "--yes", "--skip-preview")
        return pulumi("stack", "export", "--show-secrets")


@pytest.fixture
def play(tmp_path: Path, deployed: str, engine: Engine) -> Callable[..., Rehearsal]:
    """Rehearse another name on the certificate."""

    def run(
        *, delete_first: bool = False, fault: str = "", say: Callable[[str], None] = lambda _: None, **more: int
    ) -> Rehearsal:
        project = Path(shutil.copytree(OUTAGE, tmp_path / "project"))
        settings = project / "Pulumi.production.yaml"
        document = yaml.safe_load(settings.read_text())
        document["config"] |= {"outage:names": [HOST, NEW_NAME], "outage:delete_first": delete_first}
        settings.write_text(yaml.safe_dump(document))
        wanted = Wanted("production", "production", True, fault=parse_fault(fault) if fault else None, **more)
        return rehearse(wanted, deployed, project, engine, say)

    return run


def processes(mine: str = f"slipway-rehearsal-{os.getpid()}-") -> set[str]:
    """What runs for a rehearsal of this process, by its command line or its environment."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    lines = [line for line in listed.splitlines() if line.split()[0] != str(os.getpid())]
    return {line for line in lines if mine in line or mine in environment_of(int(line.split()[0]))}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Whatever happens in a rehearsal, its processes and its directory are gone afterwards."""
    yield
    deadline = time.monotonic() + 5
    while processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes() == set()
    mine = f"slipway-rehearsal-{os.getpid()}-"
    assert [path for path in Path(tempfile.gettempdir()).iterdir() if path.name.startswith(mine)] == []


def test_delete_first_is_dark_for_more_than_ten_minutes_with_a_tail(play: Callable[..., Rehearsal]) -> None:
    """The record goes, the engine waits ten minutes for the certificate, and resolvers remember that it was gone."""
    found = play(delete_first=True)
    [met] = found.runs[0].timeline.hostnames
    assert met.dark_seconds > 600
    assert met.held_seconds > 0
    assert set(met.failures) <= {"no-name", "no-address"}
    deleted = next(
        each for each in found.runs[0].timeline.operations if each.op == "delete" and each.urn.endswith("::static")
    )
    assert deleted.began <= met.dark[0].began
    assert not found.verdict.approved


@pytest.mark.parametrize("fault", ["fail@2", "kill@3", "hang@4"])
def test_a_fault_is_reported_and_harms_nobody(play: Callable[..., Rehearsal], fault: str) -> None:
    """Create-first keeps the name served wherever the apply stops."""
    found = play(fault=fault)
    [run] = found.runs
    assert found.dark_seconds == 0.0
    assert run.struck
    assert run.status != 0
    document = json.loads(json.dumps(as_document(found)))
    assert document["fault"] == fault
    assert [each for each in run.timeline.operations if each.ended is None or each.failure]


SLOW = 100  # times faster than life: an apply that lasts long enough to be met in its middle


@pytest.mark.parametrize("victim", ["slipway.cloud.provider", "slipway.cloud.ministack"])
def test_what_dies_in_the_middle_leaves_an_account(play: Callable[..., Rehearsal], victim: str) -> None:
    """The plugin or MiniStack is killed while the apply runs; the engine itself by a fault, above."""
    killed = threading.Event()

    def say(words: str) -> None:
        seconds = re.search(r"the apply, (\d+) s", words)
        if seconds and int(seconds[1]) >= 8 and not killed.is_set():
            killed.set()
            for line in processes():
                if victim in line:
                    os.kill(int(line.split()[0]), signal.SIGKILL)

    found = play(say=say, scale=SLOW)
    assert killed.is_set()
    assert found.runs[0].status != 0
    assert found.failed
    assert as_document(found)["runs"][0]["engine_status"] != 0


def environment_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_text(errors="replace")
    except OSError:
        return ""


def test_an_interrupted_rehearsal_leaves_nothing(deployed: str, tmp_path: Path) -> None:
    """In the middle of the apply: exit status 130, one line, no process and no directory. SIGTERM is taken as Ctrl-C,
    and reaches a test that runs in the background as well."""
    project = Path(shutil.copytree(OUTAGE, tmp_path / "project"))
    (tmp_path / "state.json").write_text(deployed)
    (tmp_path / "scratch").mkdir()
    child = subprocess.Popen(
        [*SLIPWAY, "rehearse", "production", "--state", str(tmp_path / "state.json"), "--time-scale", str(SLOW)],
        cwd=project,
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    for line in child.stderr:
        if "the apply" in line:
            break
    time.sleep(2)
    child.send_signal(signal.SIGTERM)
    said = child.communicate(timeout=60)[1]
    assert child.returncode == 130, said
    assert "Traceback" not in said
    assert list((tmp_path / "scratch").iterdir()) == []
    assert processes(str(tmp_path / "scratch")) == set()


def test_a_state_without_its_project_is_bad_input(deployed: str, engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no Pulumi project"):
        rehearse(Wanted("production", "production", True), deployed, tmp_path, engine)


def test_the_clock_of_a_rehearsal_is_the_scene_s_own(tmp_path: Path) -> None:
    """A file of the cloud's directory, so nothing else runs faster."""
    clock.write(tmp_path, clock.Clock(scale=60))
    assert clock.read(tmp_path).real(600) == 10
