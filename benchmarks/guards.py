"""What the guards add to a preview of the whole production stack: `python benchmarks/guards.py` (five minutes).

The committed stack comes up on a local cloud of its own; then `pulumi preview` is timed alone, with the policy pack,
and as `slipway preflight`, which previews and judges: the better of three runs each, ratios within this one run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from slipway.cloud import clock, environment, process
from slipway.engine import resolve

ROOT = Path(__file__).parents[1]
STACK = ("--stack", "production", "--non-interactive")


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        project = home / "project"
        project.mkdir()
        for name in ("Pulumi.yaml", "Pulumi.production.yaml"):
            shutil.copy(ROOT / name, project)
        (project / "infra").symlink_to(ROOT / "infra")
        cloud = process.start(home / "cloud", clock.INSTANT)
        try:
            measure(project, environment.within(cloud, resolve(), {**os.environ}))
        finally:
            process.stop(home / "cloud")


def measure(project: Path, shell: dict[str, str]) -> None:
    timed(["pulumi", "stack", "init", *STACK], project, shell)
    print(f"pulumi up: {timed(['pulumi', 'up', '--yes', '--skip-preview', *STACK], project, shell):.1f} s", flush=True)
    slipway = str(Path(sys.executable).with_name("slipway"))
    pack = str(ROOT / "infra" / "policy-pack")
    commands = {
        "pulumi preview": ["pulumi", "preview", *STACK],
        "with the policy pack": ["pulumi", "preview", "--policy-pack", pack, *STACK],
        "slipway preflight": [slipway, "preflight", "production"],
    }
    seconds = {name: min(timed(command, project, shell) for _ in range(3)) for name, command in commands.items()}
    for name, took in seconds.items():
        print(f"{name}: {took:.1f} s, {took / seconds['pulumi preview']:.2f} x pulumi preview")


def timed(command: list[str], project: Path, shell: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=project, env=shell, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
