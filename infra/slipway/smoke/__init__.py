"""Smoke tests: is an environment served as its settings say? Asked from outside, as clients ask, with no rights in AWS.

    settings --- target.of ---> Target --- checks.every ---> Checks --- runner.run ---> Results --- report ---> text ...
                                                               |                           |
    network: the real internet, or the local cloud's ----------+                           +--- history: since a deploy

    network     which internet, for how long                     (resolvers, ports, authorities)
    lookup      DNS questions                                    handshake   TLS
    client      HTTP                                             cargo       what cargo makes of `dl`, and its retries
    golden      the routers' tables                              checks/     a module a family; each judges one thing

The same code runs against the local cloud and the real environment. A check passes, fails, or is skipped with the
reason; nothing that is not looked at passes.
"""

from __future__ import annotations

__all__: list[str] = []
