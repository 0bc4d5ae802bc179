"""Fakes an engine is resolved from: executables that are tiny scripts, and a download host on loopback."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from slipway.engine import VERSION, Sources
from slipway.engine.download import target

ARCHIVE = f"pulumi-v{VERSION}-{target()}.tar.gz"
CHECKSUMS = f"pulumi-{VERSION}-checksums.txt"


@dataclass
class Told:
    """A progress that remembers."""

    notes: list[str] = field(default_factory=list)
    ticks: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def tick(self, text: str) -> None:
        self.ticks.append(text)


@dataclass
class World:
    """A machine under `root` with nothing on PATH yet, an empty cache, and a download host that has nothing."""

    root: Path
    url: str
    served: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    @property
    def sources(self) -> Sources:
        return Sources(path=str(self.bin), cache=self.root / "cache", archives=self.url, checksums=self.url)

    def script(self, file: Path, body: str) -> Path:
        """Write an executable shell script."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return file

    def has_engine(self, version: str, directory: Path | None = None) -> Path:
        """An installed engine: `pulumi`, which says it is `version`, and its host."""
        directory = directory or self.bin
        self.script(directory / "pulumi-language-python", "exit 0")
        return self.script(directory / "pulumi", f"echo {version}")

    def has_go(self, version: str = "go1.26.1", before_output: str = "") -> None:
        """A `go` that "builds" scripts, logs each build, and has the SDK's module in its module cache."""
        module = self.root / "module"
        self.script(module / "python" / "cmd" / "pulumi-language-python-exec", "exit 0")
        build = f"""
            echo "$@" >> {self.root}/builds.log
            echo "go: downloading example.org/module v1.0.0" >&2
            {before_output}
            while [ "$1" != -o ]; do shift; done
            printf '#!/bin/sh\\necho v{VERSION}\\n' > "$2"
            chmod 755 "$2"
            """
        self.script(
            self.bin / "go",
            f'case "$1" in env) echo {version};; list) echo {module};; build) {build};; esac',
        )

    @property
    def builds(self) -> list[str]:
        """The arguments of every `go build` so far."""
        log = self.root / "builds.log"
        return log.read_text().splitlines() if log.exists() else []

    def publishes(self, version: str = f"v{VERSION}", extra: dict[str, bytes] | None = None) -> None:
        """Serve a release whose `pulumi` says it is `version`, with its checksums."""
        members = {
            "pulumi/pulumi": f"#!/bin/sh\necho {version}\n".encode(),
            "pulumi/pulumi-language-python": b"#!/bin/sh\n",
            "pulumi/pulumi-language-go": b"#!/bin/sh\n",
            **(extra or {}),
        }
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        self.served[ARCHIVE] = buffer.getvalue()
        self.served[CHECKSUMS] = f"{hashlib.sha256(buffer.getvalue()).hexdigest()}  {ARCHIVE}\n".encode()

    def cached_names(self) -> list[str]:
        """What stands in the cache, besides the lock."""
        return sorted(path.name for path in (self.root / "cache").iterdir() if path.name != ".lock")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            here.asked.append(name)
            content = here.served.get(name)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here = World(tmp_path, f"http://127.0.0.1:{server.server_port}")
        here.bin.mkdir()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield here
        server.shutdown()
        thread.join()
