"""The Pulumi engine: found, downloaded or built, and run.

Slipway works with the real `pulumi` command and its Python language host, neither of which is on PyPI. `resolve` gets
both from the first of these that has them:

    on PATH (`path`)  >  the user's cache (`cache`)  >  the official download (`download`)  >  a build with Go (`build`)

What was downloaded or built goes into the cache once, and later runs need no network. `preview` (module `run`) runs
the engine and hands back its JSON document unread; module `pulumi` runs any other of its commands.
docs/decisions/0002-engine-resolution.md says why it is so.
"""

from __future__ import annotations

from slipway.engine.model import MINIMUM, VERSION, Engine, Version
from slipway.engine.resolution import Sources, locate, resolve
from slipway.engine.run import preview

__all__ = ["MINIMUM", "VERSION", "Engine", "Sources", "Version", "locate", "preview", "resolve"]
