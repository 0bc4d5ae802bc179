"""What counting downloads costs: `python benchmarks/downloads.py [--lines N ...] [--parser COMMAND]`.

Generated logs of CloudFront (33 columns, 364 bytes a line), counted by `slipway downloads count` as a user runs it: the
start of Python, the reading and the sorted CSV included. For each size, plain and gzip: seconds, lines a second, peak
memory of the process and of what it keeps in memory's file system; then how seconds grow from the first size to the
last (wanted: at most as the lines do).

COMMAND is another counter, which is given the file as its last argument: the registry's own parser, say, built from its
sources. It runs before and after, on the same file, and the ratio is of medians (wanted: 0.6 at most).
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from slipway.downloads.generate import BENCHMARK, Compression, log_files

MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, never written to


def main() -> None:
    """Print seconds, ratios and memory."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 5_000_000])
    arguments.add_argument("--parser", type=shlex.split, default=[])
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as directory:
        for packed in (False, True):
            seconds = [measure(Path(directory), lines, packed, given.parser, given.runs) for lines in given.lines]
            growth, more = seconds[-1] / seconds[0], given.lines[-1] / given.lines[0]
            print(
                f"{'gzip' if packed else 'plain'}: {more:.0f} times the lines take {growth:.1f} times as long",
                flush=True,
            )


def measure(directory: Path, lines: int, packed: bool, parser: list[str], runs: int) -> float:
    """Seconds, the median of some runs."""
    log = written(directory, lines, packed)
    took, others, peak, kept = [], [], 0, 0
    for _ in range(runs):
        others += [timed([*parser, str(log)])[0]] if parser else []
        seconds, memory, spooled = timed(
            [str(Path(sys.executable).with_name("slipway")), "downloads", "count", str(log)]
        )
        took.append(seconds)
        peak, kept = max(peak, memory), max(kept, spooled)
        others += [timed([*parser, str(log)])[0]] if parser else []
    median = _median(took)
    size = f"{lines:,} lines, {log.stat().st_size / 1e6:,.0f} MB {'gzip' if packed else 'plain'}"
    speed = f"{_span(took)}, {lines / median / 1e6:.2f} M lines/s"
    print(f"{size}: {speed}; {peak / 1e6:,.0f} MB, and {kept / 1e6:,.0f} MB spooled", flush=True)
    if others:
        print(f"  the other counter: {_span(others)}; ratio {median / _median(others):.2f}", flush=True)
    log.unlink()
    return median


def _median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _span(seconds: list[float]) -> str:
    return f"{_median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f})"


def written(directory: Path, lines: int, packed: bool) -> Path:
    """One log of so many lines."""
    log = directory / ("log.gz" if packed else "log")
    options = replace(BENCHMARK, lines=lines, files=1, compression=Compression.GZIP if packed else Compression.NONE)
    with log.open("wb") as file:
        for each in log_files(options):
            for block in each.blocks:
                file.write(block)
    return log


def timed(command: list[str]) -> tuple[float, int, int]:
    """Seconds by the clock, and bytes of memory at the worst: of the process, and of files that are kept in memory."""
    spooled, over = 0, threading.Event()
    before = shutil.disk_usage(MEMORY).used if MEMORY.is_dir() else 0

    def watch() -> None:
        nonlocal spooled
        while not over.wait(0.05) and MEMORY.is_dir():
            spooled = max(spooled, shutil.disk_usage(MEMORY).used - before)

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    over.set()
    watching.join()
    if status:
        raise SystemExit(f"{shlex.join(command)} failed")
    return seconds, usage.ru_maxrss * 1024, spooled


if __name__ == "__main__":
    main()
