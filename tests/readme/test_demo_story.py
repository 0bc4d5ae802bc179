"""`make demo`'s story: as told, from start to end, and cleaned up however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.engine


# A background job without job control (a CI runner's) ignores SIGINT, and its children inherit that.
DEMO = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("demo", run_name="__main__")
"""


def demo(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DEMO],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def running_under(directory: Path) -> list[str]:
    """Processes whose environment or arguments lie in the demo's directory, the engine's own children included."""
    shown = subprocess.run(["ps", "eww", "-eo", "pid=,command="], capture_output=True, text=True, check=True)
    return [line for line in shown.stdout.splitlines() if str(directory) in line and " ps eww" not in f" {line}"]


def test_demo_refuses_two_changes_and_serves_throughout(tmp_path: Path) -> None:
    """Refused once, approved twice, and no download failed meanwhile."""
    told, _ = demo(tmp_path).communicate(timeout=600)
    assert "refused by one-change: this plan carries 2 changes" in told, told
    assert told.count("approved: 1 change") == 2
    assert told.count("none failed") == 2
    assert "nothing is left running" in told
    assert list(tmp_path.iterdir()) == []
    assert running_under(tmp_path) == []


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_demo_leaves_nothing(tmp_path: Path, blow: signal.Signals) -> None:
    """Ctrl-C in the middle of an apply: the cloud stops, the directory goes."""
    process = demo(tmp_path)
    assert process.stdout is not None
    for line in process.stdout:
        if "pulumi up" in line:
            break
    time.sleep(2)
    os.killpg(process.pid, blow) if blow is signal.SIGINT else process.send_signal(blow)
    process.stdout.read()
    process.stdout.close()
    assert process.wait(timeout=60) == 130
    assert list(tmp_path.iterdir()) == []
    assert running_under(tmp_path) == []
