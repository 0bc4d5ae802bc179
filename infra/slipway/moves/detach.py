"""A staging distribution and its policy taken away, in the order that AWS wants.

Sources: CloudFront API Reference, DeleteContinuousDeploymentPolicy (not while a primary distribution has it), errors of
UpdateDistribution (StagingDistributionInUse: no policy may name what is disabled) and of DeleteDistribution.
"""

from __future__ import annotations

from collections.abc import Callable

from slipway.ledger import Value
from slipway.moves.continuous import Continuous, is_ours
from slipway.moves.logbook import Logbook
from slipway.moves.refused import Refused

__all__ = ["detach"]


def detach(
    primary_id: str,
    cloud: Continuous,
    adjust: Callable[[], None],
    log: Logbook,
    seen: int,
    tell: Callable[[str], None],
) -> bool:
    """Take away what is there of it, and adjust the state. Whether anything was; doing it again goes on. Where nobody
    may delete distributions, the staging one is left disabled. Refused for one that no move has made."""
    primary = cloud.read(primary_id)
    policy = cloud.policy(primary.policy)
    staging = cloud.staging_of(primary.id, policy)
    if staging is not None and not is_ours(staging, primary.id):
        raise Refused(f"no move has made {staging.id}", "Whoever made it has to take it away.")
    policy = policy or (cloud.policy_for(staging.domain) if staging else None)
    if policy is None and staging is None:
        adjust()
        return False
    results: dict[str, Value] = {"move": "detach", "name": primary.id, "staging": staging.id if staging else ""}
    with log.during(results, seen, "interrupted; doing it again goes on"):
        if policy is not None:
            if policy.enabled:
                policy = cloud.disable(policy)
                cloud.await_deployed(primary.id)
            if primary.policy:
                cloud.attach(cloud.read(primary.id), "")
                cloud.await_deployed(primary.id)
            cloud.delete_policy(policy)
        if staging is not None and not cloud.delete(cloud.read(staging.id)):
            tell(
                f"{staging.id} is disabled, and not deleted: you may not. The next `slipway move stage` takes it again"
            )
        adjust()
    return True
