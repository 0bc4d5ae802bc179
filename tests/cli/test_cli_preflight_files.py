"""`slipway preflight` on files that are no files, bytes that are no text, and places that take no report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

CASES = Path(__file__).parents[1] / "cases"
GOOD = CASES / "certificate_gains_a_name" / "preview.json"
COMMAND = [sys.executable, "-c", "from slipway.cli import main; main()", "preflight"]


def run(*args: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """With a limit on time only so that a hang ends."""
    done = subprocess.run([*COMMAND, *map(str, args)], input=stdin, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(range(256)) * 100, id="binary"),
        pytest.param(GOOD.read_bytes()[:5000] + b"\xff" + GOOD.read_bytes()[5000:], id="one byte that is no UTF-8"),
        pytest.param(GOOD.read_text().encode("utf-16"), id="UTF-16"),
        pytest.param(GOOD.read_text().encode("utf-32"), id="UTF-32"),
        pytest.param(b"\x1f\x8b\x08\x00" + bytes(100), id="a compressed file"),
        pytest.param(b'{"steps": "\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param(b"[" * 1_000_000, id="a million lists"),
        pytest.param(b'{"steps": [' + b"1" * 100_000 + b"]}", id="a number of 100,000 digits"),
        pytest.param(b'{"steps": "' + b"x" * 10_000_000 + b'"}', id="10 MB of text"),
    ],
)
def test_bytes_that_are_no_preview_end_with_2_and_one_clear_error(data, tmp_path):
    file = tmp_path / "preview.json"
    file.write_bytes(data)
    for done in (run("--preview", file, "--format", "json"), run("--preview", "-", stdin=data)):
        assert (done.returncode, done.stdout) == (2, b"")
        assert len(done.stderr.decode().splitlines()) <= 2
        assert len(done.stderr) < 1000


def test_an_error_is_harmless_on_a_terminal_whatever_the_preview_says(tmp_path):
    document = json.loads(GOOD.read_text())
    document["diagnostics"] = [{"severity": "error", "message": "\x1b[2J\x1b]0;owned\x07 \u202egro.elpmaxe"}]
    done = run("--preview", "-", stdin=json.dumps(document).encode())
    assert done.returncode == 2
    assert all(c.isprintable() or c == "\n" for c in done.stderr.decode())


def test_a_pipe_that_closes_half_way_is_a_preview_cut_off():
    assert run("--preview", "-", stdin=GOOD.read_bytes()[:10_000]).returncode == 2


def test_a_preview_is_read_from_a_named_pipe(tmp_path):
    """As the shell's `<(pulumi preview ...)` gives it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(GOOD.read_bytes(),))
    writer.start()
    assert run("--preview", pipe).returncode == 0
    writer.join()


def test_a_report_into_a_pipe_that_closes_ends_without_a_traceback():
    """As `slipway preflight ... | head -1` does it."""
    command = [*COMMAND, "--preview", str(GOOD), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said
    assert process.returncode != 0


@pytest.mark.parametrize("target", ["missing/report.json", "file/report.json", "directory"])
def test_a_report_that_cannot_be_written_ends_with_2_and_leaves_nothing(target, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    done = run("--preview", GOOD, "--output", tmp_path / target)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"cannot write" in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["directory", "file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_what_may_not_be_read_or_written_ends_with_2(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    unreadable = tmp_path / "preview.json"
    unreadable.touch(mode=0)
    assert run("--preview", unreadable).returncode == 2
    assert run("--preview", GOOD, "--output", closed / "report.json").returncode == 2
