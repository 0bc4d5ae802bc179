"""EntityAlreadyExists: a key-value store is created under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.named import taken_names
from slipway.preflight.aws.scene import Scene
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "EntityAlreadyExists"
TITLE = "Two key-value stores of one name"
WHY = "An account has each name of a key-value store once, and a replaced one with a fixed name is created first."
SOURCE = "CloudFront API Reference, CreateKeyValueStore."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each store that some run creates under a taken name."""
    yield from taken_names(scene, ERROR, "aws:cloudfront/keyValueStore:KeyValueStore")
