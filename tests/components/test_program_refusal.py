"""What the program does with a configuration that is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_wrong_configuration_stops_the_program_with_one_message() -> None:
    """The engine shows a RunError without a traceback, so that is what the program raises, before any resource."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("record_program.py"))],
        input='{"slipway:zone": "Example.org"}',
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "pulumi.errors.RunError: Pulumi.production.yaml: slipway:environment: is missing" in done.stderr
    assert '\nPulumi.production.yaml: slipway:zone: "Example.org" has capital letters' in done.stderr
    assert done.stderr.rstrip().endswith("Correct Pulumi.production.yaml and try again.")
