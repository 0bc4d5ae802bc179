"""What stands back has only what nobody else needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ASK = "import os; from pathlib import Path; from slipway.rehearsal.background import stand_back; stand_back(); "


def after(more: str, *, leads: bool) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ASK + more], capture_output=True, text=True, check=True, start_new_session=leads
    )
    return done.stdout.strip()


@pytest.mark.parametrize("leads", [True, False])
def test_process_is_as_nice_as_can_be(leads: bool) -> None:
    assert after("print(os.nice(0))", leads=leads) == "19"


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel does not share out by session")
def test_only_a_session_of_its_own_is_made_nice() -> None:
    told = "print(Path('/proc/self/autogroup').read_text())"
    assert after(told, leads=True).endswith("nice 19")
    assert after(told, leads=False).endswith(Path("/proc/self/autogroup").read_text().strip().rpartition(" ")[2])
