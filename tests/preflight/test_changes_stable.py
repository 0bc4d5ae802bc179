"""Two previews of one diff read the same, whatever order the engine printed independent steps in."""

from __future__ import annotations

import json
from pathlib import Path

from slipway.plan import read_plan
from slipway.preflight.changes import changes_of
from slipway.preflight.world import world_of

CASE = Path(__file__).parents[1] / "cases" / "certificate_gains_a_name_and_its_record_is_added" / "preview.json"


def told(document: dict[str, object]) -> list[tuple[int, str, str]]:
    return [(change.id, change.title, change.root) for change in changes_of(world_of(read_plan(json.dumps(document))))]


def test_order_of_independent_steps_changes_no_title_and_no_number() -> None:
    """The new record's step printed first or last: the certificate is still change 1."""
    document = json.loads(CASE.read_text(encoding="utf-8"))
    steps = document["steps"]
    records = [step for step in steps if step["op"] == "create" and "Record" in step["urn"]]
    others = [step for step in steps if step not in records]
    first = told({**document, "steps": [others[0], *reversed(records), *others[1:]]})
    assert first == told({**document, "steps": [*others, *records]})
    assert len(first) == 2
    assert first[0][1].startswith("certificate")
