"""HTTP, by every way to every service.

https        plain http is redirected to https, path and query string kept
hsts         the application's answers tell browsers to keep to https (slipway:web.hsts_max_age)
cors         pages of any origin may read static files
methods      what only reads refuses to be written to
not_found    a file that is not there: a page and 404 from releases, what cargo takes for "no such crate" from the index
range        a part of a file comes as a part
compression  text comes compressed to those who ask for it, and is the same text
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import partial

from slipway.config import SmokeConfig
from slipway.smoke.cargo import index_path
from slipway.smoke.client import Response, Session, request
from slipway.smoke.model import Check, Outcome, failed, passed, skipped
from slipway.smoke.network import Network
from slipway.smoke.target import STATIC, Route, Target

__all__ = ["checks"]

_ABSENT = "/slipway-smoke/there-is-no-such-file"
_ABSENT_CRATE = "/sl/ip/slipway-there-is-no-such-crate"
_ELSEWHERE = "https://elsewhere.example"
_WRITING = ("POST", "PUT", "PATCH", "DELETE")
_REFUSED = (403, 405)  # CloudFront says 403
# A bucket that may not be listed answers 403 for a missing object. Cargo takes these for "no such crate", and any other
# as an error (*The Cargo Book*, Registry Index, Nonexistent Crates).
_MISSING = {"crates": (403, 404), "documentation": (403, 404), "releases": (404,), "index": (404, 410, 451)}
# CloudFront compresses text of these sizes (developer guide, *Serve compressed files*).
_SMALLEST, _LARGEST = 1_000, 10_000_000
_TEXT = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")


def checks(target: Target) -> Iterator[Check]:
    """By service: the web application answers every method and compresses as it likes."""
    smoke = target.config.smoke
    for route in target.routes:
        yield _check("https", route, partial(_https, route))
        if route.service in STATIC:
            yield _check("methods", route, partial(_methods, route))
        if route.service in _MISSING:
            file, text = _file(route.service, smoke), _text(route.service, smoke)
            yield _check("cors", route, partial(_cors, route, file))
            yield _check("not_found", route, partial(_not_found, route))
            yield _check("range", route, partial(_range, route, file))
            if route.service != "crates":  # crate files are compressed already
                yield _check("compression", route, partial(_compression, route, text))
    if web := target.config.web:
        for route in target.to("web"):
            yield _check("hsts", route, partial(_hsts, route, web.hsts_max_age), beyond=web.origin)


def _check(name: str, route: Route, run: partial[Outcome], beyond: str = "") -> Check:
    return Check("http", name, route.label, run, beyond=route.beyond or beyond)


def _file(service: str, smoke: SmokeConfig) -> str:
    """The path of a file that is there; none if the settings name none."""
    match service:
        case "index":
            return "/config.json"
        case "crates" if smoke.crates:
            first = smoke.crates[0]
            return f"/crates/{first.name}/{first.name}-{first.version}.crate"
        case "releases" if smoke.release:
            return f"/dist/{smoke.release}/"
        case "documentation":
            return smoke.page or ""
        case _:
            return ""


def _text(service: str, smoke: SmokeConfig) -> str:
    """The path of a file that is text, and may be long enough to be compressed."""
    if service == "index":
        return index_path(smoke.crates[0].name) if smoke.crates else ""
    return _file(service, smoke)


def _https(route: Route, network: Network) -> Outcome:
    path = "/slipway-smoke?a=1&b=2"
    with Session(network, route.host, route.via, secure=False) as session:
        answer = session.ask(path)
    if answer.status not in (301, 308) or answer.header("location") != route.url(path):
        return failed(f"{answer.url}: wanted a redirect (301) to {route.url(path)}, got {_told(answer)}")
    return passed(f"{answer.url}: is redirected to https", status=answer.status)


def _hsts(route: Route, least: int, network: Network) -> Outcome:
    answer = request(network, route.url("/"), route.via)
    header = answer.header("strict-transport-security")
    found = re.search(r"max-age=\"?(\d+)", header, re.IGNORECASE)
    if least and (found is None or int(found[1]) < least):
        return failed(f"{answer.url}: wanted Strict-Transport-Security with max-age={least}, got {header or 'none'}")
    return passed(f"{answer.url}: Strict-Transport-Security is {header or 'off, as it should be'}", hsts=header)


def _cors(route: Route, file: str, network: Network) -> Outcome:
    if not file:
        return _no_file(route)
    answer = request(network, route.url(file), route.via, headers={"Origin": _ELSEWHERE})
    allowed = answer.header("access-control-allow-origin")
    if allowed not in ("*", _ELSEWHERE):
        return failed(f"{answer.url}: wanted Access-Control-Allow-Origin: *, got {allowed or 'none'} ({answer.status})")
    return passed(f"{answer.url}: may be read by pages of any origin", allowed=allowed)


def _methods(route: Route, network: Network) -> Outcome:
    with Session(network, route.host, route.via) as session:
        answers = {method: session.ask(_ABSENT, method=method).status for method in _WRITING}
    if wrong := [f"{method}: {status}" for method, status in answers.items() if status not in _REFUSED]:
        return failed(f"{route.url(_ABSENT)}: wanted {_or(_REFUSED)} for what writes, got {', '.join(wrong)}")
    return passed(f"{route.url(_ABSENT)}: {', '.join(_WRITING)} are refused")


def _not_found(route: Route, network: Network) -> Outcome:
    answer = request(network, route.url(_ABSENT_CRATE if route.service == "index" else _ABSENT), route.via)
    wanted = _MISSING[route.service]
    if answer.status not in wanted:
        return failed(f"{answer.url}: there is no such file; wanted status {_or(wanted)}, got {_told(answer)}")
    kind = answer.header("content-type")
    if route.service == "releases" and not (answer.size and kind.startswith("text/html")):
        return failed(f"{answer.url}: wanted a page that says so, got {answer.size} bytes of {kind or 'no type'}")
    return passed(f"{answer.url}: there is no such file, and the status is {answer.status}", status=answer.status)


def _range(route: Route, file: str, network: Network) -> Outcome:
    if not file:
        return _no_file(route)
    answer = request(network, route.url(file), route.via, headers={"Range": "bytes=0-9"})
    part = answer.header("content-range")
    if answer.status != 206 or answer.size != 10 or not part.startswith("bytes 0-9/"):
        return failed(
            f"{answer.url}: asked for bytes 0-9, wanted status 206 and 10 bytes, got {answer.status} and {answer.size} "
            f"bytes (Content-Range: {part or 'none'})"
        )
    return passed(f"{answer.url}: a part comes as a part")


def _compression(route: Route, file: str, network: Network) -> Outcome:
    if not file:
        return _no_file(route)
    plain = request(network, route.url(file), route.via)
    kind = plain.header("content-type")
    if plain.status != 200:
        return failed(f"{plain.url}: wanted status 200, got {_told(plain)}")
    if not kind.startswith(_TEXT) or not _SMALLEST <= plain.size <= _LARGEST:
        return skipped(f"{plain.size} bytes of {kind or 'no type'} are not what CloudFront compresses")
    packed = request(network, route.url(file), route.via, headers={"Accept-Encoding": "gzip"})
    encoding = packed.header("content-encoding")
    if encoding != "gzip":
        return failed(f"{packed.url}: wanted Content-Encoding: gzip, got {encoding or 'none'} ({packed.status})")
    if not _same(plain, packed):
        return failed(f"{packed.url}: what comes compressed is not what comes plain")
    return passed(f"{packed.url}: comes compressed, {packed.size} bytes for {plain.size}")


def _same(plain: Response, packed: Response) -> bool:
    """Whether it unpacks to the same, as far as both bodies were kept."""
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(packed.body)
    except zlib.error:
        return False
    if packed.size == len(packed.body) and plain.size == len(plain.body):
        return unpacked == plain.body
    return plain.body.startswith(unpacked[: len(plain.body)])


def _no_file(route: Route) -> Outcome:
    return skipped(f"slipway:smoke names no such file of {route.service}")


def _or(statuses: tuple[int, ...]) -> str:
    return " or ".join(map(str, statuses))


def _told(answer: Response) -> str:
    location = answer.header("location")
    return f"{answer.status} to {location}" if location else str(answer.status)
