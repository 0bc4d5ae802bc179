"""The generator: the same from the same seed, true to the formats, and right about what is in its logs."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from backports import zstd
from slow import count

from slipway.downloads.generate import CDNS, Compression, Options, Tally, empty_tally, log_files, write_logs
from slipway.errors import BadInput

NIGHTLY = os.environ.get("SLIPWAY_NIGHTLY") == "1"
SMALL = Options(lines=3_000, days=3, files=4, seed=1, first=date(2024, 2, 28))


def texts(options: Options, tally: Tally | None = None) -> dict[str, bytes]:
    """Every file before it is packed, by name."""
    plain = replace(options, compression=Compression.NONE)
    return {name: b"".join(blocks) for name, blocks in log_files(plain, tally)}


@pytest.mark.parametrize("hostile", [0.0, 0.3])
@pytest.mark.parametrize("cdns", [*((name,) for name in CDNS), tuple(CDNS)], ids="+".join)
def test_slow_counter_finds_what_the_generator_says(cdns: tuple[str, ...], hostile: float) -> None:
    """Downloads by key, and every other line with its reason."""
    options = replace(SMALL, cdns=cdns, hostile=hostile, lines=1_000_000 if NIGHTLY and len(cdns) > 1 else 6_000)
    tally = empty_tally(options)
    downloads: Counter[tuple[str, str, str]] = Counter()
    reasons: Counter[str] = Counter()
    for _, blocks in log_files(options, tally):
        slow = count(b"".join(blocks))
        assert not slow.refused
        downloads.update(slow.downloads)
        reasons.update(slow.reasons)
    assert downloads == tally.downloads()
    assert reasons == tally.reasons
    assert downloads.total() + reasons.total() == tally.lines == options.lines
    assert downloads.total() == tally.total


@pytest.mark.parametrize("hostile", [0.0, 0.3])
def test_same_options_make_the_same_bytes(hostile: float) -> None:
    """Names and contents; another seed makes others."""
    options = replace(SMALL, cdns=tuple(CDNS), hostile=hostile)
    first, again = ({name: b"".join(blocks) for name, blocks in log_files(options)} for _ in range(2))
    assert first == again
    assert not set(texts(replace(options, seed=2)).values()) & set(texts(options).values())


def test_a_file_does_not_depend_on_the_others() -> None:
    """They can be read in any order, or one alone."""
    files = list(log_files(SMALL))
    backwards = {name: b"".join(blocks) for name, blocks in reversed(files)}
    assert backwards == {name: b"".join(blocks) for name, blocks in log_files(SMALL)}


def test_a_few_crates_have_most_downloads() -> None:
    """Zipf's law has a head and a long tail."""
    tally = empty_tally(Options(lines=60_000))
    for _, blocks in log_files(Options(lines=60_000), tally):
        assert sum(map(len, blocks))
    crates: Counter[str] = Counter()
    for (_, crate, _), times in tally.downloads().items():
        crates[crate] += times
    ranked = [times for _, times in crates.most_common()]
    assert len(ranked) > 1_500
    assert 0.3 < sum(ranked[:24]) / sum(ranked) < 0.6
    assert 5 < ranked[0] / ranked[9] < 12  # of the tenth: 10 to the power of the exponent, about 8


def test_versions_have_builds_and_early_releases_and_names_other_spellings() -> None:
    """What a counter has to take apart is there."""
    tally = empty_tally(Options(lines=60_000))
    for _, blocks in log_files(Options(lines=60_000), tally):
        assert sum(map(len, blocks))
    releases = {(crate, version) for _, crate, version in tally.downloads()}
    names = {crate for crate, _ in releases}
    assert any("+" in version for _, version in releases)
    assert any("-" in version.partition("+")[0] for _, version in releases)
    assert any("-" in name and name.replace("-", "_") in names for name in names)


def test_cloudfront_has_the_standard_columns() -> None:
    """33 of them, tab-separated, about 360 bytes a line, and the plus sign encoded twice."""
    for name, data in texts(replace(SMALL, lines=20_000)).items():
        assert re.fullmatch(
            r"cloudfront/static[.]example[.]org/[A-Z0-9]+[.]2024-0\d-\d\d-\d\d[.][0-9a-f]{8}[.]log", name
        )
        version, fields, *lines = data.decode().splitlines()
        assert version == "#Version: 1.0"
        assert {line.count("\t") for line in lines} == {fields.removeprefix("#Fields: ").count(" ")} == {32}
        assert 340 < len(data) / len(lines) < 380
        assert len({line.split("\t")[14] for line in lines}) == len(lines)  # x-edge-request-id
        assert b"%252B" in data


