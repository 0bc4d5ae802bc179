"""A pending change of a distribution's settings tried on some of its requests, by CloudFront's continuous deployment.

The change is what a preview would do to the distribution. A staging distribution gets it, and is looked at by a header
that nobody knows before any user's request is led there. Sources: CloudFront Developer Guide, "Use CloudFront
continuous deployment to safely test CDN configuration changes" (which settings, no HTTP/3, a bucket's policy must admit
the staging distribution as well); API Reference, CreateContinuousDeploymentPolicy.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from slipway.errors import SlipwayError
from slipway.ledger import Value
from slipway.moves import configuration
from slipway.moves.configuration import Config, Inputs
from slipway.moves.continuous import Continuous, Found, Policy, is_ours
from slipway.moves.logbook import Logbook
from slipway.moves.probe import Statuses, answers_well, worse
from slipway.moves.refused import Refused
from slipway.moves.traffic import Traffic
from slipway.plan import Op, Plan, Secret, Step, Unknown, leaves, urn_name

__all__ = ["Probe", "Soak", "Trial", "check_free", "is_tried", "stage", "trial_of"]

_OWN_HEADER = "aws-cf-cd-slipway"
_OWN = ("Aliases", "CallerReference", "Staging")  # what a staging distribution keeps to itself
_POLICY = "ContinuousDeploymentPolicyId"

Soak = Callable[[Callable[[], str]], str]
"""Looks again and again for as long as it is to soak; what is wrong, or nothing."""


class Probe(Protocol):
    """Asks the distribution as its users do; `slipway.moves.probe.Edge` is the real one."""

    def statuses(self, headers: dict[str, str]) -> Statuses:
        """One request for each URL."""

    def wrong(self, before: Statuses, traffic: Traffic) -> str:
        """What is worse than before in so many requests that some are led away; nothing if all is well."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A distribution's id, its inputs as they are deployed and as the program has them by now, and the paths that are
    asked for."""

    primary: str
    old: Inputs
    new: Inputs
    paths: tuple[str, ...] = ("/",)

    @property
    def digest(self) -> str:
        """Of what is tried."""
        return configuration.digest(self.new)


def trial_of(plan: Plan, urn: str, id_: str, paths: Sequence[str]) -> Trial | None:
    """What a plan would do to a distribution; None for nothing. Refused unless it is an update that is all known."""
    step = next((each for each in plan.steps if each.urn == urn), None)
    if step is None or step.op == Op.SAME:
        return None
    if not isinstance(step, Step) or step.op is not Op.UPDATE or step.old is None or step.new is None:
        raise Refused(
            f"the plan would {step.op} {urn_name(urn)}, not update it", "Only an update can be tried by some requests."
        )
    for state in (step.old, step.new):
        if hidden := next((each for each in leaves(dict(state.inputs)) if isinstance(each, Unknown | Secret)), None):
            what = "is secret" if isinstance(hidden, Secret) else "is not known before the apply"
            raise Refused(
                f"something of {urn_name(urn)} {what}",
                "Apply what it is computed from first: `slipway split` cuts the diff. A secret cannot be tried.",
            )
    old, new = (json.loads(bytes(state.raw_inputs)) for state in (step.old, step.new))
    return Trial(id_, old, new, tuple(paths))


def check_free(primary: Found, staging: Found | None) -> None:
    """Refused unless CloudFront takes continuous deployment for a distribution, and nobody else does it there."""
    config = primary.config
    if config.get("Staging"):
        raise Refused(f"{primary.id} is a staging distribution itself", "Name its primary distribution.")
    if not config["Enabled"]:
        raise Refused(f"{primary.id} is not enabled: it serves nobody", "`pulumi up` applies the change at once.")
    if str(config.get("HttpVersion", "")).endswith("3"):
        raise Refused(
            f"{primary.id} speaks HTTP/3, and CloudFront has no continuous deployment for that",
            "Apply the change as usual, or httpVersion http2 first.",
        )
    if staging is not None and not is_ours(staging, primary.id):
        raise Refused(
            f"{primary.id} has the staging distribution {staging.id}, which no move has made",
            "Whoever made it has to take it away first.",
        )


def is_tried(trial: Trial, staging: Found | None, log: Logbook) -> bool:
    """Whether just this change has soaked on the staging distribution, and is still there."""
    deed = log.newest("stage", trial.primary)
    return (
        staging is not None
        and deed is not None
        and (deed.outcome, deed.results.get("digest")) == ("done", trial.digest)
        and configuration.holds(staging.config, trial.old, trial.new)
        and not configuration.contradiction(trial.new, staging.config)
    )


def stage(
    trial: Trial,
    traffic: Traffic,
    cloud: Continuous,
    probe: Probe,
    soak: Soak,
    adjust: Callable[[], None],
    log: Logbook,
    seen: int,
    tell: Callable[[str], None],
) -> None:
    """Lead these requests to a staging distribution with the change, and see that they are answered.

    What has soaked already gets other requests at once. Whatever ends it (a failure, AWS, Ctrl-C) leads all requests
    back to the primary distribution. Refused says so; doing it again goes on from what stands.
    """
    work = _Stage(trial, traffic, cloud, probe, tell)
    primary = cloud.read(trial.primary)
    policy = cloud.policy(primary.policy)
    staging = cloud.staging_of(primary.id, policy)
    check_free(primary, staging)
    settings = configuration.changed(trial.old, trial.new)
    wanted = configuration.with_changes(primary.config, trial.old, trial.new)
    before = probe.statuses({})
    if wrong := worse({}, before):
        raise Refused(f"{primary.id} does not answer as it is: {wrong}", "Mend that first: slipway smoke says more.")
    if not any(answers_well(status) for status in before.values()):
        raise Refused(
            f"nothing is found at {', '.join(trial.paths)}, so that it would show nothing",
            "Name a path that is answered: --path /crates/serde/serde-1.0.0.crate",
        )
    tried = is_tried(trial, staging, log) and policy is not None and policy.enabled
    results: dict[str, Value] = {
        "move": "stage", "name": primary.id, "traffic": str(traffic), "settings": ", ".join(settings),
        "digest": trial.digest, "paths": " ".join(trial.paths),
    }  # fmt: skip
    begun = log.begin(results, seen)
    try:
        if not tried:
            staging, policy = work.prepare(primary, staging, policy, wanted, before)
        assert staging is not None  # noqa: S101 what was tried has one
        if tried or not traffic.header:
            cloud.lead(policy, staging.domain, traffic)
            cloud.await_deployed(primary.id)
        tell(f"{staging.id} gets {traffic}")
        if wrong := soak(lambda: probe.wrong(before, traffic)):
            raise Refused(wrong)
        adjust()
    except BaseException as error:  # a bug is no reason either to leave users where nobody watches
        why = _why(error)
        still = work.withdraw()
        try:
            log.end(begun, "failed", results, why)
        except SlipwayError as unwritten:
            tell(f"this is not written down: {unwritten.message}")
        back = f"all requests of {primary.id} go to itself again: {why}"
        if not isinstance(error, SlipwayError) and not still:
            tell(f"{back}. What is staged waits: do it again, or `slipway move detach`")
            raise
        message = f"{still}, after: {why}" if still else back
        advice = "Take it down now: slipway move detach" if still else getattr(error, "advice", "")
        raise Refused(message, advice or "Do it again, or `slipway move detach`.") from error
    log.end(begun, "done", results)


@dataclass(frozen=True, slots=True)
class _Stage:
    trial: Trial
    traffic: Traffic
    cloud: Continuous
    probe: Probe
    tell: Callable[[str], None]

    def prepare(
        self, primary: Found, staging: Found | None, policy: Policy | None, wanted: Config, before: Statuses
    ) -> tuple[Found, Policy]:
        """A staging distribution with the change, that only requests with a header reach, and that answers those."""
        cloud = self.cloud
        if policy is not None and policy.enabled:
            policy = cloud.disable(policy)
            cloud.await_deployed(primary.id)
        staging = staging or cloud.copy(cloud.read(primary.id))
        own = {name: staging.config[name] for name in _OWN if name in staging.config}
        config = {name: value for name, value in wanted.items() if name not in (*_OWN, _POLICY)}
        staging = cloud.put(staging, {**config, **own})
        self.tell(f"{staging.id} is the staging distribution of {primary.id}, with the change")
        cloud.await_deployed(staging.id)
        known = self.traffic if self.traffic.header else Traffic(header=_OWN_HEADER, value=secrets.token_hex(8))
        policy = cloud.lead(policy or cloud.policy_for(staging.domain), staging.domain, known)
        now = cloud.read(primary.id)
        if now.policy != policy.id:
            cloud.attach(now, policy.id)
        cloud.await_deployed(primary.id)
        if wrong := worse(before, self.probe.statuses(known.headers)):
            raise Refused(
                f"the staging distribution does not answer: {wrong}",
                f"The policy of a bucket must admit {staging.arn} as well. Then do it again, or `slipway move detach`.",
            )
        self.tell(f"{staging.id} answers requests with {known.header}")
        return staging, policy

    def withdraw(self) -> str:
        """No request goes to the staging distribution any more; what went wrong with that, or nothing."""
        try:
            policy = self.cloud.policy(self.cloud.read(self.trial.primary).policy)
            if policy is not None and policy.enabled:
                self.cloud.disable(policy)
        except BaseException as error:
            return f"requests of {self.trial.primary} may still go to its staging distribution ({_why(error)})"
        return ""


def _why(error: BaseException) -> str:
    if isinstance(error, SlipwayError):
        return error.message
    return "interrupted" if isinstance(error, KeyboardInterrupt) else f"a bug: {error!r}"
