"""No record of a public name that may overwrite another's."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.policy.model import Level, Resource, Violation
from slipway.preflight.resources import RECORD
from slipway.preflight.resources.fields import text

__all__ = ["ID", "LEVEL", "SOURCE", "TITLE", "TYPES", "WHY", "violations"]

ID = "allow-overwrite"
TITLE = "No record of a public name overwrites another"
WHY = (
    "Two resources then own one record set: the create overwrites it in silence, and the delete of the older resource, "
    "which comes last, removes what the new one wrote. The name is gone and the update succeeded."
)
SOURCE = "pulumi/pulumi-aws, aws.route53.Record (allowOverwrite); hashicorp/terraform-provider-aws#32460."
LEVEL = Level.MANDATORY
TYPES = (RECORD,)


def violations(resource: Resource) -> Iterator[Violation]:
    """One for a record whose name does not begin with an underscore: those prove something, and serve nobody."""
    name = text(resource.properties.get("name"))
    public = name is None or (isinstance(name, str) and not name.startswith("_"))  # no name is that of the zone
    if public and resource.properties.get("allowOverwrite") is True:
        message = f"{resource.name} may overwrite a record of {name or 'the zone itself'} that is there already"
        advice = "Take allow_overwrite out. If the record is there already, import it."
        yield Violation(resource.urn, message, advice)
