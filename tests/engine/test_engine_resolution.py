from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from slipway.engine import VERSION, Engine, locate, resolve
from slipway.engine.model import UnavailableError, Version
from slipway.errors import EngineError

# A background job without job control (a CI runner's) ignores SIGINT, and its children inherit that.
CHILD = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from slipway.engine import Sources, resolve
resolve(sources=Sources(path=sys.argv[1], cache=Path(sys.argv[2]), archives=sys.argv[3], checksums=sys.argv[3]))
"""


def start_resolving(world):
    """Resolve in a process of its own."""
    sources = world.sources
    arguments = [sources.path, str(sources.cache), sources.archives]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stderr=subprocess.PIPE, text=True)


def wait_for(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_version_is_that_of_the_python_sdk_in_the_lock():
    assert Version.parse(metadata.version("pulumi")) == VERSION


def test_engine_on_path_is_taken_before_all_else(world):
    """A recent engine on PATH is used where it is; nobody is asked and nothing is made."""
    world.publishes()
    world.has_go()
    pulumi = world.has_engine("v3.300.1")
    engine = resolve(world.told, world.sources)
    assert engine == Engine(pulumi, world.bin / "pulumi-language-python", (3, 300, 1, True), (3, 300, 1, True), "path")
    assert world.asked == []
    assert world.builds == []
    assert not world.sources.cache.exists()


def test_download_is_taken_before_a_build(world):
    world.publishes()
    world.has_go()
    engine = resolve(world.told, world.sources)
    assert engine.origin == "download"
    assert engine.pulumi.is_relative_to(world.sources.cache)
    assert (engine.version, engine.host_version) == (VERSION, VERSION)
    assert world.builds == []


def test_build_is_the_last_way(world):
    """With nothing on PATH and nothing to download, Go builds the host and the command, hash-locked and without C."""
    world.has_go()
    engine = resolve(world.told, world.sources)
    assert engine.origin == "built"
    assert engine.host_version < engine.version == VERSION
    host, command = world.builds
    assert host.endswith("sdk/v3/python/cmd/pulumi-language-python")
    assert command.endswith("pkg/v3/cmd/pulumi")
    assert all("-mod=readonly" in build for build in world.builds)
    assert (engine.python_host.parent / "pulumi-language-python-exec").is_file()


@pytest.mark.parametrize("version", ["v3.258.9", "v3.259.0-alpha.1", "v4.0.0", "nonsense"])
def test_unfit_engine_on_path_is_passed_over(world, version):
    world.has_engine(version)
    world.publishes()
    assert resolve(world.told, world.sources).origin == "download"


def test_engine_without_its_host_is_passed_over(world):
    world.has_engine("v3.300.0")
    (world.bin / "pulumi-language-python").unlink()
    assert "no `pulumi-language-python`" in str(locate(world.sources, world.told))


def test_host_from_elsewhere_is_refused(world):
    """A host of another installation would be preferred by the engine, and nobody can tell its version."""
    world.has_engine("v3.300.0")
    world.has_engine("v3.100.0", world.root / "old")
    (world.bin / "pulumi-language-python").unlink()
    sources = replace(world.sources, path=f"{world.bin}{os.pathsep}{world.root / 'old'}")
    assert "was not installed with" in str(locate(sources, world.told))


def test_linked_engine_brings_the_host_beside_its_real_file(world):
    real = world.has_engine("v3.300.0", world.root / "opt")
    (world.bin / "pulumi").symlink_to(real)
    engine = locate(world.sources, world.told)
    assert isinstance(engine, Engine)
    assert engine.path_entries == (world.bin, world.root / "opt")


def test_message_names_all_three_ways_and_why_each_failed(world):
    world.has_engine("v3.1.0")
    world.has_go("go1.20")
    with pytest.raises(EngineError) as caught:
        resolve(world.told, world.sources)
    message = caught.value.message
    assert f"1. on PATH: {world.bin / 'pulumi'} is 3.1.0" in message
    assert "2. official download: " in message
    assert "answers 404" in message
    assert f"3. built from the Go module proxy: {world.bin / 'go'} is Go 1.20.0; 1.25.11 or newer is needed" in message
    assert "https://www.pulumi.com/docs/install/" in caught.value.advice


def test_host_that_cannot_be_reached_is_given_up_within_seconds(world):
    world.has_go()
    nowhere = "https://127.0.0.1:9"  # the discard port, where nobody listens
    started = time.monotonic()
    engine = resolve(world.told, replace(world.sources, archives=nowhere, checksums=nowhere))
    assert engine.origin == "built"
    assert time.monotonic() - started < 10
    assert any("cannot be fetched" in note for note in world.told.notes)


def test_second_run_needs_neither_network_nor_go(world):
    world.has_go()
    first = resolve(world.told, world.sources)
    (world.bin / "go").unlink()
    world.asked.clear()
    built = len(world.builds)
    assert resolve(world.told, world.sources) == first
    assert (world.asked, len(world.builds)) == ([], built)


def test_cache_on_path_is_still_the_cache(world):
    """`slipway engine path` puts the cache on PATH; its engine keeps its origin, its host's version and its checks."""
    world.has_go()
    first = resolve(world.told, world.sources)
    on_path = replace(world.sources, path=first.search_path(world.sources.path))
    assert resolve(world.told, on_path) == first


