from __future__ import annotations

import hashlib

import pytest

from slipway.engine import VERSION
from slipway.engine.download import fetch, target
from slipway.engine.model import UnavailableError

ARCHIVE = f"pulumi-v{VERSION}-{target()}.tar.gz"
CHECKSUMS = f"pulumi-{VERSION}-checksums.txt"


def fetched(world):
    """What a download puts into an empty directory."""
    into = world.root / "making" / "bin"
    into.mkdir(parents=True)
    fetch(into, world.told, world.url, world.url)
    return sorted(path.name for path in into.iterdir())


def test_only_the_engine_and_pythons_parts_are_unpacked(world):
    world.publishes(extra={"pulumi/pulumi-language-python-exec": b"", "../pulumi-evil": b""})
    assert fetched(world) == ["pulumi", "pulumi-language-python", "pulumi-language-python-exec"]
    assert not list(world.root.rglob("pulumi-evil"))
    assert not list(world.root.rglob("*.tar.gz"))


def test_corrupt_download_is_refused(world):
    """An archive that differs from the published checksum in one byte is not unpacked, nor kept."""
    world.publishes()
    archive = bytearray(world.served[ARCHIVE])
    archive[len(archive) // 2] ^= 1
    world.served[ARCHIVE] = bytes(archive)
    with pytest.raises(UnavailableError, match="not used"):
        fetched(world)
    assert not any(path.is_file() for path in (world.root / "making").rglob("*"))


def test_archive_missing_from_the_checksums_is_refused_unread(world):
    world.publishes()
    world.served[CHECKSUMS] = b"0" * 64 + b"  another.tar.gz\n"
    with pytest.raises(UnavailableError, match="no checksum for"):
        fetched(world)
    assert world.asked == [CHECKSUMS]


def test_archive_with_another_version_is_refused(world):
    world.publishes(version="v3.1.0")
    with pytest.raises(UnavailableError, match=r"holds version 3\.1\.0"):
        fetched(world)


def test_archive_that_is_none_is_refused(world):
    world.served[ARCHIVE] = b"<html>"
    world.served[CHECKSUMS] = f"{hashlib.sha256(b'<html>').hexdigest()}  {ARCHIVE}\n".encode()
    with pytest.raises(UnavailableError, match="cannot be unpacked"):
        fetched(world)


def test_progress_tells_the_megabytes(world):
    world.publishes()
    fetched(world)
    assert world.told.ticks[0].startswith(f"downloading pulumi {VERSION}: 0 of 0 MB")
