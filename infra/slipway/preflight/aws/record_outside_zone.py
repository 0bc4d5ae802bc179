"""InvalidChangeBatch: a record set whose name is not within its zone.

The provider completes every name that does not end with the zone's, so that most names given for another zone come
out inside this one, if nowhere useful. It compares letters, not labels: `fooexample.org` passes for a name in
`example.org`, is sent as it is, and refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from slipway.preflight.aws.scene import Scene
from slipway.preflight.aws.words import doing
from slipway.preflight.names import RECORD
from slipway.preflight.verdict import AwsRefusal

__all__ = ["ERROR", "SOURCE", "TITLE", "WHY", "refusals"]

ERROR = "InvalidChangeBatch"
TITLE = "A record set outside its zone"
WHY = "A zone takes names that are its own or end with it at a dot."
SOURCE = "hashicorp/terraform-provider-aws, internal/service/route53/record.go (expandRecordName)."


def refusals(scene: Scene) -> Iterator[AwsRefusal]:
    """One for each record set created under a name that only looks as if it were within the zone."""
    for _, before, version, operation in scene.made(RECORD):
        written, zone = version.state.inputs.get("name"), scene.records.zone_name(version)
        name = written.rstrip(".").lower() if isinstance(written, str) else ""
        if before is None and zone and name.endswith(zone) and name != zone and not name.endswith(f".{zone}"):
            because = f"{doing(operation)}: {name} is not within the zone {zone}"
            yield AwsRefusal(ERROR, operation.urn, because, f"Put a dot before {zone}, or use the zone of the name.")
