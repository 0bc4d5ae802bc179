"""Whether validation records resolve, asked of a name server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from slipway.cloud import clock
from slipway.cloud.internet import address
from slipway.cloud.ministack import validation

from .name_server import answering, published

OWNER, TARGET = "_v.example.org", "_v.acm.example.net"
PROOF = (OWNER, TARGET)


def resolved(directory: Path, port: int, *wanted: validation.Proof) -> set[validation.Proof]:
    address.publish(directory, published(port))
    return asyncio.run(validation.resolved(directory, wanted))


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ({OWNER: TARGET}, True),
        ({OWNER: TARGET.upper()}, True),
        ({OWNER: "else.example.net"}, False),
        ({"_else.example.org": TARGET}, False),
        ({}, False),
    ],
)
def test_record_counts_with_its_target(tmp_path: Path, records: Mapping[str, str], found: bool) -> None:
    with answering(records) as port:
        assert resolved(tmp_path, port, PROOF) == ({PROOF} if found else set())


def test_each_record_is_judged_by_itself(tmp_path: Path) -> None:
    with answering({OWNER: TARGET}) as port:
        assert resolved(tmp_path, port, PROOF, ("_v.example.com", TARGET)) == {PROOF}


def test_silent_name_servers_validate_nothing_while_time_passes(tmp_path: Path) -> None:
    """Nothing listens there; the record sets that stand are not asked instead."""
    clock.write(tmp_path, clock.Clock(600))
    with answering({OWNER: TARGET}) as port:
        pass
    assert resolved(tmp_path, port, PROOF) == set()


def test_event_loop_goes_on_while_a_name_server_is_silent(tmp_path: Path) -> None:
    """A query is never waited for by the whole of MiniStack."""
    with answering({}, silent=True) as port:
        address.publish(tmp_path, published(port))

        async def beside() -> int:
            asking = asyncio.create_task(validation.resolved(tmp_path, [PROOF]))
            turns = 0
            while not asking.done():
                await asyncio.sleep(0.01)
                turns += 1
            return turns

        assert asyncio.run(beside()) > 5
