"""Releases, and the small hosts that only lead elsewhere.

listing        all three URLs of a release's list of files give the same page, with links
installer      the legacy script leads to its new host
documentation  the old documentation leads to its new host
redirects      each host leads where the settings say, path and query string kept
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from slipway.smoke.client import Session
from slipway.smoke.model import Check, Outcome, failed, passed, skipped
from slipway.smoke.network import Network
from slipway.smoke.target import Route, Target

__all__ = ["checks"]


def checks(target: Target) -> Iterator[Check]:
    """Three a way to the releases, one a redirect."""
    releases, day = target.config.releases, target.config.smoke.release
    for route in target.to("releases"):
        assert releases is not None  # noqa: S101 - the way to a service is there because the service is
        script, old, new = "/rustup.sh", "/doc/master/std/", "/stable/std/"
        yield _check("listing", route, partial(_listing, route, day))
        yield _check("installer", route, partial(_leads, route, script, f"https://{releases.installer}{script}", 301))
        leads = f"https://{releases.documentation}{new}"
        yield _check("documentation", route, partial(_leads, route, old, leads, 301))
    path = "/slipway/smoke?a=1&b=2"
    for route in target.to("redirects"):
        redirect = target.config.redirects[route.host]
        leads = f"https://{redirect.to}{path}"
        yield _check("redirects", route, partial(_leads, route, path, leads, redirect.status))


def _check(name: str, route: Route, run: partial[Outcome]) -> Check:
    return Check("releases", name, route.label, run, beyond=route.beyond)


def _listing(route: Route, day: str | None, network: Network) -> Outcome:
    if day is None:
        return skipped("slipway:smoke.release names no release")
    pages = set()
    with Session(network, route.host, route.via) as session:
        for ending in ("", "/", "/index.html"):
            answer = session.ask(f"/dist/{day}{ending}")
            if answer.status != 200:
                return failed(f"{answer.url}: wanted the list of files with status 200, got {answer.status}")
            if b"<a " not in answer.body:
                return failed(f"{answer.url}: wanted a page with links to files, got {answer.size} bytes without any")
            pages.add(answer.sha256)
    if len(pages) > 1:
        return failed(f"{route.url(f'/dist/{day}')}, .../ and .../index.html should be one page, and are {len(pages)}")
    return passed(f"{route.url(f'/dist/{day}/')}: lists the files", sha256=pages.pop())


def _leads(route: Route, path: str, location: str, status: int, network: Network) -> Outcome:
    with Session(network, route.host, route.via) as session:
        for method in ("GET", "HEAD"):
            answer = session.ask(path, method=method)
            if (answer.status, answer.header("location")) != (status, location):
                got = f"{answer.status} to {answer.header('location') or 'nowhere'}"
                return failed(f"{answer.url}: wanted {status} to {location} for {method}, got {got}")
    return passed(f"{route.url(path)}: leads to {location}", status=status)
