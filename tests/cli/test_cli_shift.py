"""`slipway shift` and `slipway move`: what is said before anything is looked at."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Pulumi.staging.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("shift static.staging.example.org fastly=5%", "name the stack with --stack"),
        ("shift static.staging.example.org fastly=5% --stack nightly", "there is no Pulumi.nightly.yaml here"),
        ("shift doc.staging.example.net fastly=5% --stack staging", "is no name that staging shares by weight"),
        ("shift static.staging.example.org --stack staging", "say either where to, or --back"),
        ("shift static.staging.example.org fastly=5% --back --stack staging", "say either where to, or --back"),
        ("shift static.staging.example.org fastly=5 --stack staging", "'fastly=5' is no share"),
        ("shift static.staging.example.org fastly=5% --soak soon --stack staging", "--soak 'soon' is no time"),
        ("shift static.staging.example.org fastly=5% --steps 1,two --stack staging", "are no percentages"),
        ("move record www.example.org", "name the stack with --stack"),
        ("move alias www.example.org --from a --to b", "name the stack with --stack"),
    ],
)
def test_bad_usage_is_one_sentence_and_one_advice(project: Path, words: str, says: str) -> None:
    command = [sys.executable, "-c", "from slipway.cli import main; main()", *words.split()]
    done = subprocess.run(command, cwd=project, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    first, second = done.stderr.strip().splitlines()
    assert says in first
    assert second.startswith("  ")
