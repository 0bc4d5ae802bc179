"""The fast counter: every edge case that the registry's counter was seen with, and agreement with the slow counter."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from cases import CASES, FIELDS, Case, cloudfront, w3c
from hypothesis import given, settings
from hypothesis import strategies as st
from slow import count as slowly

from slipway.downloads import count
from slipway.downloads.count import counted
from slipway.downloads.generate import CDNS, Broken, Compression, Options, bomb, broken_files, log_files
from slipway.downloads.objects import LogObject

pytestmark = pytest.mark.thorough
NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Found:
    """What a counter found in some files."""

    downloads: Counter[Key]
    reasons: Counter[str]
    refused: bool


def fast(*files: bytes) -> Found:
    """By the fast counter, in one go."""
    objects = [LogObject(f"log {at}", len(data), lambda data=data: io.BytesIO(data)) for at, data in enumerate(files)]
    downloads: Counter[Key] = Counter()
    reasons: Counter[str] = Counter()
    with counted(objects) as found:
        rows = found.database.execute("SELECT reason, date, crate, version, n FROM totals").fetchall()
        assert found.lines == sum(row[-1] for row in rows) + found.malformed
        reasons.update({"shape": found.malformed} if found.malformed else {})
    for reason, *key, number in rows:
        if reason is None:
            downloads[tuple(key)] += number
        else:
            reasons[reason] += number
    return Found(downloads, reasons, bool(found.damaged))


def slow(*files: bytes) -> Found:
    """By the slow counter."""
    found = [slowly(data) for data in files]
    return Found(
        sum((each.downloads for each in found), Counter()),
        sum((each.reasons for each in found), Counter()),
        any(each.refused for each in found),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_small_log_counts_as_the_table_says(case: Case) -> None:
    found = fast(case.data)
    assert found.refused == bool(case.refused)
    if not case.refused:
        assert (found.downloads, found.reasons) == (Counter(case.downloads), Counter(case.reasons))


def test_all_small_logs_at_once_count_as_each_alone() -> None:
    """Many layouts, read by several threads."""
    whole = [case for case in CASES if not case.refused]
    assert fast(*(case.data for case in whole)) == slow(*(case.data for case in whole))


@pytest.mark.parametrize("hostile", [0.0, 0.3])
@pytest.mark.parametrize("cdns", [*((name,) for name in CDNS), tuple(CDNS)], ids="+".join)
def test_both_counters_agree_on_generated_logs(cdns: tuple[str, ...], hostile: float) -> None:
    """A million lines of all kinds by night."""
    lines = 1_000_000 if NIGHTLY and len(cdns) > 1 else 20_000
    options = Options(lines=lines, files=6, days=3, cdns=cdns, hostile=hostile, seed=11)
    files = [b"".join(log.blocks) for log in log_files(options)]
    found = fast(*files)
    assert found == slow(*files)
    assert found.downloads


texts = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r"), max_size=6)
crates = st.sampled_from(["serde", "a_b", "A-b", "", "é", "%2e%2e", "'; DROP TABLE lines; --", "<b>", "a%00b"]) | texts
versions = st.sampled_from(
    ["1.0.0", "1.0.0-rc.1", "1.0.0+a", "1.0.0%2Ba", "1.0.0%252Ba", "01.2.3", "1.2", "1.0.0\u00a7"]
)
stems = st.one_of(
    st.builds("/crates/{0}/{0}-{1}.crate".format, crates, versions),
    st.builds("/crates/{0}/{1}/download".format, crates, versions | texts),
    st.builds(
        "/x/crates/{0}/{1}{2}".format, crates, versions, st.sampled_from(["/download/", "/download?x=1", "%3Fz"])
    ),
    texts,
)
values = {
    "date": st.sampled_from(["2026-03-01", "2026-02-30", "+026-03-01", "2024-02-29", "-", ""]) | texts,
    "cs-method": st.sampled_from(["GET", "GET", "GET", "HEAD", "get"]),
    "sc-status": st.sampled_from(["200", "200", "200", "404", "000", "0200"]),
    "cs(User-Agent)": st.sampled_from(["cargo/1", "cargo%20x", "cargo%2f", "cargo", "-", "Cargo/1"]) | texts,
    "cs-uri-stem": stems,
}
rows = st.fixed_dictionaries({name: values.get(name, texts) for name in FIELDS})
lines = st.one_of(
    rows.map(lambda row: "\t".join(row[name] for name in FIELDS)),
    rows.map(lambda row: "\t".join(row[name] for name in FIELDS)),
    texts,
    st.just("#Fields: " + " ".join(reversed(FIELDS))),
    st.just("#Fields: " + " ".join(FIELDS)),
)


@settings(max_examples=400 if NIGHTLY else 60, deadline=None)
@given(st.lists(lines, max_size=30), st.sampled_from(["\n", "\r\n"]), st.binary(max_size=3))
def test_both_counters_agree_on_small_logs(written: list[str], end: str, noise: bytes) -> None:
    data = w3c(*written).replace(b"\n", end.encode()) + noise.replace(b"\r", b"").replace(b"#", b"")
    assert fast(data) == slow(data)


LOG = b"".join(b"".join(log.blocks) for log in log_files(Options(lines=3_000, seed=3, compression=Compression.NONE)))


@pytest.mark.parametrize("broken", list(broken_files(LOG)), ids=lambda broken: broken.name)
def test_a_broken_file_is_named_and_what_is_good_of_it_counts(broken: Broken) -> None:
    found, whole = fast(broken.data), fast(LOG)
    assert found.refused != broken.whole
    if broken.whole:
        assert found == whole
    elif broken.name != "flipped.gz":  # what was unpacked before the flip is noticed may be anything
        assert found.downloads <= whole.downloads + whole.downloads


def test_what_comes_before_the_damage_counts() -> None:
    packed = gzip.compress(LOG)
    found = fast(packed + packed[: len(packed) // 2])
    assert found.refused
    assert found.downloads >= fast(LOG).downloads


# Not ru_maxrss: that of a process begins with what its parent had.
MEASURE = """
import re, sys
from slipway.downloads.count import counted
from slipway.downloads.objects import LogObject
with counted([LogObject("bomb", 0, lambda: open(sys.argv[1], "rb"))]) as found:
    peak = re.search("VmHWM: *([0-9]+) kB", open("/proc/self/status").read().replace(chr(9), " "))
    print(found.lines, found.malformed, found.damaged, int(peak[1]) < 700_000)
