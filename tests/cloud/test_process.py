"""The local cloud's processes: each survives the other's death, and nothing is left of both."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import pytest

from slipway.cloud import child, clock, environment, process
from slipway.cloud.internet.address import Internet, find
from slipway.cloud.provider.cloud import Cloud

pytestmark = pytest.mark.cloud
INTERNET = "slipway.cloud.internet"


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A directory for a cloud, which is stopped afterwards."""
    path = tmp_path / "cloud"
    yield path
    process.stop(path)


def started(directory: Path, scale: float = 0) -> process.RunningCloud:
    """From a process of its own, as the command does: a cloud outlives whoever starts it."""
    script = (
        "import pathlib, sys; from slipway.cloud import clock, process; "
        "process.start(pathlib.Path(sys.argv[1]), clock.Clock(float(sys.argv[2])))"
    )
    subprocess.run([sys.executable, "-c", script, str(directory), str(scale)], check=True)
    running = process.status(directory)
    assert running is not None
    return running


def soon(true: Callable[[], object], seconds: float = 10) -> bool:
    """Whether something becomes true in so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def internet_of(cloud: process.RunningCloud) -> Internet:
    found = cloud.internet
    assert found is not None
    return found


def asked(internet: Internet, name: str) -> dns.rcode.Rcode:
    query = dns.message.make_query(name, "SOA")
    return dns.query.udp(query, internet.addresses[0], port=internet.dns, timeout=5).rcode()


def listening_outside(pid: int) -> list[str]:
    """Local addresses on which a process (of Linux) listens that are not loopback's."""
    sockets = {os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()}
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            local, state, inode = fields[1], fields[3], fields[9]
            loopback = local.startswith(("0" * 24 + "01000000:",)) or (len(local) == 13 and local[6:8] == "7F")
            if f"socket:[{inode}]" in sockets and state in ("0A", "07") and not loopback:
                found.append(f"{table} {local}")
    return found


def test_internet_that_died_is_started_again_beside_the_same_ministack(directory: Path) -> None:
    """It reads what stands, whatever there was before."""
    cloud = started(directory)
    first = internet_of(cloud)
    Cloud(cloud.endpoint).client("route53").create_hosted_zone(Name="example.org", CallerReference="1")
    assert soon(lambda: asked(first, "example.org") == dns.rcode.NOERROR)
    os.kill(first.pid, signal.SIGKILL)
    assert soon(lambda: cloud.internet is None)
    assert process.status(directory) == cloud
    assert started(directory) == cloud
    second = internet_of(cloud)
    assert second.pid != first.pid
    assert asked(second, "example.org") == dns.rcode.NOERROR


def test_name_servers_go_on_answering_when_ministack_is_dead(directory: Path) -> None:
    """With what they held; and starting again starts both anew."""
    cloud = started(directory)
    internet = internet_of(cloud)
    Cloud(cloud.endpoint).client("route53").create_hosted_zone(Name="example.org", CallerReference="1")
    assert soon(lambda: asked(internet, "example.org") == dns.rcode.NOERROR)
    os.killpg(cloud.pid, signal.SIGKILL)
    assert soon(lambda: process.status(directory) is None)
    time.sleep(1)
    assert asked(internet, "example.org") == dns.rcode.NOERROR
    again = started(directory)
    assert asked(internet_of(again), "example.org") == dns.rcode.REFUSED
    assert not child.runs(internet.pid, INTERNET)


def test_wiped_cloud_has_no_names(directory: Path) -> None:
    """As soon as the name servers have heard of it."""
    cloud = started(directory)
    internet = internet_of(cloud)
    Cloud(cloud.endpoint).client("route53").create_hosted_zone(Name="example.org", CallerReference="1")
    assert soon(lambda: asked(internet, "example.org") == dns.rcode.NOERROR)
    process.wipe(cloud)
    assert soon(lambda: asked(internet, "example.org") == dns.rcode.REFUSED, seconds=2)


def test_stopped_cloud_leaves_no_process(directory: Path) -> None:
    """Neither of the two."""
    cloud = started(directory)
    internet = internet_of(cloud)
    assert process.stop(directory)
    assert not child.runs(internet.pid, INTERNET)
    assert not child.runs(cloud.pid, "slipway.cloud.ministack")
    assert not directory.exists()


def test_internet_ends_on_its_own_when_its_cloud_is_deleted(directory: Path) -> None:
    """Somebody removed a temporary directory with everything in it."""
    cloud = started(directory)
    internet = internet_of(cloud)
    shutil.rmtree(directory)
    assert soon(lambda: not child.runs(internet.pid, INTERNET))
    child.end(cloud.pid, "slipway.cloud.ministack")


def test_internet_that_is_told_to_stop_takes_its_address_back(directory: Path) -> None:
    """And says nothing about it."""
    cloud = started(directory)
    internet = internet_of(cloud)
    os.kill(internet.pid, signal.SIGTERM)
    assert soon(lambda: not child.runs(internet.pid, INTERNET))
    assert find(directory) is None
    assert (directory / "internet.log").read_text() == ""


def test_new_cloud_has_the_clock_it_is_given_and_keeps_it(directory: Path) -> None:
    """A second start changes nothing."""
    cloud = started(directory, scale=60)
    started(directory, scale=600)
    assert clock.read(cloud.directory).scale == 60


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="reads Linux's tables")
def test_nothing_listens_outside_loopback(directory: Path) -> None:
    """Of either process."""
    cloud = started(directory)
    assert listening_outside(cloud.pid) == []
    assert listening_outside(internet_of(cloud).pid) == []


def test_clients_are_led_to_the_proxy_and_trust_its_authority_alone(tmp_path: Path) -> None:
    """And reach the local cloud itself without it."""
    internet = Internet(1, ("127.0.0.1",), 53, 54, 443, 80, 8080, tmp_path / "ca.pem")
    found = environment.clients(internet)
    assert {found[name] for name in ("http_proxy", "https_proxy", "ALL_PROXY")} == {"http://127.0.0.1:8080"}
    assert {found[name] for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "CARGO_HTTP_CAINFO")} == {
        internet.ca.as_posix()
    }
    assert found["no_proxy"] == "127.0.0.1,localhost"
