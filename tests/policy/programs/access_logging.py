"""Access logs by the distribution itself or by a delivery source, and none."""

from __future__ import annotations

from cdn import Site
from pulumi_aws import cloudwatch


def good() -> None:
    site = Site(distribution=lambda args: args.pop("logging_config"))
    cloudwatch.LogDeliverySource("logs-v2", name="logs-v2", log_type="ACCESS_LOGS", resource_arn=site.distribution.arn)


def bad() -> None:
    Site(distribution=lambda args: args.pop("logging_config"))
