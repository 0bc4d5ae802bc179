"""How long `slipway preflight` takes on 20, 1,000 and 10,000 sites: `python benchmarks/preflight.py [SITES...]`.

One captured preview (a distribution's comment edited) repeated as independent sites: every URN, host name and id
of a site gets its number. Whole processes, cold, JSON out; ratios within this one run, as machines differ.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASE = Path(__file__).parents[1] / "tests" / "cases" / "comment_only" / "preview.json"
SLIPWAY = str(Path(sys.executable).with_name("slipway"))


def repeated(sites: int) -> str:
    """The preview's JSON with its resources once a site, and one stack."""
    document = json.loads(CASE.read_text(encoding="utf-8"))
    stack = [step for step in document["steps"] if "pulumi:pulumi:Stack" in step["urn"].split("::")[2]]
    site = json.dumps([step for step in document["steps"] if step not in stack])
    steps = list(stack)
    for number in range(sites):
        text = site.replace("example.org", f"s{number}.example.org").replace("::cdn::aws", "::cdn::aws")
        text = _numbered(text, number)
        steps += json.loads(text)
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


def timed(command: list[str]) -> tuple[float, int]:
    """Seconds of wall time and the exit status of a whole process."""
    started = time.perf_counter()
    status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    return time.perf_counter() - started, status


def main() -> None:
    """Print a line a size, and the ratios."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [20, 1000, 10000]
    bare = min(timed([sys.executable, "-c", "pass"])[0] for _ in range(5))
    print(f"python -c pass: {bare:.3f} s")
    seconds: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        for sites in sizes:
            path = Path(directory) / f"{sites}.json"
            path.write_text(repeated(sites), encoding="utf-8")
            command = [SLIPWAY, "preflight", "--preview", str(path), "--format", "json"]
            seconds[sites], status = min(timed(command) for _ in range(3 if sites < 5000 else 1))
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            size = path.stat().st_size / 1e6
            print(
                f"{sites} sites, {sites * 9 + 1} steps, {size:.1f} MB: {seconds[sites]:.2f} s "
                f"({seconds[sites] / bare:.1f} x python), exit {status}, peak so far {peak:.0f} MB"
            )
    if {1000, 10000} <= seconds.keys():
        print(f"10,000 sites / 1,000 sites: {seconds[10000] / seconds[1000]:.1f}")


if __name__ == "__main__":
    main()
