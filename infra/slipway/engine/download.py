"""The second way: Pulumi's official release archive, checked against the release's published checksums."""

from __future__ import annotations

import hashlib
import http.client
import platform
import re
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from slipway.engine.cache import Made
from slipway.engine.model import VERSION, UnavailableError
from slipway.engine.path import HOST, read_version
from slipway.engine.progress import Progress

__all__ = ["ARCHIVES", "CHECKSUMS", "fetch", "target"]

ARCHIVES = "https://get.pulumi.com/releases/sdk"
CHECKSUMS = f"https://github.com/pulumi/pulumi/releases/download/v{VERSION}"
"""The checksums come from another host than the archive: whoever changes one does not thereby change the other."""

_TIMEOUT = 8.0  # seconds to connect, and for any one read; a machine with no way out goes on to the next way soon
_BLOCK = 1 << 20
_SYSTEMS = {"linux": "linux", "darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def target() -> str:
    """This machine in Pulumi's words, such as `linux-x64`. Raises UnavailableError for a system we cannot serve."""
    system, machine = _SYSTEMS.get(sys.platform), _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise UnavailableError(f"{sys.platform} on {platform.machine()} is neither Linux nor macOS on x64 or arm64")
    return f"{system}-{machine}"


def fetch(into: Path, progress: Progress, archives: str, checksums: str) -> Made:
    """Put the executables of the release archive into `into`. Raises UnavailableError."""
    name = f"pulumi-v{VERSION}-{target()}.tar.gz"
    archive = into.parent / name
    try:
        expected = _expected(f"{checksums}/pulumi-{VERSION}-checksums.txt", name)
        actual = _save(f"{archives}/{name}", archive, progress)
        if actual != expected:
            raise UnavailableError(f"{archives}/{name} has SHA-256 {actual}, and {expected} was published: not used")
        _unpack(archive, into)
    finally:
        archive.unlink(missing_ok=True)
    if (version := read_version(into / "pulumi")) != VERSION:
        raise UnavailableError(f"{name} holds version {version}")
    return Made(version=VERSION, host_version=VERSION, origin="download")


def _expected(url: str, name: str) -> str:
    with _open(url) as response:
        text = response.read(_BLOCK).decode(errors="replace")
    match = re.search(rf"^([0-9a-f]{{64}}) [ *]{re.escape(name)}$", text, re.MULTILINE)
    if match is None:
        raise UnavailableError(f"{url} has no checksum for {name}")
    return match.group(1)


def _save(url: str, file: Path, progress: Progress) -> str:
    """Write what `url` serves to `file` and return its SHA-256."""
    digest = hashlib.sha256()
    started, size = time.monotonic(), 0
    with _open(url) as response, file.open("wb") as out:
        total = int(response.headers.get("Content-Length") or 0)
        while block := response.read(_BLOCK):
            out.write(block)
            digest.update(block)
            size += len(block)
            of = f" of {total / 1e6:.0f}" if total else ""
            progress.tick(f"downloading pulumi {VERSION}: {size / 1e6:.0f}{of} MB, {time.monotonic() - started:.0f} s")
    if total and size != total:
        raise UnavailableError(f"{url} broke off after {size} of {total} bytes")
    return digest.hexdigest()


@contextmanager
def _open(url: str) -> Iterator[http.client.HTTPResponse]:
    """Open `url`, of which every failure, while reading too, is UnavailableError."""
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as response:  # noqa: S310 - ours, never a user's
            # urllib follows a redirection from https to http; what vouches for a binary must not come that way.
            if url.startswith("https:") and not response.geturl().startswith("https:"):
                raise UnavailableError(f"{url} leads away from https")
            yield response
    except urllib.error.HTTPError as error:
        error.close()
        raise UnavailableError(f"{url} answers {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        why = getattr(reason, "strerror", None) or str(reason) or type(error).__name__
        raise UnavailableError(f"{url} cannot be fetched: {why}") from error


def _unpack(archive: Path, into: Path) -> None:
    """Take `pulumi` and what belongs to Python out of the archive's one directory, by name: nothing else is written."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                name = PurePosixPath(member.name).name
                if member.isfile() and (
                    name == "pulumi" or name.startswith(("pulumi-language-python", "pulumi-analyzer-policy-python"))
                ):
                    _write(tar.extractfile(member), into / name)
    except (tarfile.TarError, EOFError) as error:
        raise UnavailableError(f"{archive.name} cannot be unpacked: {error}") from error
    for name in ("pulumi", HOST):
        if not (into / name).is_file():
            raise UnavailableError(f"{archive.name} holds no {name}")


def _write(source: IO[bytes] | None, file: Path) -> None:
    if source is not None:
        with source, file.open("wb") as out:
            while block := source.read(_BLOCK):
                out.write(block)
        file.chmod(0o755)
