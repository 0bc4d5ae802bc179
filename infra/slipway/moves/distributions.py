"""Distributions in CloudFront: read, given an alias of another's in one step, and awaited until every edge knows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slipway import aws
from slipway.engine.progress import Progress
from slipway.errors import CloudError
from slipway.route53.names import host

__all__ = ["Certificate", "Distribution", "Distributions"]

_LIMIT = 3600.0  # seconds until a distribution is deployed; minutes are usual
_EVERY = 10.0  # seconds between two questions, at most
_MISSING = "TXT"  # what AWS's message names when it does not find the proof


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a distribution shows for its names."""

    arn: str
    status: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution as it stands; `aliases` in lower case."""

    id: str
    domain: str
    aliases: tuple[str, ...]
    enabled: bool
    deployed: bool
    staging: bool
    certificate: str


@dataclass(frozen=True, slots=True)
class Distributions:
    """`cloudfront` and `acm` are boto3's clients. CloudError where AWS turns a call down."""

    cloudfront: Any
    acm: Any
    progress: Progress
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def read(self, id_: str) -> Distribution:
        """How a distribution stands."""
        with aws.reported(f"distribution {id_} cannot be read"):
            found = self.cloudfront.get_distribution(Id=id_)["Distribution"]
        config = found["DistributionConfig"]
        return Distribution(
            id_,
            host(found["DomainName"]),
            tuple(sorted(map(host, config.get("Aliases", {}).get("Items", ())))),
            bool(config["Enabled"]),
            found["Status"] == "Deployed",
            bool(config.get("Staging")),
            config.get("ViewerCertificate", {}).get("ACMCertificateArn", ""),
        )

    def certificate(self, arn: str) -> Certificate:
        """What ACM says of a certificate."""
        with aws.reported(f"certificate {arn} cannot be read"):
            found = self.acm.describe_certificate(CertificateArn=arn)["Certificate"]
        names = (found["DomainName"], *found.get("SubjectAlternativeNames", ()))
        return Certificate(arn, found["Status"], tuple(dict.fromkeys(map(host, names))))

    def associate(self, alias: str, target: str, patience: float) -> None:
        """Give an alias to a distribution, whichever has it. For `patience` seconds CloudFront may say that it does not
        see the proof: its resolver remembers for as long as the zone says that there was none."""
        began = self.clock()
        while True:
            with aws.reported(f"{alias} cannot be given to {target}"):
                try:
                    self.cloudfront.associate_alias(Alias=alias, TargetDistributionId=target)
                    return
                except aws.ClientError as error:
                    gone = self.clock() - began
                    if _MISSING not in str(error) or gone >= patience:
                        raise
            self.progress.tick(f"CloudFront does not see the TXT record of {alias} yet: {gone:.0f} s")
            self.sleep(_EVERY)

    def await_deployed(self, *ids: str) -> None:
        """Until every edge location has the newest configuration of these distributions."""
        began = self.clock()
        while open_ := [id_ for id_ in ids if not self.read(id_).deployed]:
            gone = self.clock() - began
            if gone > _LIMIT:
                raise CloudError(
                    f"distribution {open_[0]} is not deployed after {gone:.0f} s; it goes on",
                    f"`aws cloudfront get-distribution --id {open_[0]}` says how it stands.",
                )
            self.progress.tick(f"{', '.join(open_)}: the edge locations get it, {gone:.0f} s")
            self.sleep(min(_EVERY, max(0.2, gone / 4)))
