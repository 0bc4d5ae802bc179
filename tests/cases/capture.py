"""Capture cases from the real engine: `python tests/cases/capture.py [NAME...]`, all of them without a name.

Each site that cases begin with comes up once, on a local cloud of its own; then every edit of it is previewed. Writes
site.json, preview.json and expected.json of each case; needs no account, and brings engine and cloud.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import groupby
from pathlib import Path
from typing import Any

from casebook import Case, every_case
from volatile import lasting

from slipway.cloud import clock, environment, process
from slipway.engine import Engine, resolve

HERE = Path(__file__).parent
WORKERS = 2
PREVIEW = ("preview", "--json", "--show-sames", "--show-replacement-steps", "--config", "side=after")
# One registration at a time: the engine then prints the steps in the program's order, the same in every capture.
PROGRAM = """
import asyncio
from concurrent.futures import ThreadPoolExecutor

asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
import program
"""


def main() -> None:
    cases = every_case()
    names = sys.argv[1:] or list(cases)
    if unknown := set(names) - cases.keys():
        raise SystemExit(f"no such case: {', '.join(sorted(unknown))}")
    wanted = [cases[name] for name in names]
    engine = resolve()
    begun, done, failed = time.monotonic(), 0, False
    with ThreadPoolExecutor(WORKERS) as pool:
        for result in as_completed([pool.submit(capture, group, engine) for group in grouped(wanted)]):
            said = result.exception() or ", ".join(result.result())
            failed = failed or result.exception() is not None
            done += 0 if result.exception() else len(result.result())
            print(f"{time.monotonic() - begun:4.0f} s  {done:3} of {len(wanted)}  {said}", flush=True)
    if failed:
        raise SystemExit(1)


def grouped(cases: list[Case]) -> list[list[Case]]:
    """Cases by the site they begin with, the largest groups first."""
    ordered = sorted(cases, key=beginning)
    return sorted((list(group) for _, group in groupby(ordered, beginning)), key=len, reverse=True)


def beginning(case: Case) -> str:
    return json.dumps(case.before)


def capture(cases: list[Case], engine: Engine) -> list[str]:
    """Bring the common site up on a cloud of its own, preview every edit of it, and write the cases down. One that the
    engine cannot preview does not keep the others back."""
    failures = []
    with tempfile.TemporaryDirectory(prefix="slipway-case-") as directory:
        home = Path(directory)
        running = process.start(home / "cloud", clock.INSTANT)
        try:
            project = Project(home, environment.within(running, engine))
            project.declare(cases[0])
            if cases[0].before:
                project.pulumi("up", "--yes", "--skip-preview")
            for case in cases:
                project.declare(case)
                try:
                    write(HERE / case.name, case, project.preview(case.stopped))
                except RuntimeError as error:
                    failures.append(f"{case.name}: {error}")
        finally:
            process.stop(home / "cloud")
    if failures:
        raise RuntimeError("\n".join(failures))
    return [case.name for case in cases]


class Project:
    """The program of one group of cases, its stack `production`, and a shell that leads to its cloud."""

    def __init__(self, home: Path, shell: dict[str, str]) -> None:
        self.home, self.shell = home, shell
        (home / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
        (home / "__main__.py").write_text(PROGRAM)
        (home / "program.py").write_text((HERE / "program.py").read_text())
        self.pulumi("stack", "init", "production")

    def declare(self, case: Case) -> None:
        (self.home / "site.json").write_text(json.dumps(case.site))

    def preview(self, stopped: bool) -> dict[str, Any]:
        """The engine's document; it prints one also where it is `stopped`, as over a protected delete."""
        document: dict[str, Any] = json.loads(self.pulumi(*PREVIEW, fails=stopped))
        return document

    def pulumi(self, *arguments: str, fails: bool = False) -> str:
        command = ["pulumi", *arguments, "--non-interactive"]
        done = subprocess.run(
            command, cwd=self.home, env={**os.environ, **self.shell}, capture_output=True, text=True, check=False
        )
        if bool(done.returncode) != fails:
            raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{(done.stdout + done.stderr)[-1000:]}")
        return done.stdout


def write(folder: Path, case: Case, document: dict[str, Any]) -> None:
    """Each file whole or not at all."""
    folder.mkdir(exist_ok=True)
    for name, content in (("site", case.site), ("preview", lasting(document)), ("expected", case.expected)):
        beside = folder / f".{name}.json"
        beside.write_text(json.dumps(content, indent=1) + "\n")
        beside.replace(folder / f"{name}.json")


if __name__ == "__main__":
    main()
