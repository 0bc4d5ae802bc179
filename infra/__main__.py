"""The Pulumi program: one stack per environment, every stack the same services."""

from __future__ import annotations

import pulumi

from services.crates import Crates
from services.documentation import Documentation
from services.environment import Environment
from services.index import Index
from services.on_call import watch
from services.redirects import Redirect
from services.releases import Releases
from services.web import Web
from slipway import config
from slipway.components import DownloadQueries, HostedZone, LogBucket, LogQueue
from slipway.errors import SlipwayError
from slipway.guard import protect as protect_from_the_unapproved

__all__ = ["main"]


def main() -> None:
    """Register the stack's resources and export what tests, operators and the command line ask for."""
    stack = config.from_engine()
    protect_from_the_unapproved(stack)
    protect, tags = stack.protect, stack.all_tags
    zone = HostedZone("zone", domain=stack.zone, protect=protect, tags=tags)
    logs = LogBucket("logs", retention_days=stack.log_retention_days, protect=protect, tags=tags)
    here = Environment(zone, logs, stack.second_cdn, protect, tags)
    there = here
    if stack.releases_zone:
        other = HostedZone("releases-zone", domain=stack.releases_zone, protect=protect, tags=tags)
        there = Environment(other, logs, stack.second_cdn, protect, tags)

    services = {"crates": Crates(stack.crates, here)} | {
        key: make(settings, where)
        for key, make, settings, where in (
            ("index", Index, stack.index, here),
            ("web", Web, stack.web, here),
            ("releases", Releases, stack.releases, there),
            ("documentation", Documentation, stack.documentation, there),
        )
        if settings is not None
    }
    redirects = {host: Redirect(host, settings, here) for host, settings in stack.redirects.items()}
    every = {**services, **{redirect.name: redirect for redirect in redirects.values()}}
    queue = LogQueue("logs-queue", logs=logs, tags=tags)
    folders = [service.front.distribution.log_folder for service in every.values()]
    queries = DownloadQueries("downloads", logs=logs, folders=folders, scan_bytes=stack.downloads.scan_bytes, tags=tags)
    if stack.on_call:
        watch(every, on_call=stack.on_call, thresholds=stack.alarms, queue=queue, tags=tags)

    pulumi.export("environment", stack.environment)
    pulumi.export("zone", {"id": zone.id, "name": stack.zone, "name_servers": zone.name_servers})
    pulumi.export("logs", {"bucket": logs.bucket.id, **queue.outputs})
    pulumi.export("downloads", queries.outputs)
    for key, service in services.items():
        pulumi.export(key, service.outputs)
    pulumi.export("redirects", {host: redirect.outputs for host, redirect in redirects.items()})


try:
    main()
except SlipwayError as error:
    # The engine shows a RunError as a message; anything else as a traceback.
    raise pulumi.RunError(f"{error.message}\n{error.advice}") from None
