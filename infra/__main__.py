"""The Pulumi program: one stack per environment, every stack the same services."""

from __future__ import annotations

import pulumi

from services.crates import Crates
from slipway import config
from slipway.components import HostedZone, LogBucket
from slipway.errors import SlipwayError

__all__ = ["main"]


def main() -> None:
    """Register the stack's resources and export what tests and operators ask for."""
    stack = config.from_engine()
    zone = HostedZone("zone", domain=stack.zone, protect=stack.protect, tags=stack.all_tags)
    logs = LogBucket("logs", retention_days=stack.log_retention_days, protect=stack.protect, tags=stack.all_tags)
    crates = Crates(stack.crates, zone=zone, logs=logs, protect=stack.protect, tags=stack.all_tags)

    pulumi.export("environment", stack.environment)
    pulumi.export("zone", {"id": zone.id, "name": stack.zone, "name_servers": zone.name_servers})
    pulumi.export("logs", {"bucket": logs.bucket.id})
    pulumi.export(
        "crates",
        {
            "bucket": crates.bucket.bucket.id,
            "certificate_arn": crates.certificate.issued_arn,
            "distribution_id": crates.distribution.id,
            "distribution_domain": crates.distribution.domain_name,
            "host": stack.crates.host,
            "hostnames": list(stack.crates.served),
        },
    )


try:
    main()
except SlipwayError as error:
    # The engine shows a RunError as a message; anything else as a traceback.
    raise pulumi.RunError(f"{error.message}\n{error.advice}") from None
