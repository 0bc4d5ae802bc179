"""The routers' golden tables, asked of each CDN, and whether the CDNs answer alike.

table     each row's redirect; of a row that is passed on, that it gives what its rewritten path gives
parity    each row gives the same by CloudFront and by the second CDN: status, location and content
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from slipway.smoke.client import Response, Session
from slipway.smoke.golden import Row, tables
from slipway.smoke.model import Check, Outcome, failed, passed, skipped
from slipway.smoke.network import Network
from slipway.smoke.target import CLOUDFRONT, Route, Target

__all__ = ["checks"]

_ROUTERS = {"crates": "crates", "releases": "releases", "documentation": "documentation", "redirects": "redirect"}
_SHOWN = 3  # rows in a message


def checks(target: Target) -> Iterator[Check]:
    """One a router and CDN, at the service's public name: its other names lead to the same distribution. Redirects have
    a router each, of the same code: the table is asked of the first, and `releases` asks every one of them."""
    found = tables(target.golden)
    for service, router in _ROUTERS.items():
        routes = _public(target, service)
        if routes and router not in found:
            why = f"there is no golden table of {service} in {target.golden}"
            yield Check("golden", "table", service, partial(_skip, why))
            continue
        for route in routes:
            rows = [row.at(target.config, route.host) for row in found[router]]
            yield Check("golden", "table", route.label, partial(_table, route, rows), beyond=route.beyond)
            if route.cdn != CLOUDFRONT:
                run = partial(_parity, routes[0], route, rows)
                yield Check("golden", "parity", route.host, run, beyond=route.beyond)


def _public(target: Target, service: str) -> list[Route]:
    """The ways to the service's public name, CloudFront's first."""
    settings = target.service(service)
    ways = [target.by(cdn, settings.host) for cdn in target.cdns] if settings else []
    return [route for route in ways if route]


def _skip(why: str, network: Network) -> Outcome:
    return skipped(why)


def _table(route: Route, rows: list[Row], network: Network) -> Outcome:
    asked = [row for row in rows if row.is_asked(local=network.local)]
    wrong, there_are = [], 0
    with Session(network, route.host, route.via) as session:
        for row in asked:
            answer = session.ask(row.target, method=row.method)
            there_are += answer.status < 300
            if row.redirect:
                if (answer.status, answer.header("location")) != (row.status, row.redirect):
                    wrong.append(f"{answer.url}: wanted {row.status} to {row.redirect}, got {_told(answer)}")
            elif row.rewritten == row.target:
                if 300 <= answer.status < 400:
                    wrong.append(f"{answer.url}: wanted no redirect, got {_told(answer)}")
            elif not _alike(answer, there := session.ask(row.rewritten, method=row.method)):
                wrong.append(f"{answer.url}: wanted what {there.url} gives, {_told(there)}, got {_told(answer)}")
    redirects = sum(bool(row.redirect) for row in asked)
    told = f"{route.label}: {len(asked)} golden URLs, {redirects} of them redirects, {there_are} files that are there"
    return _judged(told, wrong, asked)


def _parity(first: Route, second: Route, rows: list[Row], network: Network) -> Outcome:
    asked = [row for row in rows if row.is_asked(local=network.local)]
    wrong = []
    with (
        Session(network, first.host, first.via) as one,
        Session(network, second.host, second.via) as other,
    ):
        for row in asked:
            here, there = one.ask(row.target, method=row.method), other.ask(row.target, method=row.method)
            if not _alike(here, there):
                wrong.append(f"{here.url}: {first.cdn} gives {_told(here)}, {second.cdn} {_told(there)}")
    return _judged(f"{second.host}: {len(asked)} golden URLs, the same by both CDNs", wrong, asked)


def _judged(told: str, wrong: list[str], asked: list[Row]) -> Outcome:
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        return failed(f"{len(wrong)} of {len(asked)} golden URLs: {'; '.join(wrong[:_SHOWN])}{more}")
    return passed(told)


def _alike(one: Response, other: Response) -> bool:
    """Two CDNs have error pages of their own; what is there must be the same to the byte."""
    same = (one.status, one.header("location")) == (other.status, other.header("location"))
    return same and (one.status >= 400 or one.sha256 == other.sha256)


def _told(answer: Response) -> str:
    location = answer.header("location")
    return f"{answer.status} to {location}" if location else f"{answer.status} ({answer.size} bytes)"
