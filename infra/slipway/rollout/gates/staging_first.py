"""The same change has been applied to staging before, and its smoke test has passed there.

The same commit, since production's last apply: staging's ledger says so. And the same change, told by what it does to
which of the program's resources (`sameness`), because a commit may do something to production that it does not do to
staging. Settings alone are a change of their own environment, which staging has nothing of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slipway import git
from slipway.ledger import Deed, Link, deployed
from slipway.preflight import Change, Finding
from slipway.rollout.environment import open_environment
from slipway.rollout.gates.surroundings import Surroundings
from slipway.rollout.sameness import sameness
from slipway.rollout.tested import ONLY

__all__ = ["ID", "findings"]

ID = "staging-first"
_STAGING = "staging"


def findings(around: Surroundings) -> Sequence[Finding] | None:
    """What of the plan has not passed staging; None on staging itself, and where there is no staging with a ledger."""
    config = around.judged.config
    if config is None or not config.guarded or around.stack == _STAGING:
        return None
    if not (around.project / f"Pulumi.{_STAGING}.yaml").is_file():
        return None
    staging = open_environment(_STAGING, around.project)
    changes = [change for change in around.judged.verdict.changes if not change.cosmetic]
    if not changes:
        return ()
    last = deployed(around.book.backwards())
    since = last.entry.deed.commit if last else ""
    passed = _passed(staging.book.backwards(), since)
    commit = staging.commit
    if not any(deed.commit == commit for deed in passed):
        return (
            Finding(
                ID,
                f"commit {commit[:12] or '(none)'} has not passed staging: its ledger has no apply of it with a smoke "
                "test that passed after it",
                "Take it there first: slipway rollout does both; or slipway apply staging && slipway smoke staging.",
            ),
        )
    if since and git.changed_files(around.project, since) == [f"Pulumi.{around.stack}.yaml"]:
        return ()
    seen = {digest for deed in passed for digest in deed.same}
    told = zip(around.judged.verdict.changes, sameness(around.judged.plan, around.judged.verdict, config), strict=True)
    return [_unseen(change, around.stack) for change, digest in told if change in changes and digest not in seen]


def _passed(backwards: Iterable[Link], since: str) -> list[Deed]:
    """Applies of staging after which a smoke test has passed, as far back as the one of commit `since`."""
    found: list[Deed] = []
    smoked = False
    for link in backwards:
        deed = link.entry.deed
        if deed.kind == "smoke" and ONLY not in deed.results:
            smoked = deed.outcome == "passed"
        elif deed.kind in ("apply", "rollback"):
            if since and deed.commit == since and found:
                break
            if deed.outcome == "done" and smoked:
                found.append(deed)
            smoked = smoked and deed.outcome != "done"
    return found


def _unseen(change: Change, stack: str) -> Finding:
    return Finding(
        ID,
        f"staging has not seen change {change.id} of this plan: {change.title}",
        "If staging's settings lack it, make the same edit there first. If only this environment can have it: "
        f'slipway override {stack} {ID} --reason "..." --expires 2h.',
        (change.root,),
    )
