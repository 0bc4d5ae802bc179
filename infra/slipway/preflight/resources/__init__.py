"""AWS resources as typed, frozen views of the engine's states. Pure reading: nothing here judges or raises.

    view = distribution(step.new, step.old)      # one function for each resource type, lower case
    view.aliases, view.certificate.known, view.default.target

- The second argument, `kept`, is the old state of something that is updated in place or stays: a preview prints no
  outputs on the new side, and what AWS decided once (an ARN, a domain) is kept. Leave it out for what is created.
- What a user writes is read from the inputs, what AWS decides (ids, ARNs, domains) from the outputs.
- A value not known yet, masked, or of a wrong type is `Unknown` (`slipway.plan`), never None and never a guess:
  `isinstance(view.arn, str)` before using it. None means not given.
- A `Reference` is how a resource names another: by `value` or, where that is unknown, by `sources`, the URNs of the
  resources the input was computed from. A source that is created or replaced stands for its new generation.
- `bucket_policy(state).admits(caller, bucket)` evaluates the policy document; `Caller(distribution=arn)` asks through
  an origin access control (arn may be Unknown), `Caller(identities=...)` through an origin access identity.
"""

from __future__ import annotations

from slipway.preflight.resources.bucket import Bucket, BucketPolicy, bucket, bucket_of_host, bucket_policy
from slipway.preflight.resources.certificate import Certificate, Validation, certificate, region_of_arn, validation
from slipway.preflight.resources.distribution import Behavior, Distribution, Origin, distribution
from slipway.preflight.resources.edge import Function, OriginAccess, function, origin_access
from slipway.preflight.resources.fields import NOT_KNOWN, Flag, Number, Reference, Text
from slipway.preflight.resources.iam import Admission, Caller, Statement
from slipway.preflight.resources.record_set import ADDRESSED, RecordSet, record_set
from slipway.preflight.resources.types import (
    ACCESS,
    BUCKET,
    BUCKET_POLICY,
    CERTIFICATE,
    DISTRIBUTION,
    FUNCTION,
    RECORD,
    VALIDATION,
    ZONE,
)
from slipway.preflight.resources.zone import Zone, zone

__all__ = [
    "ACCESS",
    "ADDRESSED",
    "BUCKET",
    "BUCKET_POLICY",
    "CERTIFICATE",
    "DISTRIBUTION",
    "FUNCTION",
    "NOT_KNOWN",
    "RECORD",
    "VALIDATION",
    "ZONE",
    "Admission",
    "Behavior",
    "Bucket",
    "BucketPolicy",
    "Caller",
    "Certificate",
    "Distribution",
    "Flag",
    "Function",
    "Number",
    "Origin",
    "OriginAccess",
    "RecordSet",
    "Reference",
    "Statement",
    "Text",
    "Validation",
    "Zone",
    "bucket",
    "bucket_of_host",
    "bucket_policy",
    "certificate",
    "distribution",
    "function",
    "origin_access",
    "record_set",
    "region_of_arn",
    "validation",
    "zone",
]
