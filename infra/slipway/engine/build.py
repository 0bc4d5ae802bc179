"""The third way: built from source with Go, every module checked against the hashes in `go/*/go.sum`.

Two modules, because the two need different versions of `sdk/v3`: `go/cli` holds the command, `go/host` the Python
language host. The commands to renew their `go.mod` and `go.sum` stand in docs/decisions/0002-engine-resolution.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from slipway.engine import child
from slipway.engine.cache import Made
from slipway.engine.model import HOST_VERSION, VERSION, UnavailableError, Version
from slipway.engine.path import HOST, read_version
from slipway.engine.progress import Progress

__all__ = ["GO_MINIMUM", "build", "go_version"]

GO_MINIMUM = Version(1, 25, 11)
"""The `go` directive of `github.com/pulumi/pulumi/pkg/v3` at VERSION."""

_PULUMI = "github.com/pulumi/pulumi"


@dataclass(frozen=True, slots=True)
class _Recipe:
    """One executable: the directory under `go/` that locks its modules, and the package to build."""

    module: str
    package: str
    output: str
    version: Version


_RECIPES = (
    _Recipe("host", f"{_PULUMI}/sdk/v3/python/cmd/{HOST}", HOST, HOST_VERSION),
    _Recipe("cli", f"{_PULUMI}/pkg/v3/cmd/pulumi", "pulumi", VERSION),
)


def build(into: Path, progress: Progress, path: str) -> Made:
    """Put `pulumi`, its Python host and the host's script into `into`, by `go` on `path`. Raises UnavailableError."""
    go = _go(path)
    progress.note(f"building pulumi {VERSION} with Go: two to five minutes, once; it then stays in the cache")
    with as_file(files("slipway.engine") / "go") as locked:
        work = into.parent / "go"
        shutil.copytree(locked, work)  # the installed package may be read-only, and `go` wants to lock the directory
    for recipe in _RECIPES:
        _compile(go, recipe, work / recipe.module, into / recipe.output, progress)
    _copy_script(go, work / "cli", into)
    shutil.rmtree(work)
    if (version := read_version(into / "pulumi")) != VERSION:
        raise UnavailableError(f"the build says it is version {version}")
    return Made(version=VERSION, host_version=HOST_VERSION, origin="built")


def go_version(go: Path) -> Version | None:
    """The release of the Go toolchain `go`, or None when it does not run."""
    try:
        done = subprocess.run(
            [go, "env", "GOVERSION"], env=_environment(), capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Version.parse(done.stdout)


def _go(path: str) -> Path:
    found = shutil.which("go", path=path)
    if found is None:
        raise UnavailableError(f"no `go` on PATH; Go {GO_MINIMUM} or newer is needed")
    version = go_version(Path(found))
    if version is None or version < GO_MINIMUM:
        raise UnavailableError(f"{found} is Go {version or 'of no known version'}; {GO_MINIMUM} or newer is needed")
    return Path(found)


def _environment() -> dict[str, str]:
    """The user's environment, proxies included, without what would make another binary than the one meant."""
    kept = {name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOEXPERIMENT"}}
    return {**kept, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GO111MODULE": "on"}


def _compile(go: Path, recipe: _Recipe, module: Path, output: Path, progress: Progress) -> None:
    # `pulumi version` prints this variable and the engine writes it into states; it is empty unless the linker sets it.
    variable = f"{_PULUMI}/sdk/v3/go/common/version.Version=v{recipe.version}"
    flags = ["-v", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", f"-s -w -X {variable}"]

    def watch(seconds: float, stderr: str) -> None:
        lines = stderr.splitlines()
        fetched = sum(line.startswith("go: downloading") for line in lines)
        counts = f"{fetched} modules downloaded and {len(lines) - fetched} packages compiled"
        progress.tick(f"building {recipe.output} {recipe.version}: {counts} in {seconds:.0f} s")

    command = [str(go), "build", *flags, "-o", str(output), recipe.package]
    done = child.run(command, env=_environment(), cwd=module, watch=watch)
    if done.status != 0:
        raise UnavailableError(f"`go build` of {recipe.output} failed: {_last_words(done.stderr)}")


def _copy_script(go: Path, module: Path, into: Path) -> None:
    """The script the host starts programs with: the one of the current SDK, which knows the current SDK's arguments."""
    asked = [str(go), "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", f"{_PULUMI}/sdk/v3"]
    done = child.run(asked, env=_environment(), cwd=module)
    script = Path(done.stdout.strip()) / "python" / "cmd" / f"{HOST}-exec"
    if done.status != 0 or not script.is_file():
        raise UnavailableError(f"the module {_PULUMI}/sdk/v3 has no {HOST}-exec: {_last_words(done.stderr)}")
    shutil.copyfile(script, into / script.name)


def _last_words(stderr: str) -> str:
    """The end of what `go` said, where its error stands."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("go: downloading")]
    return "; ".join(lines[-2:])[-400:] or "it said nothing"
