"""The sparse index of the registry: one small file a crate, and `config.json`, which says where downloads begin."""

from __future__ import annotations

import json

import pulumi
from pulumi_aws import s3

from services.environment import Environment, Front, front
from slipway.components import (
    BucketOrigin,
    EdgePolicies,
    PrivateBucket,
    static,
)
from slipway.config import IndexConfig

__all__ = ["Index"]


_MISSING = "missing.txt"  # no crate's file: the index has them below folders of their names' beginnings


class Index(pulumi.ComponentResource):
    """A private bucket behind a distribution that keeps answers for an hour; changed files are invalidated one by one.

    Pulumi writes the first `config.json` and leaves it alone from then on: `slipway index set-dl` changes it, after it
    has fetched a crate through the new URL.
    """

    bucket: PrivateBucket
    front: Front

    def __init__(
        self, config: IndexConfig, environment: Environment, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:services:Index", "index", None, opts)
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
        # What is not in the bucket is no error to cargo if it is said with a 404, and S3 says 403.
        s3.BucketObjectv2(
            "index-missing",
            bucket=self.bucket.bucket.id,
            key=_MISSING,
            content="There is no such crate.\n",
            content_type="text/plain",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.bucket]),
        )
        policies = EdgePolicies("index", default_ttl=config.default_ttl, max_ttl=config.max_ttl, opts=inside)
        self.front = front(
            "index",
            config,
            environment,
            origin=BucketOrigin(self.bucket),
            behaviors=[static(policies)],
            not_found=f"/{_MISSING}",
            inside=inside,
        )
        self.outputs = {"bucket": self.bucket.bucket.id, **self.front.outputs}
        self.register_outputs({})