def test_cloudfront_json_has_the_same_columns_as_strings() -> None:
    """Standard logging v2."""
    for name, data in texts(replace(SMALL, cdns=("cloudfront-v2",))).items():
        assert name.startswith("AWSLogs/111122223333/CloudFront/")
        for line in data.decode().splitlines():
            columns = json.loads(line)
            assert len(columns) == 33
            assert {type(value) for value in columns.values()} == {str}


def test_second_cdn_has_a_prefix_and_json() -> None:
    """And its agents are not encoded."""
    for name, data in texts(replace(SMALL, cdns=("fastly",))).items():
        assert name.startswith("fastly-requests/static.example.org/2024-0")
        for line in data.decode().splitlines():
            prefix, _, rest = line.partition("]: ")
            assert re.fullmatch(r"<134>\S{20} cache-\S+ s3-request-logs\[\d+", prefix)
            fields = json.loads(rest)
            assert fields["version"] == "1"
            assert type(fields["status"]) is int
            assert "%20" not in fields["http"]["useragent"]


def test_every_day_and_some_retries_are_there() -> None:
    """The same client asks again within seconds after a failure; one file feeds two days."""
    options = replace(SMALL, lines=20_000)
    days = Counter(day for day, _, _ in _tallied(options).downloads())
    assert set(days) == {"2024-02-28", "2024-02-29", "2024-03-01"}
    retried, late = 0, 0
    for data in texts(options).values():
        rows = [line.split("\t") for line in data.decode().splitlines()[2:]]
        retried += sum(
            (a[4], a[7], a[10], a[26]) == (b[4], b[7], b[10], b[26]) and a[8] in ("000", "503") and b[8] == "200"
            for a, b in pairwise(rows)
        )
        late += len({row[0] for row in rows}) > 1
    assert retried > 100
    assert late


@pytest.mark.parametrize(
    ("compression", "cdn", "ending", "unpack"),
    [
        (Compression.CDN, "cloudfront", ".gz", gzip.decompress),
        (Compression.CDN, "fastly", ".log.zst", zstd.decompress),
        (Compression.ZSTD, "cloudfront", ".zst", zstd.decompress),
        (Compression.GZIP, "fastly", ".log.gz", gzip.decompress),
        (Compression.NONE, "cloudfront", ".log", bytes),
        (Compression.NONE, "fastly", ".log", bytes),
    ],
)
def test_files_are_packed_as_they_are_named(compression: Compression, cdn: str, ending: str, unpack: type) -> None:
    """As the CDN does it, or as asked for."""
    options = replace(SMALL, cdns=(cdn,), compression=compression)
    plain = texts(options)
    for (name, blocks), text in zip(log_files(options), plain.values(), strict=True):
        assert name.endswith(ending)
        assert unpack(b"".join(blocks)) == text


def test_files_are_written_below_the_directory(tmp_path: Path) -> None:
    """What `log_files` makes, with nothing beside it."""
    tally = write_logs(SMALL, tmp_path / "logs")
    written = {path.relative_to(tmp_path / "logs").as_posix(): path.read_bytes() for path in _files(tmp_path)}
    assert written == {name: b"".join(blocks) for name, blocks in log_files(SMALL)}
    assert tally.downloads() == _tallied(SMALL).downloads()


def test_a_file_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    """Nobody takes half a log for a log."""

    def stop(tally: Tally) -> None:
        if tally.lines > 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_logs(SMALL, tmp_path, stop)
    assert len(_files(tmp_path)) == 1


def test_a_directory_that_holds_something_is_refused(tmp_path: Path) -> None:
    """Counts of two runs would be mixed."""
    (tmp_path / "x").touch()
    with pytest.raises(BadInput, match="not empty"):
        write_logs(SMALL, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": -1},
        {"days": 0},
        {"days": 4_000_000},
        {"hostile": 1.5},
        {"cdns": ()},
        {"cdns": ("other",)},
        {"files": 1, "cdns": ("cloudfront", "fastly")},
        {"crates": 200_001},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    """With a sentence that has the value in it."""
    with pytest.raises(BadInput):
        Options(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_logs_may_be_nearly_empty(lines: int) -> None:
    """No line, and one line."""
    tally = empty_tally(options := Options(lines=lines, files=1, hostile=1))
    data = texts(options, tally)
    assert len(data) == 1
    assert tally.lines == lines


def _tallied(options: Options) -> Tally:
    tally = empty_tally(options)
    texts(options, tally)
    return tally


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]
