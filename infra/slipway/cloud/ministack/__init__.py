"""MiniStack, and what it lacks for us: `python -m slipway.cloud.ministack` patches it within its process and runs it.

    origins       origin groups, and origins that fail when they are told to
    readers       what a bucket's policy is asked about CloudFront
    calls         which calls change what                                (pure)
    journal       what changed, in order, for whoever follows
    door          the journal over HTTP
    sessions      temporary credentials, which expire
    protocol      the types of both
    changes       Route 53: PENDING until a change has spread
    deployments   CloudFront: InProgress until a configuration has spread; the older ones, for edges that hold them yet
    aliases       CloudFront: an alias moved in one step
    policies      CloudFront: continuous deployment policies
    staging       CloudFront: staging distributions, and promoting them
    issuance      ACM: PENDING_VALIDATION until the validation records resolve, and for the issuance more
    validation    whether they resolve: asked of the name servers
    queries       Athena: tables whose partitions are projected, as text
    projection    which partitions those are                     (pure)
    trino         Trino's SQL on DuckDB                          (pure)
    workgroups    Athena: settings enforced, and changed
    home          the cloud's directory

Whatever the answers say is the same truth for every client: our provider, the official one, boto3. How long things take
is the clock's to say (`slipway.cloud.clock`), read anew for each change.
"""

from __future__ import annotations

__all__: list[str] = []
