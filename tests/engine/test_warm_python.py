"""The Python that forks, with a script in place of the language host's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slipway.engine import warm

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere programs run on a Python of their own"),
]
SCRIPT = "pulumi-language-python-exec"
COUNTED = "import os\nwith open(os.environ['COUNT'], 'a') as file:\n    file.write('imported\\n')\n"
SAID = """\
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), os.environ.get("WORD"), sys.stdin.read(), "slipway" in sys.modules]))
print("aside", file=sys.stderr)
sys.exit(int(os.environ.get("STATUS", "0")))
"""
Started = Callable[..., "subprocess.Popen[str]"]


@dataclass(frozen=True)
class Place:
    """A directory with a module `costly`, and a Python that is made to have it."""

    path: Path
    python: Path

    def start(self, script: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        (self.path / SCRIPT).write_text(script)
        command = [str(self.python / "python3"), str(self.path / SCRIPT), *words]
        return subprocess.Popen(
            command,
            cwd=self.path,
            env={"COUNT": str(self.path / "count"), **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str, *words: str, said: str = "", **variables: str) -> tuple[int, str, str]:
        with self.start(script, *words, **variables) as child:
            out, err = child.communicate(said, timeout=60)
        return child.returncode, out, err

    @property
    def imports(self) -> int:
        return len((self.path / "count").read_text().splitlines())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "costly.py").write_text(COUNTED)
    (tmp_path / "packages" / "broken.py").write_text("raise OSError('not today')\n")
    variables = {**os.environ, "PYTHONPATH": str(tmp_path / "packages"), "COUNT": str(tmp_path / "count")}
    with warm.python(["costly", "broken", "nowhere.to.be.found"], variables) as python:
        assert python is not None
        yield Place(tmp_path, python)


def test_program_has_the_callers_words_directory_variables_and_streams(place: Place) -> None:
    status, out, err = place.run(SAID, "--stack", "a b", said="typed", WORD="héllo")
    assert status == 0
    assert json.loads(out) == [["--stack", "a b"], str(place.path), "héllo", "typed", False]
    assert err == "aside\n"


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ("import sys; sys.exit(32)", 32, ""),
        ("import sys; sys.exit('in words')", 1, "in words"),
        ("import sys; sys.exit()", 0, ""),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import os; os.kill(os.getpid(), 9)", 1, ""),
        ("import nowhere", 1, "No module named 'nowhere'"),
        ("import broken", 1, "not today"),
    ],
)
def test_program_ends_as_on_a_fresh_python(place: Place, script: str, status: int, said: str) -> None:
    found, _, err = place.run(script)
    assert found == status
    assert said in err


def test_packages_are_imported_once_for_all_programs(place: Place) -> None:
    for _ in range(3):
        assert place.run("import costly") == (0, "", "")
    assert place.imports == 1


def test_programs_run_side_by_side_and_share_nothing(place: Place) -> None:
    script = "import costly, sys; print(getattr(costly, 'left', 'clean'), flush=True); costly.left = sys.stdin.read()"
    with place.start(script) as first, place.start(script) as second:
        for child in (first, second):
            assert child.stdout is not None
            assert child.stdout.readline() == "clean\n"


@pytest.mark.parametrize("own", ["costly.py", "costly/__init__.py"])
def test_module_of_the_programs_own_comes_before_a_package_of_its_name(place: Place, own: str) -> None:
    path = place.path / "program" / own
    path.parent.mkdir(parents=True)
    path.write_text("WHO = 'the program'\n")
    script = "import sys; sys.path.insert(0, 'program'); import costly; print(costly.WHO)"
    assert place.run(script, "--pwd", str(place.path / "program"), ".") == (0, "the program\n", "")


def test_list_of_packages_is_that_of_a_fresh_python(place: Place) -> None:
    words = ["-m", "pip", "list", "-v", "--format", "json"]
    fresh, found = (
        subprocess.run([python, *words], cwd=place.path, capture_output=True, text=True, check=True)
        for python in (sys.executable, place.python / "python3")
    )
    assert json.loads(found.stdout) == json.loads(fresh.stdout)


def test_anything_else_runs_on_a_fresh_python(place: Place) -> None:
    command = [place.python / "python3", "-c", "import sys; print(sys.executable, 'costly' in sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{sys.executable} False\n"


def test_program_runs_on_a_fresh_python_where_the_server_is_gone(place: Place) -> None:
    (place.python / "server").unlink()
    status, out, _ = place.run("import sys; print('costly' in sys.modules)")
    assert (status, out) == (0, "False\n")


SLEEPS = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n"


def test_program_of_a_caller_that_is_killed_ends(place: Place) -> None:
    with place.start(SLEEPS) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline())
        child.kill()
    assert_ended(pid)


@pytest.mark.parametrize("way", ["the end of the context", "kill -9"])
def test_nothing_is_left_behind(tmp_path: Path, way: str) -> None:
    """A process of its own holds the context, so that it can be killed."""
    holds = f"""\
import os, subprocess, sys, time
from slipway.engine import warm
with warm.python([], os.environ) as python:
    subprocess.Popen([python / "python3", {str(tmp_path / SCRIPT)!r}])
    print(python, flush=True)
    sys.stdin.readline()
"""
    (tmp_path / SCRIPT).write_text(SLEEPS)
    command = [sys.executable, "-c", holds]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = {child.stdout.readline().strip(), child.stdout.readline().strip()}
        pid = next(int(each) for each in said if each.isdigit())
        if way == "kill -9":
            child.send_signal(signal.SIGKILL)
        else:
            child.communicate("\n")
            assert not any(Path(each).exists() for each in said)
    assert_ended(pid)


def test_python_that_forks_has_a_single_thread() -> None:
    """A fork copies one thread; what another held would stay held for ever."""
    state: dict[str, Any] = {"deployment": {"resources": [{"type": "aws:s3/bucket:Bucket"}]}}
    with warm.python(warm.packages(json.dumps(state)), os.environ) as python:
        assert python is not None
        (python / SCRIPT).write_text(
            "import os, sys\nprint('pulumi_aws.s3.bucket' in sys.modules, os.listdir(f'/proc/{os.getppid()}/task'))\n"
        )
        done = subprocess.run([python / "python3", python / SCRIPT], capture_output=True, text=True, check=True)
    imported, *threads = done.stdout.split()
    assert (imported, len(threads)) == ("True", 1)


def assert_ended(pid: int) -> None:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"{pid} is still there")
