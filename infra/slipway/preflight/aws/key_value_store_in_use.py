"""CannotDeleteEntityWhileInUse: a key-value store is deleted while a function reads it."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.in_use import still_used
from slipway.preflight.aws.scene import Scene
from slipway.preflight.resources import FUNCTION
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "CannotDeleteEntityWhileInUse"
TITLE = "A key-value store deleted in use"
WHY = "DeleteKeyValueStore wants every function off the store first; the provider does not retry."
SOURCE = "CloudFront API Reference, DeleteKeyValueStore."

_TYPE = "aws:cloudfront/keyValueStore:KeyValueStore"


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each store that some run deletes in use."""
    yield from still_used(scene, ERROR, (_TYPE,), (FUNCTION,), by=("arn",))
