"""The local internet in front of MiniStack: what name servers, resolvers and CloudFront's edges would answer.

    world        what stands in the local cloud now        (reads; changes nothing)
    names        what a DNS query may be answered          (pure, over a world)
    chain        whether CloudFront would serve a host     (pure, over a world)
    permission   whether a bucket's policy admits a reader (pure)
    dataplane    MiniStack's own answer for a path         (over HTTP)

It runs as a process of its own beside MiniStack, and says in `internet.json` of the cloud's directory where its servers
are, so that every client on this machine can find them.
"""

from __future__ import annotations

__all__: list[str] = []