def test_failed_build_says_what_go_said_and_leaves_nothing(world):
    world.has_go(before_output="echo 'module lookup disabled' >&2; exit 1")
    with pytest.raises(EngineError, match="module lookup disabled"):
        resolve(world.told, world.sources)
    assert world.cached_names() == []


def test_build_tells_how_far_it_is(world):
    world.has_go(before_output="sleep 1.2")
    resolve(world.told, world.sources)
    assert any("1 modules downloaded" in tick for tick in world.told.ticks)


def test_unwritable_cache_is_one_error(world):
    (world.root / "file").write_text("")
    with pytest.raises(EngineError, match="cannot be kept"):
        resolve(world.told, replace(world.sources, cache=world.root / "file" / "cache"))


def test_killed_half_way_then_resolved_again(world):
    """A process killed while building leaves nothing that is taken for an engine, and its leavings are removed."""
    world.has_go(before_output=f"[ -e {world.root}/go-on ] || exec sleep 3")
    killed = start_resolving(world)
    wait_for(lambda: len(world.builds) == 1)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert [name[:8] for name in world.cached_names()] == [".making-"]
    (world.root / "go-on").touch()
    assert resolve(world.told, world.sources).origin == "built"
    assert world.cached_names() == [world.sources.entry.name]


def test_interrupted_build_stops_go_and_leaves_nothing(world):
    world.has_go(before_output=f"echo $$ > {world.root}/pid; exec sleep 60")
    resolving = start_resolving(world)
    wait_for(lambda: (world.root / "pid").exists() and (world.root / "pid").read_text())
    resolving.send_signal(signal.SIGINT)
    resolving.communicate(timeout=20)
    assert resolving.returncode != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int((world.root / "pid").read_text()), 0)
    assert world.cached_names() == []


def test_two_processes_at_once_build_once(world):
    world.has_go(before_output=f"while [ ! -e {world.root}/go-on ]; do sleep 0.05; done")
    first = start_resolving(world)
    wait_for(lambda: world.builds)
    second = start_resolving(world)
    told = second.stderr.readline()
    assert "waiting for another slipway" in told
    (world.root / "go-on").touch()
    first.communicate(timeout=20)
    second.communicate(timeout=20)
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(world.builds) == 2  # the host and the command, each once


def test_corrupt_entry_is_thrown_away_with_a_notice(world):
    world.has_go()
    engine = resolve(world.told, world.sources)
    engine.pulumi.write_text("#!/bin/sh\necho v3.259.0; # and more\n")
    again = resolve(world.told, world.sources)
    assert again == engine
    assert "more" not in again.pulumi.read_text()
    assert any("not usable: pulumi has" in note for note in world.told.notes)


def test_damage_that_keeps_size_and_time_is_found_by_verifying(world):
    world.has_go()
    engine = resolve(world.told, world.sources)
    stat = engine.pulumi.stat()
    engine.pulumi.write_bytes(engine.pulumi.read_bytes().replace(b"echo", b"ekko"))
    os.utime(engine.pulumi, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert isinstance(locate(world.sources, world.told), Engine)
    assert isinstance(locate(world.sources, world.told, rehash=True), UnavailableError)
    assert any("SHA-256 of pulumi" in note for note in world.told.notes)


def test_touched_but_unchanged_entry_is_kept(world):
    world.has_go()
    engine = resolve(world.told, world.sources)
    os.utime(engine.pulumi)
    assert locate(world.sources, world.told) == engine


def test_manifest_records_version_and_hashes(world):
    world.has_go()
    entry = resolve(world.told, world.sources).pulumi.parents[1]
    manifest = json.loads((entry / "manifest.json").read_text())
    assert manifest["made"] == {"version": "3.259.0", "host_version": "3.79.0", "origin": "built"}
    assert sorted(manifest["files"]) == sorted(path.name for path in (entry / "bin").iterdir())


@pytest.mark.engine
def test_resolved_engine_says_it_is_recent():
    engine = resolve()
    said = subprocess.run([engine.pulumi, "version"], capture_output=True, text=True, check=True).stdout
    version = Version.parse(said)
    assert version is not None
    assert version == engine.version >= Version(3, 259, 0)
    assert Path(engine.python_host).is_file()
