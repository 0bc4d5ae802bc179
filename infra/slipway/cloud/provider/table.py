"""Every resource type the local cloud serves. A type that is not here is an error that names it."""

from __future__ import annotations

from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.rows import (
    acm,
    athena,
    cloudfront,
    cloudfront_configs,
    cloudfront_extras,
    cloudwatch,
    glue,
    iam,
    logs,
    route53,
    route53_records,
    s3,
    s3_settings,
    scheduler,
    sns,
    sqs,
    subscriptions,
    waf,
)
from slipway.errors import CloudError

__all__ = ["TABLE", "lookup"]

TABLE: dict[str, ResourceType] = {
    row.token: row
    for rows in (
        acm.ROWS,
        athena.ROWS,
        cloudfront.ROWS,
        cloudfront_configs.ROWS,
        cloudfront_extras.ROWS,
        cloudwatch.ROWS,
        glue.ROWS,
        iam.ROWS,
        logs.ROWS,
        route53.ROWS,
        route53_records.ROWS,
        s3.ROWS,
        s3_settings.ROWS,
        scheduler.ROWS,
        sns.ROWS,
        sqs.ROWS,
        subscriptions.ROWS,
        waf.ROWS,
    )
    for row in rows
}


def lookup(token: str) -> ResourceType:
    """The row of a type; CloudError for one the local cloud does not serve."""
    try:
        return TABLE[token]
    except KeyError:
        raise CloudError(f"the local cloud does not serve resource type {token}") from None
