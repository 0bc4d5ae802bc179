"""The sparse index of the registry: one small file a crate, and `config.json`, which says where downloads begin."""

from __future__ import annotations

import json

import pulumi
from pulumi_aws import s3

from services.environment import Environment, outputs, serve_names
from slipway.components import (
    BucketOrigin,
    Certificate,
    Distribution,
    EdgePolicies,
    PrivateBucket,
    static,
)
from slipway.config import IndexConfig

__all__ = ["Index"]


class Index(pulumi.ComponentResource):
    """A private bucket behind a distribution that keeps answers for an hour; changed files are invalidated one by one.

    Pulumi writes the first `config.json` and leaves it alone from then on: `slipway index set-dl` changes it, after it
    has fetched a crate through the new URL.
    """

    bucket: PrivateBucket
    host: str
    certificate: Certificate
    distribution: Distribution

    def __init__(
        self, config: IndexConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Index", "index", None, opts)
        self.host = config.host
        inside, logs = pulumi.ResourceOptions(parent=self), environment.logs
        protect, tags = environment.protect, environment.tags
        self.bucket = PrivateBucket("index", logs=logs, protect=protect, tags=tags, opts=inside)
        s3.BucketObjectv2(
            "index-config",
            bucket=self.bucket.bucket.id,
            key="config.json",
            content=json.dumps({"dl": config.dl, "api": config.api}) + "\n",
            content_type="application/json",
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["content"], retain_on_delete=True, depends_on=[self.bucket]
            ),
        )
        self.certificate = Certificate(
            "index", names=config.certificate_names, zone_id=environment.zone.id, tags=tags, opts=inside
        )
        policies = EdgePolicies("index", default_ttl=config.default_ttl, max_ttl=config.max_ttl, opts=inside)
        self.distribution = Distribution(
            "index",
            host=config.host,
            aliases=config.aliases,
            certificate=self.certificate,
            origin=BucketOrigin(self.bucket),
            behaviors=[static(policies)],
            logs=logs,
            price_class=config.price_class,
            protect=protect,
            tags=tags,
            opts=inside,
        )
        serve_names("index", config, environment, self.distribution, inside)
        self.outputs = {"bucket": self.bucket.bucket.id, **outputs(config, self.distribution, self.certificate)}
        self.register_outputs({})
