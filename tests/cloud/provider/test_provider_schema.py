"""Types read from the SDK once a machine, and by many threads at once, as a stack that is put up again needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.cloud.provider import schema, sdk
from slipway.cloud.provider.schema import input_shape, output_names

RECORD = "aws:route53/record:Record"
READ = """
import threading
from slipway.cloud.provider.schema import input_shape, output_names

tokens = ["aws:s3/bucketPolicy:BucketPolicy", "aws:iam/role:Role", "aws:sqs/queuePolicy:QueuePolicy"] * 4
together = threading.Barrier(len(tokens))

def read(token):
    together.wait()
    input_shape(token), output_names(token)
    read_whole.append(token)

read_whole = []
threads = [threading.Thread(target=read, args=(token,)) for token in tokens]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(read_whole))
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of this test's own, and a process that has read nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    _forget()
    yield tmp_path / "slipway" / "types"
    _forget()


def _forget() -> None:
    schema._type.cache_clear()
    schema._place.cache_clear()


def test_threads_that_are_the_first_to_read_types_meet_no_half_imported_module(tmp_path: Path) -> None:
    """In a process and with a cache of their own: afterwards everything is imported, and kept."""
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("12\n", "")


def test_a_kept_type_is_the_type_that_was_read(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert input_shape(RECORD) == sdk.inputs(RECORD)
    _forget()
    monkeypatch.delattr(sdk, "inputs")  # a second process does not read the SDK
    names = output_names(RECORD)
    monkeypatch.undo()
    assert names == sdk.outputs(RECORD)


def test_a_spoilt_cache_is_read_again_and_mended(kept: Path) -> None:
    shape = input_shape(RECORD)
    (file,) = kept.rglob("*.json")
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    _forget()
    assert input_shape(RECORD) == shape
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(kept: Path) -> None:
    kept.parent.write_text("a file where the directory would be")
    assert input_shape(RECORD) == sdk.inputs(RECORD)


def test_another_reading_of_the_sdk_has_a_cache_of_its_own(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed `sdk.py` or SDK must not meet what its predecessor kept."""
    input_shape(RECORD)
    _forget()
    monkeypatch.setattr(schema, "version", lambda _: "9.9.9")
    input_shape(RECORD)
    assert len(list(kept.iterdir())) == 2


def test_a_type_the_sdk_does_not_have_is_said(kept: Path) -> None:
    with pytest.raises(LookupError):
        input_shape("aws:nothing/nowhere:Nothing")
    assert not kept.exists()
