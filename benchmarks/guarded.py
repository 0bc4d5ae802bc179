"""What the guarded way costs: `python benchmarks/guarded.py`.

The committed production stack comes up on a local cloud of its own. Then weights change, one commit after the other:
some applied with a bare `pulumi up`, which previews first, and then as many by `slipway preflight`, `approve` and
`apply`, with hooks on every resource and a ledger in a folder. Wanted: at most 1.2 times, within this one run. The
apply that binds the hooks is left out, which writes the state once for every resource.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from next import SETTINGS, STACK, committed, repository, timed, with_ledger

from slipway.cloud import clock, environment, process
from slipway.engine import resolve

TIMES = 3
UP = ["pulumi", "up", "--yes", *STACK]
SLIPWAY = str(Path(sys.executable).with_name("slipway"))
GUARDED = [[SLIPWAY, verb, "production"] for verb in ("preflight", "approve", "apply")]


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        project = home / "project"
        repository(project)
        # Nobody has taken anything to staging here.
        (project / "Pulumi.staging.yaml").unlink()
        cloud = process.start(home / "cloud", clock.INSTANT)
        try:
            shell = environment.within(cloud, resolve(), {**os.environ})
            timed(["pulumi", "stack", "init", *STACK], project, shell)
            committed(project, "one environment")
            timed([*UP, "--skip-preview"], project, shell)
            bare = [applied(project, shell, 100 + number, [UP]) for number in range(TIMES)]
            with_ledger(project)
            applied(project, shell, 110, GUARDED)
            guarded = [applied(project, shell, 111 + number, GUARDED) for number in range(TIMES)]
            print(f"guarded: {median(guarded) / median(bare):.2f} x bare")
        finally:
            process.stop(home / "cloud")


def applied(project: Path, shell: dict[str, str], weight: int, commands: Sequence[Sequence[str]]) -> float:
    """Another weight, committed and applied so; seconds."""
    settings = project / SETTINGS
    weights = f"static.example.org: {{cloudfront: {weight}, second: 55}}"
    settings.write_text(re.sub(r"static\.example\.org: \{cloudfront: .*\}", weights, settings.read_text(), count=1))
    committed(project, f"weight {weight}")
    took = [timed([*words], project, shell) for words in commands]
    seconds, worked = (sum(column) for column in zip(*took, strict=True))
    parts = " + ".join(f"{each:.1f}" for each, _ in took)
    print(f"{commands[0][0]} ...: {parts} = {seconds:.1f} s, {worked:.1f} s of processors", flush=True)
    return seconds


if __name__ == "__main__":
    main()
