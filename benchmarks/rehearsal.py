"""What a rehearsal of the whole production stack costs: `python benchmarks/rehearsal.py` (five minutes).

The committed stack is deployed to a local cloud, one weight of it edited, and that edit rehearsed: the whole command in
seconds (wanted: below 60 on two cores), and the engine's apply with probes at every hostname beside the same apply
without any (wanted: less than 10 % more), three of each in turn, in one run.
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
from slipway.engine import Engine, resolve
from slipway.rehearsal.perform import Engineer
from slipway.rehearsal.scene import FILE, Scene, export, opened
from slipway.rehearsal.watch import watching

ROOT = Path(__file__).parents[1]
NAMES = [
    *("static.example.org", "cloudfront-static.example.org", "index.example.org", "cloudfront-index.example.org"),
    *("example.org", "cloudfront-app.example.org", "static.example.net", "cloudfront-static.example.net"),
    *("doc.example.net", "www.example.org", "docs.example.org", "download.example.org", "packages.example.org"),
    *("search.example.org", "status.example.org", "blog.example.org", "forge.example.org", "community.example.org"),
    *("play.example.org", "fastly-static.example.org", "fastly-index.example.org", "fastly-app.example.org"),
]
EXTERNAL = ("pool.cdn.example.com",)


def main() -> None:
    """Print seconds and ratios."""
    engine = resolve()
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory) / "project"
        project.mkdir()
        for name in ("Pulumi.yaml", "Pulumi.production.yaml"):
            shutil.copy(ROOT / name, project)
        (project / "infra").symlink_to(ROOT / "infra")
        exported = deployed(project, Path(directory) / "cloud", engine)
        state = Path(directory) / "state.json"
        state.write_text(exported)
        settings = project / "Pulumi.production.yaml"
        settings.write_text(
            settings.read_text().replace("{cloudfront: 200, second: 55}", "{cloudfront: 210, second: 45}")
        )
        slipway = str(Path(sys.executable).with_name("slipway"))
        print(f"slipway rehearse: {timed([slipway, 'rehearse', 'production', '--state', str(state)], project):.1f} s")
        with opened("production", project, engine) as scene:
            pairs = [(applied(scene, exported, probed=False), applied(scene, exported, probed=True)) for _ in range(3)]
        alone, probed = (sum(each) / len(pairs) for each in zip(*pairs, strict=True))
        print(f"pulumi up alone: {alone:.1f} s; with probes: {probed:.1f} s, {probed / alone:.2f} x")


def deployed(project: Path, home: Path, engine: Engine) -> str:
    """The state of the committed stack."""
    cloud = process.start(home, clock.INSTANT)
    try:
        os.environ.update(environment.variables(cloud, engine))
        stack = ("--stack", "production", "--non-interactive")
        timed(["pulumi", "stack", "init", *stack], project)
        print(f"pulumi up from empty: {timed(['pulumi', 'up', '--yes', '--skip-preview', *stack], project):.1f} s")
        return export("production", project, engine)
    finally:
        process.stop(home)


def applied(scene: Scene, exported: str, *, probed: bool) -> float:
    """Seconds of one apply of the edit."""
    scene.set_up(exported, lambda words: None)
    scene.run_at(clock.Clock())
    command = scene.command("up", "--yes", "--skip-preview")
    if not probed:
        return seconds(scene, command)
    with watching(scene.cloud.directory, NAMES, f"/{FILE}", EXTERNAL) as watch:
        watch.await_served(NAMES, 10.0)
        began = time.monotonic()
        took = seconds(scene, command)
        count = sum(0 <= probe.began < took for probe in watch.probes(clock.Clock(scale=1), began))
        each = count / took / len(NAMES)
        print(f"{each:.1f} users a second at each of {len(NAMES)} names, two a probe", flush=True)
    return took


def seconds(scene: Scene, command: list[str]) -> float:
    done = Engineer().run(command, scene.project, scene.shell)
    if done.status:
        raise SystemExit(done.said[-3000:])
    return done.ended - done.began


def timed(command: list[str], project: Path) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
