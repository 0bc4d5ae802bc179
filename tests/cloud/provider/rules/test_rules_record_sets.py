"""Route 53's rules for a change batch."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from slipway.cloud.provider.rules.record_sets import after, host, identity

ZONE = "example.org"


def record(name: str, kind: str = "A", **more: Any) -> dict[str, Any]:
    return {"Name": f"{name}.{ZONE}.", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}], **more}


def weighted(name: str, set_id: str, weight: int = 1) -> dict[str, Any]:
    return record(name, SetIdentifier=set_id, Weight=weight)


REFUSED = {
    "a CNAME beside an A record": ([record("www")], [("CREATE", record("www", "CNAME"))], "conflicting RRSet"),
    "an A record beside a CNAME": ([record("www", "CNAME")], [("CREATE", record("www"))], "conflicting RRSet"),
    "a CNAME at the apex": ([], [("CREATE", {**record("x", "CNAME"), "Name": f"{ZONE}."})], "not permitted at apex"),
    "weighted beside simple": ([record("www")], [("CREATE", weighted("www", "a"))], "cannot be created"),
    "simple beside weighted": ([weighted("www", "a")], [("CREATE", record("www"))], "cannot be created"),
    "latency beside weighted": (
        [weighted("www", "a")],
        [("CREATE", record("www", SetIdentifier="b", Region="eu-west-1"))],
        "latency routing",
    ),
    "a record set that exists": ([record("www")], [("CREATE", record("WWW"))], "already exists"),
    "deleting what is not there": ([], [("DELETE", record("www"))], "was not found"),
    "a name outside the zone": ([], [("CREATE", {**record("x"), "Name": "www.example.com."})], "not permitted in zone"),
    "a name that only ends like the zone": ([], [("CREATE", {**record("x"), "Name": "badexample.org."})], "in zone"),
    "a weight above 255": ([], [("UPSERT", weighted("www", "a", 256))], "from 0 to 255"),
}


@pytest.mark.parametrize(("existing", "changes", "words"), REFUSED.values(), ids=REFUSED)
def test_change_batch_is_refused(existing: Any, changes: Any, words: str) -> None:
    """Each of these is InvalidChangeBatch on AWS; MiniStack takes most of them."""
    with pytest.raises(ClientError, match="InvalidChangeBatch") as caught:
        after(ZONE, existing, changes)
    assert words in caught.value.response["Error"]["Message"]


TAKEN = {
    "a type changed in one batch": (
        [record("www")],
        [("DELETE", record("www")), ("CREATE", record("www", "CNAME"))],
        1,
    ),
    "an AAAA beside an A record": ([record("www")], [("CREATE", record("www", "AAAA"))], 2),
    "a second member of a weighted set": ([weighted("www", "a")], [("CREATE", weighted("www", "b"))], 2),
    "an upsert over what is there": ([record("www")], [("UPSERT", record("www", TTL=5))], 1),
    "a wildcard beside an exact name": ([record("*")], [("CREATE", record("www", "CNAME"))], 2),
    "weighted AAAA beside simple A": ([record("www")], [("CREATE", {**weighted("www", "a"), "Type": "AAAA"})], 2),
}


@pytest.mark.parametrize(("existing", "changes", "left"), TAKEN.values(), ids=TAKEN)
def test_change_batch_is_taken(existing: Any, changes: Any, left: int) -> None:
    """What AWS takes is not refused here."""
    assert len(after(ZONE, existing, changes)) == left


def test_escaped_asterisk_is_the_wildcard_itself() -> None:
    """Route 53 lists `*` as `\\052`."""
    assert host("\\052.Example.org.") == "*.example.org"


@given(st.lists(st.sampled_from(["a", "b"]), max_size=3), st.sampled_from(["a", "b", "c"]))
def test_a_refused_batch_never_depends_on_its_neighbours_names(names: list[str], new: str) -> None:
    """Record sets of other names have no say: a new simple A record is refused exactly if its own name is taken."""
    existing = [record(name) for name in dict.fromkeys(names)]
    taken = any(identity(other) == identity(record(new)) for other in existing)
    if taken:
        with pytest.raises(ClientError):
            after(ZONE, existing, [("CREATE", record(new))])
    else:
        assert len(after(ZONE, existing, [("CREATE", record(new))])) == len(existing) + 1
