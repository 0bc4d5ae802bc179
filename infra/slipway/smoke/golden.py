"""The golden tables of the services' routers: one row a URL and what becomes of it, as data of the project.

`services/golden/ROUTER.json`, beside the program, is a list of such rows:

    {"name": ..., "method": "HEAD", "path": ..., "query": ..., "uri": ..., "uri_query": ...}      passed on as `uri`
    {"name": ..., "path": ..., "redirect": ..., "status": 302}                                    redirected (301)

The tables name the hosts they are tested with; a smoke test asks for those of the environment instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import yaml

from slipway.config import StackConfig
from slipway.errors import BadInput

__all__ = ["Row", "tables"]

_FOLDER = Path("services", "golden")
_AS_SENT = "/%+@:!$&'()*,;=\\"
# The hosts in the tables, by what they stand for: see `SETTINGS` in tests/services/conftest.py.
_INSTALLER, _DOCUMENTATION, _ELSEWHERE = "install.example.org", "doc.example.org", "new.example.net"


@dataclass(frozen=True, slots=True)
class Row:
    """A request's target and what becomes of it: a `redirect` with its `status`, or the target it is `rewritten` to.

    `only` is why the local cloud cannot answer it; `bent` says that clients and CDNs change the path on the way: they
    resolve dots, and encode what is not ASCII or no character of URLs.
    """

    method: str
    target: str
    redirect: str
    status: int
    rewritten: str
    only: str
    bent: bool

    def is_asked(self, *, local: bool) -> bool:
        """Whether the row says anything of an environment."""
        return not self.bent and not (local and self.only)

    def at(self, config: StackConfig, host: str) -> Row:
        """The row with the environment's hosts, for a request to `host`."""
        hosts: dict[str, str] = {}
        if config.releases:
            hosts |= {_INSTALLER: config.releases.installer, _DOCUMENTATION: config.releases.documentation}
        status = self.status
        if redirect := config.redirects.get(host):
            hosts[_ELSEWHERE] = redirect.to
            status = redirect.status
        for table, ours in hosts.items():
            if self.redirect.startswith(f"https://{table}/"):
                return replace(self, redirect=self.redirect.replace(table, ours, 1), status=status)
        return self


def tables(project: Path) -> dict[str, tuple[Row, ...]]:
    """The tables of the project in a directory, by router. BadInput for a file that is no such table."""
    return {path.stem: _table(path) for path in sorted((project / _main(project) / _FOLDER).glob("*.json"))}


def _main(project: Path) -> str:
    """The program's directory, as the project's file says."""
    try:
        document = yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    main = document.get("main") if isinstance(document, dict) else None
    return main if isinstance(main, str) else ""


def _table(path: Path) -> tuple[Row, ...]:
    try:
        return tuple(_row(row) for row in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path} is no golden table: {error}", "See tests/services/conftest.py for its form.") from None


def _row(row: Mapping[str, str]) -> Row:
    path = row["path"]
    bent = not path.isascii() or "\\" in path or not {".", ".."}.isdisjoint(path.split("/"))
    query, uri_query = row.get("query", ""), row.get("uri_query", "")
    return Row(
        method=row.get("method", "GET"),
        target=_target(path, query),
        redirect=row.get("redirect", ""),
        status=int(row.get("status", 301)),
        rewritten=_target(row["uri"], uri_query) if "uri" in row else "",
        only=row.get("ministack", ""),
        bent=bent,
    )


def _target(path: str, query: str) -> str:
    return quote(path, safe=_AS_SENT) + (f"?{query}" if query else "")
