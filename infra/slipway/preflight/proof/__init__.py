"""The proof that no hostname goes dark: in any order the engine may take, wherever the apply stops.

The stages, and what none of them may do: no engine, no network, no clock; nothing raises over what a plan holds.

    things      what stands in the world and what becomes of it          (things, estate, records)
    conditions  which operations are in effect, and whether a run is so  (condition)
    chains      when an answer fails: record, route, links               (answers, routing, links, baseline)
    status      the worst that happens to a name, the run, how long      (status, durations)
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

import msgspec

from slipway.durations import Durations
from slipway.preflight.aws.scene import Scene
from slipway.preflight.proof.estate import estate_of
from slipway.preflight.proof.records import names_of
from slipway.preflight.proof.status import Judge
from slipway.preflight.verdict import Hostname, Status

__all__ = ["Proof", "prove"]


class Proof(msgspec.Struct, frozen=True, gc=False):
    """The verdict on every hostname, sorted by name; `failed` says what went wrong if there is none."""

    hostnames: tuple[Hostname, ...]
    failed: str = ""

    def with_status(self, *statuses: Status) -> Iterator[Hostname]:
        """The hostnames of these statuses."""
        return (hostname for hostname in self.hostnames if hostname.status in statuses)


def prove(scene: Scene, *, external: tuple[str, ...] = (), retire: tuple[str, ...] = (), durations: Durations) -> Proof:
    """The verdict on every public hostname that a plan's record sets answer for, before or after.

    `external` are targets outside the plan that are taken as serving, `retire` names that are meant to go.
    """
    estate = estate_of(scene)
    names = names_of(scene, estate)
    judge = Judge(estate, names, external=frozenset(external), retire=frozenset(retire), durations=durations)
    served = names.before | names.after
    # In the plan's order, in which what a name rests on lies together in memory.
    judged = [judge.hostname(name) for name in dict.fromkeys((*names.things, *served)) if name in served]
    return Proof(tuple(sorted(judged, key=attrgetter("name"))))
