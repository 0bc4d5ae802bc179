"""Names in DNS that lead to a distribution."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import route53

from slipway.components.distribution import Distribution
from slipway.components.zone import HostedZone

__all__ = ["ServedNames"]


class ServedNames(pulumi.ComponentResource):
    """An A and an AAAA alias record in `zone` for each of `hosts`, leading to `distribution`.

    Each host must be an alias of the distribution: a name that leads to CloudFront and is nobody's alias is refused at
    the edge, and free to be claimed by another account. The stack's configuration has no way to say otherwise.

    The records depend on everything the distribution is made of, so a name is in DNS only when its alias is deployed
    and the origin can be read. To take a name away needs two updates: its records first, and the alias when the old
    answers have left the resolvers' caches. In a single update the alias would go first, because deletes come last.

    Replaced: a record, when its zone is. There is no `allow_overwrite`: a record set that is there already fails the
    create, instead of being lost.
    """

    def __init__(
        self,
        name: str,
        *,
        hosts: Sequence[str],
        zone: HostedZone,
        distribution: Distribution,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:ServedNames", name, None, opts)
        target: route53.RecordAliasArgsDict = {
            "name": distribution.domain_name,
            "zone_id": distribution.hosted_zone_id,
            "evaluate_target_health": False,
        }
        for host in hosts:
            for record_type in ("A", "AAAA"):
                route53.Record(
                    f"{name}-{host}-{record_type}",
                    zone_id=zone.id,
                    name=host,
                    type=record_type,
                    aliases=[target],
                    opts=pulumi.ResourceOptions(parent=self, depends_on=[distribution]),
                )
        self.register_outputs({})
