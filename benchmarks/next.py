"""What `slipway next` costs over 20 commits, 15 of which do not touch the stack: `python benchmarks/next.py`.

The committed production stack comes up on a local cloud of its own, from a repository of its own with a ledger. Then
one `pulumi preview` is timed, and `slipway next` over twenty commits: with nothing remembered (wanted: at most 3 times
one preview), and again with everything. The ratios are within this one run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from slipway.cloud import clock, environment, process
from slipway.engine import resolve
from slipway.ledger import Deed, open_book
from slipway.state import state_folder

ROOT = Path(__file__).parents[1]
STACK = ("--stack", "production", "--non-interactive")
PREVIEW = ["pulumi", "preview", "--json", "--show-sames", "--show-replacement-steps", *STACK]
SETTINGS = "Pulumi.production.yaml"
TOUCHING = (2, 6, 9, 13, 18)  # which of the twenty


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        project = home / "project"
        repository(project)
        cloud = process.start(home / "cloud", clock.INSTANT)
        try:
            shell = environment.within(cloud, resolve(), {**os.environ})
            timed(["pulumi", "stack", "init", *STACK], project, shell)
            up, _ = timed(["pulumi", "up", "--yes", "--skip-preview", *STACK], project, shell)
            print(f"pulumi up: {up:.1f} s", flush=True)
            with_ledger(project)
            deployed = Deed(kind="apply", outcome="done", commit=git(project, "rev-parse", "HEAD"))
            open_book(str(project / "past"), "production", shell).append(deployed, "benchmark")
            twenty(project)
            measure(project, shell)
        finally:
            process.stop(home / "cloud")


def repository(project: Path) -> None:
    """The project as it is committed, in a repository of its own."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(project)], check=True)
    git(project, "remote", "remove", "origin")
    git(project, "checkout", "--quiet", "-B", "main")


def with_ledger(project: Path) -> None:
    """A commit that gives the stack a ledger: only now, since without an approval there nothing would have come up."""
    settings = project / SETTINGS
    settings.write_text(settings.read_text().replace("config:\n", "config:\n  slipway:ledger: past\n", 1))
    with (project / ".gitignore").open("a") as ignored:
        ignored.write("past/\n")
    committed(project, "a ledger")


def twenty(project: Path) -> None:
    """Twenty commits, five of them with another weight each."""
    settings = project / SETTINGS
    for number in range(20):
        if number in TOUCHING:
            weights = f"static.example.org: {{cloudfront: {100 + number}, second: 55}}"
            settings.write_text(
                re.sub(r"static\.example\.org: \{cloudfront: .*\}", weights, settings.read_text(), count=1)
            )
        else:
            (project / "docs" / f"page-{number}.md").write_text(f"page {number}\n")
        committed(project, f"commit {number}")


def measure(project: Path, shell: dict[str, str]) -> None:
    """One preview and one search in turn, twice, and the faster of each: a machine that does other work as well is not
    equally busy all the time."""
    search = [str(Path(sys.executable).with_name("slipway")), "next", "production"]
    previews, searches = [], []
    for _ in range(2):
        previews.append(timed(PREVIEW, project, shell))
        shutil.rmtree(state_folder("next", shell), ignore_errors=True)
        searches.append(timed(search, project, shell))
    preview, work = min(previews)
    print(f"one pulumi preview: {preview:.1f} s, {work:.1f} s of processors", flush=True)
    for name, (took, worked) in (
        ("slipway next, 20 commits", min(searches)),
        ("the same again", timed(search, project, shell)),
    ):
        ratios = f"{took / preview:.2f} x one preview; {worked:.1f} s of processors, {worked / work:.2f} x"
        print(f"{name}: {took:.1f} s, {ratios}", flush=True)


def timed(command: list[str], directory: Path, shell: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock, and of processors: on a busy machine these say more."""
    started, before = time.perf_counter(), os.times()
    done = subprocess.run(command, cwd=directory, env=shell, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = os.times()
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, worked


def committed(directory: Path, subject: str) -> None:
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message", subject)


def git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    main()
