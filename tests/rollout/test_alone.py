"""One apply of a stack at a time on a machine, also after one that was killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.guard.permission import Refused
from slipway.rollout.alone import alone

pytestmark = pytest.mark.process

HOLDER = """
import sys, time
from slipway.rollout.alone import alone
with alone("cdn", "production", {"XDG_STATE_HOME": sys.argv[1]}, str, "apply"):
    print("in", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is alone with production."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        yield process
        process.kill()


def test_second_one_is_told_who(other: subprocess.Popen[str], tmp_path: Path) -> None:
    variables = {"XDG_STATE_HOME": str(tmp_path)}
    with pytest.raises(Refused) as caught, alone("cdn", "production", variables, lambda: "Ada is at it", "apply"):
        pass
    assert caught.value.message == "Ada is at it"
    assert caught.value.advice.endswith("slipway ledger show production")
    with alone("cdn", "staging", variables, str, "apply"), alone("other", "production", variables, str, "apply"):
        pass


def test_killed_one_is_in_nobodys_way(other: subprocess.Popen[str], tmp_path: Path) -> None:
    other.kill()
    other.wait()
    with alone("cdn", "production", {"XDG_STATE_HOME": str(tmp_path)}, str, "apply"):
        pass
    with alone("cdn", "production", {"XDG_STATE_HOME": str(tmp_path)}, str, "apply"):
        pass