"""


@pytest.mark.parametrize(
    ("name", "unit", "size"),
    [
        ("one-line.gz", b"\0", 1 << 30),
        ("one-line.zst", b"x", 1 << 30),
        ("signs.gz", b"#", 1 << 26),
        ("tabs.gz", b"\t", 1 << 26),
        ("quotes.gz", b'"', 1 << 26),
    ],
)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read where Linux tells it")
def test_a_line_of_a_gigabyte_is_one_malformed_line(tmp_path: Path, name: str, unit: bytes, size: int) -> None:
    """In a process of its own, whose memory is measured."""
    bomb(tmp_path / name, size, head=w3c(cloudfront()), unit=unit)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / name)], capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout.strip() == "2 1 {} True"


def test_lines_that_need_more_memory_than_usual_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile JSON lines of a few hundred kilobytes, 2,048 at a time."""
    files = [b"".join(log.blocks) for log in log_files(Options(lines=5_000, cdns=("fastly",), hostile=0.3, seed=11))]
    monkeypatch.setattr(count, "_MEMORY", "40MB")
    assert fast(*files) == slow(*files)


def test_a_log_with_no_end_of_layouts_is_damaged() -> None:
    """Each would be a query of its own."""
    found = fast(w3c(cloudfront(), *(f"#Fields: date column-{number}" for number in range(1000)), cloudfront()))
    assert (found.refused, found.downloads.total()) == (True, 1)
