"""CloudFront's distributions: InProgress until every edge location has the newest configuration, then Deployed.

A location that holds an older configuration yet says which, by its ETag in the header `x-slipway-etag`, and is served
by it. Sources: CloudFront API Reference, Distribution (Status) and DeleteDistribution (which is refused while the
distribution is being disabled).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ministack.services import cloudfront

from slipway.cloud import clock
from slipway.cloud.ministack.home import directory
from slipway.cloud.ministack.journal import Journal, Pending

__all__ = ["ETAG", "HOST", "Deployments", "install"]

ETAG = "x-slipway-etag"
HOST = "x-slipway-host"  # what the viewer asked for; MiniStack knows a distribution by its own domain
_MOST = 64  # versions kept of one distribution: more than can be on their way at once

Record: TypeAlias = dict[str, Any]
"""A distribution as MiniStack keeps it, its configuration as XML."""


@dataclass(frozen=True, slots=True)
class _Version:
    record: Record
    spread: Pending


class Deployments:
    """Every version of every distribution, oldest first, by ETag."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._versions: dict[str, dict[str, _Version]] = {}

    def note(self) -> tuple[str, ...]:
        """Take up what a call has changed just now; the ids of the distributions that are new, different or gone.

        It goes by the ETags that stand, so no call is missed that changes a distribution without naming it.
        """
        records: dict[str, Record] = {each["Id"]: each for each in list(cloudfront._distributions._data.values())}
        gone = self._versions.keys() - records.keys()
        changed = [id_ for id_, record in records.items() if record["ETag"] not in self._versions.get(id_, {})]
        for id_ in gone:
            del self._versions[id_]
        for n, id_ in enumerate(changed, start=self._journal.last + 1):
            versions = self._versions.setdefault(id_, {})
            versions[records[id_]["ETag"]] = _Version(dict(records[id_]), _spreading(n))
            if len(versions) > _MOST:
                del versions[next(iter(versions))]
        return (*changed, *sorted(gone))

    def status(self, record: Record) -> str:
        """InProgress or Deployed; a version that no call has brought to an end yet has just begun."""
        version = self._versions.get(record["Id"], {}).get(record["ETag"])
        spread = version.spread if version else _spreading(self._journal.last + 1)
        return "Deployed" if self._journal.has_spread(spread) else "InProgress"

    def version(self, record: Record, etag: str) -> Record | None:
        """The distribution as it was with this ETag."""
        if record["ETag"] == etag:
            return record
        found = self._versions.get(record["Id"], {}).get(etag)
        return found.record if found else None

    def forget(self) -> None:
        """Nothing stands any more."""
        self._versions.clear()


def _spreading(n: int) -> Pending:
    found = clock.read(directory())
    return Journal.spreading(found, found.durations.distribution, n)


def install(deployments: Deployments) -> None:
    """Let MiniStack answer with these statuses, and serve by the version that a location holds."""
    _install_statuses(deployments)
    viewer = cloudfront.handle_viewer_request

    async def viewed(record: Record, *request: Any, **more: Any) -> Any:
        """`request` is method, path, raw URI, raw query string, headers, ..."""
        *before, headers = request[:5]
        etag, host = headers.get(ETAG), headers.get(HOST, headers.get("host", ""))
        headers = {**{name: value for name, value in headers.items() if name not in (ETAG, HOST)}, "host": host}
        held = deployments.version(record, etag) if etag else record
        if held is None:
            return cloudfront._cf_error_response(502, f"There is no configuration {etag}.", cloudfront._ERROR_X_CACHE)
        return await viewer(held, *before, headers, *request[5:], **more)

    cloudfront.handle_viewer_request = viewed


def _install_statuses(deployments: Deployments) -> None:
    build: Callable[[Any, Record], None] = cloudfront._build_distribution_xml
    build_list: Callable[[Any, list[Record]], None] = cloudfront._build_distribution_list_xml
    delete: Callable[[str, dict[str, str]], Any] = cloudfront._delete_distribution

    def shown(record: Record) -> Record:
        return {**record, "Status": deployments.status(record)}

    def deleted(id_: str, headers: dict[str, str]) -> Any:
        record = cloudfront._distributions.get(id_)
        if record and not record["enabled"] and deployments.status(record) != "Deployed":
            why = "The distribution you are trying to delete has not been disabled: it is being disabled yet."
            return cloudfront._error("DistributionNotDisabled", why, 409)
        return delete(id_, headers)

    cloudfront._build_distribution_xml = lambda parent, record: build(parent, shown(record))
    cloudfront._build_distribution_list_xml = lambda root, records: build_list(root, [shown(each) for each in records])
    cloudfront._delete_distribution = deleted
