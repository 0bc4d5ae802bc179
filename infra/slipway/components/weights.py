"""Names that two CDNs share by weight, and the names by which each of them can be tried alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import route53

from slipway.components.distribution import Distribution
from slipway.components.names import ServedNames
from slipway.components.zone import HostedZone
from slipway.config import SecondCdn, Share

__all__ = ["WeightedNames"]

_OURS = "cloudfront"
# Seconds. A weight takes hold within five minutes; the second CDN may move its pool within one.
_SHARED_TTL, _POOL_TTL = 300, 60


class WeightedNames(pulumi.ComponentResource):
    """For each host of `shares`: a weighted record set with a member for CloudFront and one for the second CDN.

    A host leads by CNAME to `cloudfront-<host>`, one of the `served` names, or to `<second>-<host>`, which is made here
    and leads to the second CDN's pool. At the zone's apex no CNAME may stand: there the members are A and AAAA records,
    an alias of `distribution` and the second CDN's addresses. `<second>-X` is made for every served `cloudfront-X`, so
    that both can be tried alone, also where only the apex is shared.

    Replaced: by nothing. A new weight is an update in place of one member. A weight of 0 turns a member off only while
    another one has more.
    """

    def __init__(
        self,
        name: str,
        *,
        shares: Mapping[str, Share],
        served: Sequence[str],
        second: SecondCdn,
        zone: HostedZone,
        distribution: Distribution,
        names: ServedNames,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:WeightedNames", name, None, opts)
        self._name, self._zone, self._second, self._distribution = name, zone, second, distribution
        prefix = f"{_OURS}-"
        pools = [
            self._record(f"{second.name}-{host.removeprefix(prefix)}", "CNAME", _POOL_TTL, [second.pool])
            for host in served
            if host.startswith(prefix)
        ]
        for host, share in shares.items():
            weights = {_OURS: share.cloudfront, second.name: share.second}
            for member, weight in weights.items():
                if host == zone.domain:
                    self._at_the_apex(host, member, weight, [names])
                else:
                    waits = [names, *pools]
                    self._record(host, "CNAME", _SHARED_TTL, [f"{member}-{host}"], member, weight, waits)
        self.register_outputs({})

    def _at_the_apex(self, host: str, member: str, weight: int, waits: list[pulumi.Resource]) -> None:
        addresses = {"A": self._second.ipv4, "AAAA": self._second.ipv6}
        for type_, values in addresses.items():
            if member == _OURS:
                self._record(host, type_, None, None, member, weight, [*waits, self._distribution])
            elif values:
                self._record(host, type_, _POOL_TTL, list(values), member, weight, waits)

    def _record(
        self,
        host: str,
        type_: str,
        ttl: int | None,
        values: list[str] | None,
        member: str = "",
        weight: int = 0,
        waits: Sequence[pulumi.Resource] = (),
    ) -> route53.Record:
        """One record set, weighted if it is a `member`; an alias of the distribution if it has no values."""
        distribution = self._distribution
        alias: route53.RecordAliasArgsDict = {
            "name": distribution.domain_name,
            "zone_id": distribution.hosted_zone_id,
            "evaluate_target_health": False,
        }
        return route53.Record(
            "-".join(part for part in (self._name, host, type_, member) if part),
            zone_id=self._zone.id,
            name=host,
            type=type_,
            ttl=ttl,
            records=values,
            aliases=None if values else [alias],
            set_identifier=member or None,
            weighted_routing_policies=[{"weight": weight}] if member else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(waits)),
        )
