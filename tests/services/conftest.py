"""The routers, the settings they are tested with, and their golden tables: one row a URL and what becomes of it. They
are data of the services, `infra/services/golden/`, because smoke tests ask the same URLs of a live environment.

    {"name": ..., "method": "HEAD", "path": ..., "query": ..., "uri": ..., "uri_query": ...}      passed on as `uri`
    {"name": ..., "path": ..., "redirect": ..., "status": 302}                                    redirected (301)

`ministack` is why MiniStack 1.5.33 answers otherwise than CloudFront, before or after the router: such a row is
answered on Node alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from slipway.components.edge import read_source

HERE = Path(__file__).parent
ROUTERS = HERE.parents[1] / "infra" / "services" / "routers"
GOLDEN = ROUTERS.with_name("golden")
SETTINGS = {
    "crates": {},
    "documentation": {},
    "redirect": {"host": "new.example.net", "status": "301"},
    "releases": {"documentation_host": "doc.example.org", "installer_host": "install.example.org"},
}
Ask = Callable[[dict[str, str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Golden:
    """A row of a router's table."""

    router: str
    row: dict[str, Any]

    @property
    def key(self) -> str:
        """What the rewritten path names at the origin: decoded once, without the leading slash. Empty if redirected."""
        return unquote(self.row.get("uri", ""))[1:]

    @property
    def reaches_data_plane(self) -> bool:
        """MiniStack can answer: a redirect, or an object with a key that can be."""
        return "ministack" not in self.row and ("redirect" in self.row or self.key != "")


def table(router: str) -> list[Golden]:
    rows = json.loads((GOLDEN / f"{router}.json").read_text(encoding="utf-8"))
    return [Golden(router, row) for row in rows]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`golden` is every row of every table, `live` every row for the data plane, `router` every router's name."""
    rows = [golden for router in SETTINGS for golden in table(router)]
    if "golden" in metafunc.fixturenames:
        metafunc.parametrize("golden", rows, ids=_name)
    if "live" in metafunc.fixturenames:
        metafunc.parametrize("live", [golden for golden in rows if golden.reaches_data_plane], ids=_name)
    if "router" in metafunc.fixturenames:
        metafunc.parametrize("router", sorted(path.stem for path in ROUTERS.glob("*.js")))


def _name(golden: Golden) -> str:
    return f"{golden.router}: {golden.row['name']}"


@pytest.fixture(scope="session")
def tables() -> dict[str, list[Golden]]:
    """Every router's table."""
    return {router: table(router) for router in SETTINGS}


@pytest.fixture(scope="session")
def code_of() -> Callable[..., str]:
    """The code of a router as it is deployed, with the settings of its table or others over them."""

    def code(router: str, **settings: str) -> str:
        return read_source(ROUTERS / f"{router}.js", {**SETTINGS[router], **settings})

    return code


@pytest.fixture(scope="session")
def on_node(code_of: Callable[..., str]) -> Iterator[Callable[..., Ask]]:
    """A router on Node, to be asked row by row: one process a router."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("the router tests need node on PATH")
    running: dict[str, subprocess.Popen[str]] = {}

    def start(code: str) -> subprocess.Popen[str]:
        command = [node, str(HERE / "run_router.cjs")]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        say(process, code)
        return process

    def say(process: subprocess.Popen[str], value: Any) -> None:
        assert process.stdin is not None
        process.stdin.write(json.dumps(value) + "\n")
        process.stdin.flush()

    def router(name: str, **settings: str) -> Ask:
        code = code_of(name, **settings)

        def ask(row: dict[str, str]) -> dict[str, Any]:
            process = running[code] if code in running else running.setdefault(code, start(code))
            say(process, row)
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"{name} failed on {row}: what it said is on standard error"
            answer: dict[str, Any] = json.loads(line)
            return answer

        return ask

    yield router
    for process in running.values():
        process.communicate()
