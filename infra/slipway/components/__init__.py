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

from slipway.components.buckets import LogBucket, PrivateBucket
from slipway.components.certificate import Certificate
from slipway.components.distribution import Distribution
from slipway.components.edge import EdgePolicies, RouterFunction
from slipway.components.names import ServedNames
from slipway.components.zone import HostedZone

__all__ = [
    "Certificate",
    "Distribution",
    "EdgePolicies",
    "HostedZone",
    "LogBucket",
    "PrivateBucket",
    "RouterFunction",
    "ServedNames",
]
