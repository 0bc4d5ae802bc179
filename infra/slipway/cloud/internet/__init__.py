"""The local internet in front of MiniStack: what name servers, resolvers and CloudFront's edges would answer.

    world        what stands in the local cloud now        (reads; changes nothing)
    names        what a DNS query may be answered          (pure, over a world)
    chain        whether CloudFront would serve a host     (pure, over a world)
    permission   whether a bucket's policy admits a reader (pure)
    dataplane    MiniStack's own answer for a path         (over HTTP)

What stands is kept for each place as it arrives there:

    journal      MiniStack's journal, followed             (over HTTP)
    reading      what a change touched, read again         (through AWS's API)
    timeline     what one place holds, and what is coming  (pure)
    history      the places together

The name servers, and the resolver in front of them:

    dns_draw, dns_zone, dns_contents, dns_answer    one question answered          (pure)
    authority    a name server at every place
    dns_cache    what a resolver remembers                 (pure)
    resolver     asks the name servers, and remembers
    dns_client   its sockets
    dns_parse    messages that come again and again
    dns_server   the sockets of both

It runs as a process of its own beside MiniStack, and says in `internet.json` of the cloud's directory where its servers
are, so that every client on this machine can find them.
"""

from __future__ import annotations

__all__: list[str] = []
