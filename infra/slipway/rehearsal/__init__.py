"""Rehearsals: an apply by the real engine on the local cloud, in an order of our choosing, watched as users would.

The stages, and what each may not do:

    schedules   which operation goes next               (pure: no engine, no cloud, no clock)
    director    makes the provider follow a schedule    (knows nothing of hostnames)
    world       what stands in the local cloud now      (reads; changes nothing)
    names       what a DNS query would be answered      (pure, over the world)
    edge        whether CloudFront would serve a host   (pure, over the world)
    download    one file, fetched as a client does      (through the data plane)
    viewer      what a user sees of every hostname      (reads; knows nothing of plans and verdicts)
"""

from __future__ import annotations

from slipway.cloud.internet.world import CloudWorld
from slipway.rehearsal.director import Director, Failure
from slipway.rehearsal.download import DarkError, Download, fetch
from slipway.rehearsal.schedules import Release, Replay, Schedule, Shuffled
from slipway.rehearsal.viewer import Sight, Viewer

__all__ = [
    "CloudWorld", "DarkError", "Director", "Download", "Failure", "Release", "Replay", "Schedule", "Shuffled", "Sight",
    "Viewer", "fetch",
]  # fmt: skip
