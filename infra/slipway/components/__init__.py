"""Pulumi components: the parts a download host is made of, one concern each.

Rules they all keep, so that an update cannot take a host name off the air by construction:

- Nothing that may be replaced has a fixed physical name. With a given name the AWS provider deletes the old resource
  before it creates the new one; with a name of Pulumi's making it creates first and deletes last.
- What must never go is protected and retained, where the stack's `slipway:protect` is true: the hosted zone and the
  buckets. Distributions are protected.
- A resource that serves depends on all that its answers need: records on the distribution and its bucket
  policy, the distribution on the *issued* certificate.

Each docstring says under *Replaced* what replaces what, and what an update changes in place.
"""

from __future__ import annotations

from slipway.components.alarms import ReplicatedBuckets, ServiceAlarms
from slipway.components.behaviors import Behavior, BucketOrigin, ServerOrigin, dynamic, immutable, static
from slipway.components.buckets import LogBucket, PrivateBucket
from slipway.components.certificate import Certificate
from slipway.components.dashboard import Dashboard
from slipway.components.distribution import Distribution
from slipway.components.download_queries import DownloadQueries
from slipway.components.edge import RouterFunction
from slipway.components.firewall import Firewall
from slipway.components.log_queue import LogQueue
from slipway.components.names import ServedNames
from slipway.components.paging import Paging
from slipway.components.policies import EdgePolicies, PassThrough
from slipway.components.replication import Replication
from slipway.components.schedule import NightlyInvalidation
from slipway.components.weights import WeightedNames
from slipway.components.zone import HostedZone

__all__ = [
    "Behavior", "BucketOrigin", "Certificate", "Dashboard", "Distribution", "DownloadQueries", "EdgePolicies",
    "Firewall", "HostedZone", "LogBucket", "LogQueue", "NightlyInvalidation", "Paging", "PassThrough", "PrivateBucket",
    "ReplicatedBuckets", "Replication", "RouterFunction", "ServedNames", "ServerOrigin", "ServiceAlarms",
    "WeightedNames", "dynamic", "immutable", "static",
]  # fmt: skip
