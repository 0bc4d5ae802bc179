"""What has soaked on a staging distribution becomes the primary's configuration, in one step, for everybody.

Source: CloudFront API Reference, UpdateDistributionWithStagingConfig: all but aliases and policy is copied, under the
versions of both, and the policy is disabled.
"""

from __future__ import annotations

from collections.abc import Callable

from slipway.ledger import Value
from slipway.moves import configuration
from slipway.moves.continuous import Continuous, Found, Policy
from slipway.moves.logbook import Logbook
from slipway.moves.probe import worse
from slipway.moves.refused import Refused
from slipway.moves.stage import Probe, Trial, check_free, is_tried

__all__ = ["promote"]


def promote(trial: Trial, cloud: Continuous, probe: Probe, adjust: Callable[[], None], log: Logbook, seen: int) -> None:
    """Promote it, wait for the edges, see that it is served, and adjust the state. Where it is promoted already, the
    rest. If users are served worse, the configuration from before comes back at once; Refused says what stands."""
    primary = cloud.read(trial.primary)
    policy = cloud.policy(primary.policy)
    staging = cloud.staging_of(primary.id, policy)
    check_free(primary, staging)
    staging = _check(trial, primary, policy, staging, log)
    there = configuration.holds(primary.config, trial.old, trial.new)
    if not there:
        _check_ready(trial, primary, policy, staging)
    before = probe.statuses({})
    results: dict[str, Value] = {
        "move": "promote", "name": primary.id, "staging": staging.id, "digest": trial.digest,
    }  # fmt: skip
    with log.during(results, seen, "interrupted; doing it again finishes"):
        if not there:
            cloud.promote(primary, staging)
        cloud.await_deployed(primary.id)
        if wrong := worse(before, probe.statuses({})):
            if not there:
                cloud.put(cloud.read(primary.id), primary.config)
                cloud.await_deployed(primary.id)
                raise Refused(f"{primary.id} is back as it was: {wrong}", "The state was not touched.")
            raise Refused(f"{primary.id} has the change and does not answer: {wrong}", "Revert it, and apply that.")
        adjust()


def _check(trial: Trial, primary: Found, policy: Policy | None, staging: Found | None, log: Logbook) -> Found:
    again = "Stage it, and let it soak: slipway move stage"
    if staging is None or policy is None:
        raise Refused(f"nothing is staged for {primary.id}", again)
    deed = log.newest("stage", primary.id)
    if deed is None or deed.outcome != "done":
        came = "has failed" if deed and deed.outcome == "failed" else "has not ended"
        raise Refused(f"the staging for {primary.id} {came}", again)
    if deed.results.get("digest") != trial.digest:
        raise Refused(f"what the program has for {primary.id} by now is not what was staged", again)
    if not is_tried(trial, staging, log):
        raise Refused(f"{staging.id} is not as it was staged: somebody changed it by hand", again)
    return staging


def _check_ready(trial: Trial, primary: Found, policy: Policy | None, staging: Found) -> None:
    configuration.with_changes(primary.config, trial.old, trial.new)
    if policy is None or not policy.enabled:
        raise Refused(f"no request of {primary.id} goes to {staging.id}", "Stage it again: slipway move stage")
    for each in (primary, staging):
        if not each.deployed:
            raise Refused(f"{each.id} is being deployed", "Wait until it is, then run this again.")
