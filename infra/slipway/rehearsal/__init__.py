"""Rehearsals: an apply by the real engine on the local cloud, in an order we choose, with users at every hostname.

The stages, and what each may not do:

    restore     puts a deployed state up again, anew      (knows nothing of programs and hostnames)
    scene       the cloud, the state and a shell for it   (does not apply)
    schedules   which operation goes next                 (pure: no engine, no cloud, no clock)
    cues        where the provider's operations ask       (decides nothing)
    director    makes the provider follow a schedule      (knows nothing of hostnames)
    conductor   lets it run at the cloud's own pace       (by a seed; faults strike here)
    perform     runs the engine, kills it if told to
    user        resolves, shakes hands, fetches a file    (knows nothing of plans and verdicts)
    probes      users of every hostname, a process        (knows nothing of the engine)
    watch       that process, from outside
    apply       one apply, watched
    rehearse    a stack's applies, one after the other
    timeline    from probes to dark seconds               (pure)
    account     beside what the proof said                (pure)
    told        the account as text                       (pure)
    picture     a timeline as SVG                         (pure)
    viewer      what the cloud's state says of a name     (reads; for tests that go event by event)
"""

from __future__ import annotations

from slipway.rehearsal.director import Director, Failure
from slipway.rehearsal.schedules import Release, Replay, Schedule, Shuffled
from slipway.rehearsal.viewer import Sight, Viewer

__all__ = ["Director", "Failure", "Release", "Replay", "Schedule", "Shuffled", "Sight", "Viewer"]
