"""The hosted zone of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import route53

__all__ = ["HostedZone"]


class HostedZone(pulumi.ComponentResource):
    """A public Route 53 zone for `domain`.

    Replaced: by another `domain` only, and then with every record in it. The AWS provider would delete a zone, whose
    name is always given, before it creates the new one; `delete_before_replace=False` turns that round. With `protect`
    the engine refuses the replacement, and the zone is left in AWS when its stack is destroyed: a zone that is made
    again gets other name servers, which the parent zone does not delegate to.
    """

    id: pulumi.Output[str]
    domain: str
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(
        self,
        name: str,
        *,
        domain: str,
        protect: bool,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:HostedZone", name, None, opts)
        zone = route53.Zone(
            name,
            name=domain,
            force_destroy=not protect,
            tags=dict(tags),
            opts=pulumi.ResourceOptions(
                parent=self, protect=protect, retain_on_delete=protect, delete_before_replace=False
            ),
        )
        self.id = zone.zone_id
        self.domain = domain
        self.name_servers = zone.name_servers
        self.register_outputs({"id": self.id, "name_servers": self.name_servers})
