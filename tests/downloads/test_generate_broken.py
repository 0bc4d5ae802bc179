"""Files that are damaged or meant to harm: each is as it says it is, by the slow counter."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from backports import zstd
from cases import HEADER, cloudfront, w3c
from slow import count

from slipway.downloads.generate import bomb, broken_files

LOG = w3c(*(cloudfront(f"/crates/a{number}/1.0.{number}/download") for number in range(200)))


@pytest.mark.parametrize("broken", list(broken_files(LOG)), ids=lambda broken: broken.name)
def test_broken_file_is_whole_or_refused(broken) -> None:
    """Every line of the log, or none and a reason."""
    slow = count(broken.data)
    assert bool(slow.refused) == (not broken.whole)
    assert slow.downloads == (count(LOG).downloads if broken.whole else {})


@pytest.mark.parametrize(("name", "unpack"), [("x.gz", gzip.decompress), ("x.zst", zstd.decompress)])
def test_bomb_is_small_and_unpacks_to_much(name: str, unpack, tmp_path: Path) -> None:
    """One long line, or many."""
    bomb(path := tmp_path / name, 50_000_000, head=HEADER.encode(), unit=b"x")
    assert path.stat().st_size < 100_000
    assert 50_000_000 <= len(unpack(path.read_bytes())) < 52_000_000
    bomb(path, 3_000_000, head=HEADER.encode(), unit=f"{cloudfront()}\n".encode())
    downloads = count(path.read_bytes()).downloads
    assert list(downloads) == [("2026-03-01", "a", "1.2.3")]
    assert downloads.total() > 30_000
