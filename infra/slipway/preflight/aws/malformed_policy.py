"""MalformedPolicy: a bucket policy that is no policy."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing
from slipway.preflight.resources import BUCKET_POLICY, bucket_policy
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "MalformedPolicy"
TITLE = "A bucket policy that is no JSON"
WHY = "S3 reads the document before it keeps it; the old policy stays, and the apply stops there."
SOURCE = "Amazon S3 API Reference, PutBucketPolicy; Error responses (MalformedPolicy)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each policy written whose text is known and holds no policy document."""
    for _, _, version, operation in scene.made(BUCKET_POLICY):
        view = bucket_policy(version.state)
        if view.statements is None and isinstance(view.document, str):
            because = f"{doing(operation)}: its policy is not a JSON document with statements that allow or deny"
            yield AwsRefusal(ERROR, operation.urn, because, "Write the document with json.dumps, not as text.")
