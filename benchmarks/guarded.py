"""What the guarded way costs: `python benchmarks/guarded.py`.

The committed production stack comes up on a local cloud of its own. Then weights change, one commit after the other:
applied with a bare `pulumi up`, which previews first, and by `slipway preflight`, `approve` and `apply`, with hooks on
every resource and a ledger in a folder. Pairs within one run; wanted: at most 1.2 times.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from next import SETTINGS, STACK, committed, repository, timed, with_ledger

from slipway.cloud import clock, environment, process
from slipway.engine import resolve

PAIRS = 3
UP = ["pulumi", "up", "--yes", *STACK]
SLIPWAY = str(Path(sys.executable).with_name("slipway"))


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
            ratios = [pair(project, shell, number) for number in range(PAIRS)]
            print(f"together: {sum(ratios) / len(ratios):.2f} x")
        finally:
            process.stop(home / "cloud")


def pair(project: Path, shell: dict[str, str], number: int) -> float:
    """One apply of either kind, each of another weight; the ratio."""
    weigh(project, 100 + 2 * number)
    committed(project, f"bare {number}")
    bare, worked = timed(UP, project, shell)
    plain = (project / SETTINGS).read_text()
    with_ledger(project)
    weigh(project, 101 + 2 * number)
    committed(project, f"guarded {number}")
    steps = [
        timed([SLIPWAY, *words], project, shell)
        for words in (("preflight", "production"), ("approve", "production"), ("apply", "production"))
    ]
    (project / SETTINGS).write_text(
        re.sub(r"cloudfront: \d+, second: 55", f"cloudfront: {101 + 2 * number}, second: 55", plain)
    )
    guarded, work = (sum(column) for column in zip(*steps, strict=True))
    parts = ", ".join(f"{took:.1f}" for took, _ in steps)
    print(
        f"bare {bare:.1f} s, guarded {guarded:.1f} s (preflight, approve, apply: {parts}): {guarded / bare:.2f} x; "
        f"{work:.1f} s of processors for {worked:.1f}",
        flush=True,
    )
    return guarded / bare


def weigh(project: Path, weight: int) -> None:
    """Another weight for the download host."""
    settings = project / SETTINGS
    weights = f"static.example.org: {{cloudfront: {weight}, second: 55}}"
    settings.write_text(re.sub(r"static\.example\.org: \{cloudfront: .*\}", weights, settings.read_text(), count=1))


if __name__ == "__main__":
    main()
