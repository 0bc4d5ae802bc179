"""How long `slipway preflight` takes on 20, 1,000 and 10,000 sites: `python benchmarks/preflight.py [SITES...]`.

One captured preview (a distribution's comment edited) repeated as independent sites: every URN, host name and id
of a site gets its number. Whole processes, cold, JSON out, compared within this one run, as machines differ: with
`python -c pass`, and with `conftest test` and two one-line rules on the same file, if conftest is on PATH or Go is
there to build it. The package is compiled first, as an installation is: where PYTHONDONTWRITEBYTECODE is set, a
checkout would be compiled anew by every process.
"""

from __future__ import annotations

import compileall
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import slipway

CASE = Path(__file__).parents[1] / "tests" / "cases" / "comment_only" / "preview.json"
SLIPWAY = str(Path(sys.executable).with_name("slipway"))
CONFTEST = "github.com/open-policy-agent/conftest@v0.71.1"
RULES = """package main

deny contains msg if { some step in input.steps; step.op == "delete"; msg := step.urn }
deny contains msg if { some step in input.steps; step.op == "replace"; msg := step.urn }
"""


def repeated(sites: int) -> str:
    """The preview's JSON with its resources once a site, and one stack."""
    document = json.loads(CASE.read_text(encoding="utf-8"))
    stack = [step for step in document["steps"] if "pulumi:pulumi:Stack" in step["urn"].split("::")[2]]
    site = json.dumps([step for step in document["steps"] if step not in stack])
    steps = list(stack)
    for number in range(sites):
        steps += json.loads(_numbered(site.replace("example.org", f"s{number}.example.org"), number))
    counts: dict[str, int] = {}
    for step in steps:
        counts[step["op"]] = counts.get(step["op"], 0) + 1
    return json.dumps({**document, "steps": steps, "changeSummary": counts})


def _numbered(text: str, number: int) -> str:
    """Give every logical name, physical id and domain of the site its number."""
    document = json.loads(text)
    found: dict[str, str] = {}
    for step in document:
        urn = step["urn"]
        found[urn] = f"{urn}-{number}"
        for state in (step.get("oldState") or {}, step.get("newState") or {}):
            for name in ("arn", "zoneId", "domainName", "id"):
                value = state.get("outputs", {}).get(name) or state.get(name)
                if isinstance(value, str) and len(value) > 6:
                    found[value] = f"s{number}{value}" if value.endswith(".cloudfront.net") else f"{value}{number}"
    for old in sorted(found, key=len, reverse=True):
        text = text.replace(f'"{old}"', f'"{found[old]}"')
    return text


def write(path: Path, sites: int) -> None:
    """Write a preview of so many sites."""
    path.write_text(repeated(sites), encoding="utf-8")


def conftest() -> str | None:
    """The program to compare with: on PATH, or built by Go into the user's cache; None if neither is to be had."""
    if found := shutil.which("conftest"):
        return found
    target = Path.home() / ".cache" / "slipway" / "benchmarks"
    if not (target / "conftest").exists() and shutil.which("go"):
        print("building conftest (minutes, once) ...", file=sys.stderr)
        environment = {**os.environ, "GOBIN": str(target), "CGO_ENABLED": "0"}
        subprocess.run(["go", "install", CONFTEST], env=environment, check=False)
    return str(target / "conftest") if (target / "conftest").exists() else None


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds of wall time and peak memory in MB of a whole process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main() -> None:
    """Print a line a size, and the ratios."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [20, 1000, 10000]
    compileall.compile_dir(Path(slipway.__file__).parent, quiet=1)
    other = conftest()
    bare = min(timed([sys.executable, "-c", "pass"])[0] for _ in range(20))
    print(f"python -c pass: {bare * 1000:.0f} ms")
    seconds: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        rules = Path(directory) / "policy"
        rules.mkdir()
        (rules / "steps.rego").write_text(RULES, encoding="utf-8")
        for sites in sizes:
            path = Path(directory) / f"{sites}.json"
            # By another process: a process begins with the peak memory of the one that started it.
            writer = multiprocessing.Process(target=write, args=(path, sites))
            writer.start()
            writer.join()
            runs = 20 if sites < 100 else 3
            ours = [SLIPWAY, "preflight", "--preview", str(path), "--format", "json"]
            seconds[sites], peak = min(timed(ours) for _ in range(runs))
            line = f"{sites} sites, {sites * 9 + 1} steps, {path.stat().st_size / 1e6:.1f} MB: {seconds[sites]:.2f} s"
            line += f", {seconds[sites] / bare:.1f} x python -c pass, {peak:.0f} MB"
            if other and sites >= 100:
                theirs = [other, "test", str(path), "--policy", str(rules), "--parser", "json"]
                took, memory = min(timed(theirs) for _ in range(3))
                line += f"; conftest {took:.2f} s, {memory:.0f} MB: ours / theirs {seconds[sites] / took:.2f}"
            print(line, flush=True)
    if {1000, 10000} <= seconds.keys():
        print(f"10,000 sites / 1,000 sites: {seconds[10000] / seconds[1000]:.1f}")


if __name__ == "__main__":
    main()
