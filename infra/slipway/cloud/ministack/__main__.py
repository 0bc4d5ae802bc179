"""`python -m slipway.cloud.ministack`: MiniStack with our patches, configured by its own environment variables."""

from __future__ import annotations

from typing import Any

from hypercorn.config import Config
from ministack import app as server

from slipway.cloud.ministack import (
    aliases,
    changes,
    deployments,
    door,
    hearing,
    issuance,
    origins,
    queries,
    readers,
    sessions,
    staging,
    workgroups,
)
from slipway.cloud.ministack.journal import Journal
from slipway.cloud.ministack.policies import Policies

__all__ = ["main"]

_GRACE = 0.5  # seconds for answers under way when it is told to stop: what waits for news would wait on


def main() -> None:
    """Patch MiniStack and run it until it is told to stop."""
    journal = Journal()
    versions, policies = deployments.Deployments(journal), Policies()
    origins.install()
    readers.install()
    changes.install(journal)
    deployments.install(versions)
    aliases.install()
    staging.install(policies)
    issuance.install(issuance.Issuance(journal))
    workgroups.install()
    queries.install()
    hearing.install(journal, versions)
    _forget_with_it(journal, versions, policies)
    Config.graceful_timeout = _GRACE
    server.app = door.before(sessions.within_their_time(server.app), journal)
    server.main()


def _forget_with_it(journal: Journal, versions: deployments.Deployments, policies: Policies) -> None:
    """A reset of MiniStack's is one of ours; no other request is served between the two."""
    reset = server._handle_admin_reset

    async def forgotten(*request: Any) -> Any:
        answer = await reset(*request)
        if answer is not None:
            versions.forget()
            policies.forget()
            journal.begin()
        return answer

    server._handle_admin_reset = forgotten


if __name__ == "__main__":
    main()
