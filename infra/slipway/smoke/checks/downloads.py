"""Downloads as users make them, through each CDN.

config    the index's config.json, and the URL that clients build from its `dl`: its host exists and answers
crate     that URL of a sample crate, fetched as cargo does, has the checksum that the index gives
forms     both URL forms of the crate file on the static host, with a `+` as it is and as %2B, give the same file
largest   the largest file comes whole
cache     a crate file is cached: with an age, and no longer than the settings say
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from slipway.config import SampleCrate
from slipway.smoke.cargo import download_url, fetch, index_path
from slipway.smoke.client import Response, request
from slipway.smoke.model import Check, Outcome, failed, passed, skipped
from slipway.smoke.network import Network, NotReached
from slipway.smoke.target import CLOUDFRONT, Route, Target

__all__ = ["checks"]

_NOBODYS = SampleCrate(name="slipway-smoke", version="0.0.0", sha256="0" * 64)
_ASKED = 5  # times: a CDN is many caches, and the first request may meet an empty one


def checks(target: Target) -> Iterator[Check]:
    """By CDN; without a sample crate only `config` looks at anything, and says where downloads would lead."""
    samples, largest = target.config.smoke.crates, target.config.smoke.largest
    host = target.config.crates.host
    if not samples:
        yield Check("downloads", "crate", host, lambda network: skipped("slipway:smoke.crates names no crate"))
    if not largest:
        yield Check("downloads", "largest", host, lambda network: skipped("slipway:smoke.largest names no file"))
    for cdn in target.cdns:
        client = _Client(target, cdn)
        if client.index and client.index.cdn == cdn:
            sample = samples[0] if samples else _NOBODYS
            yield _check("config", client.index, partial(_config, client, sample))
        if client.static:
            for each in samples:
                subject = f"{each.name}@{each.version} by {cdn}"
                beyond = client.static.beyond
                yield Check("downloads", "crate", subject, partial(_crate, client, each), beyond=beyond)
                yield Check("downloads", "forms", subject, partial(_forms, client, client.static, each), beyond=beyond)
            if samples:
                most = target.config.crates.max_ttl
                yield _check("cache", client.static, partial(_cache, client.static, samples[0], most))
        holder = target.service(largest.service) if largest else None
        if largest and holder and (route := target.by(cdn, holder.host)):
            yield _check("largest", route, partial(_largest, route, largest.path, largest.sha256))


@dataclass(frozen=True, slots=True)
class _Client:
    """A client that one CDN serves, whatever the weights: which way it takes to a host, and by CloudFront to what that
    CDN does not serve."""

    target: Target
    cdn: str

    @property
    def index(self) -> Route | None:
        index = self.target.config.index
        return self._route(index.host) if index else None

    @property
    def static(self) -> Route | None:
        return self.target.by(self.cdn, self.target.config.crates.host)

    def via(self, host: str) -> str:
        route = self._route(host)
        return route.via if route else host

    def _route(self, host: str) -> Route | None:
        return self.target.by(self.cdn, host) or self.target.by(CLOUDFRONT, host)


def _check(name: str, route: Route, run: Callable[[Network], Outcome]) -> Check:
    return Check("downloads", name, route.label, run, beyond=route.beyond)


def _config(client: _Client, sample: SampleCrate, network: Network) -> Outcome:
    """No crate need be there: it is the host of the URL that is looked at."""
    route = client.index
    assert route is not None  # noqa: S101 - the check is made for an index alone
    dl = _dl(client, route, network)
    checksum = sample.sha256 or "0" * 64
    url = download_url(dl, sample.name, sample.version, checksum)
    told = f"{route.url('/config.json')} has dl {dl!r}, of which clients build {url}"
    try:
        answer = request(network, url, client.via(_host(url)))
    except NotReached as error:
        return failed(f"{told}: {_why(error, url)}{_slash(client.target, url)}", dl=dl)
    if answer.status >= 500:
        return failed(f"{told}: wanted an answer of the static host, got {answer.status}", dl=dl)
    return passed(f"{told}, whose host answers", dl=dl)


def _crate(client: _Client, sample: SampleCrate, network: Network) -> Outcome:
    static, index = client.static, client.index
    assert static is not None  # noqa: S101 - the check is made for a static host alone
    if index:
        dl, checksum = _dl(client, index, network), _checksum(client, index, sample, network)
    elif sample.sha256:
        dl, checksum = static.url("/crates"), sample.sha256
    else:
        return skipped("there is no index, and slipway:smoke.crates has no sha256")
    url = download_url(dl, sample.name, sample.version, checksum)
    try:
        answer, retries = fetch(network, url, client.via)
    except NotReached as error:
        return failed(f"clients would download {url}: {_why(error, url)}{_slash(client.target, url)}")
    if wrong := _wrong(answer, checksum):
        return failed(f"clients would download {url}, {wrong}{_slash(client.target, url)}")
    again = f" after {retries} failed tries, as cargo makes them" if retries else ""
    return passed(f"{url}: {answer.size} bytes with the right SHA-256{again}", url=url, sha256=checksum)


def _forms(client: _Client, static: Route, sample: SampleCrate, network: Network) -> Outcome:
    """`/crates/NAME/VERSION/download` and `/crates/NAME/NAME-VERSION.crate`; neither redirects."""
    name, version = sample.name, sample.version
    checksum = sample.sha256 or (_checksum(client, client.index, sample, network) if client.index else "")
    forms = [f"/crates/{name}/{version}/download", f"/crates/{name}/{name}-{version}.crate"]
    if "+" in version:
        forms += [form.replace("+", "%2B") for form in forms]
    for form in forms:
        answer = request(network, static.url(form), static.via)
        checksum = checksum or answer.sha256
        if wrong := _wrong(answer, checksum):
            return failed(f"{answer.url}: {wrong}")
    return passed(f"{static.label}: {', '.join(forms)} are the same file")


def _largest(route: Route, path: str, checksum: str, network: Network) -> Outcome:
    answer = request(network, route.url(path), route.via)
    if wrong := _wrong(answer, checksum):
        return failed(f"{answer.url}: {wrong}")
    return passed(f"{answer.url}: came whole, {answer.size} bytes", size=answer.size)


def _cache(static: Route, sample: SampleCrate, longest: int, network: Network) -> Outcome:
    url = static.url(f"/crates/{sample.name}/{sample.name}-{sample.version}.crate")
    for _ in range(_ASKED):
        answer = request(network, url, static.via)
        if answer.status != 200:
            return failed(f"{url}: wanted status 200, got {answer.status}")
        if answer.header("age"):
            break
    age, control = answer.header("age"), answer.header("cache-control")
    if network.local and not age:
        return skipped("the local cloud's edge locations keep no files")
    if not age:
        return failed(f"{url}: asked for {_ASKED} times, wanted an answer from the cache (with an Age), got none")
    if not age.isdecimal() or int(age) > longest:
        return failed(f"{url}: wanted an Age of at most {longest} s (crates.max_ttl), got {age}")
    if any(word in control.lower() for word in ("no-store", "no-cache", "private")):
        return failed(f"{url}: a published file never changes, and Cache-Control is {control}")
    return passed(f"{url}: comes from the cache", cache_control=control or "none")


def _dl(client: _Client, route: Route, network: Network) -> str:
    """The `dl` that the index gives clients. NotReached for a config.json that is none."""
    document = _json(_index_file(client, route, "/config.json", network))
    if not isinstance(document, dict) or not isinstance(document.get("dl"), str):
        raise NotReached(f"{route.url('/config.json')} is no JSON object with a dl")
    return str(document["dl"])


def _checksum(client: _Client, route: Route, sample: SampleCrate, network: Network) -> str:
    """The checksum that the index gives clients. NotReached where it has no such version."""
    answer = _index_file(client, route, index_path(sample.name), network)
    for line in answer.body.splitlines():
        entry = _json(line)
        if isinstance(entry, dict) and (entry.get("name"), entry.get("vers")) == (sample.name, sample.version):
            return str(entry.get("cksum"))
    raise NotReached(f"{answer.url}: the index has no {sample.name} {sample.version}")


def _index_file(client: _Client, route: Route, path: str, network: Network) -> Response:
    answer, _ = fetch(network, route.url(path), client.via)
    if answer.status != 200:
        raise NotReached(f"{answer.url}: wanted status 200, got {answer.status}")
    return answer


def _json(source: Response | bytes) -> Any:
    try:
        return json.loads(source if isinstance(source, bytes) else source.body)
    except ValueError:
        return None


def _wrong(answer: Response, checksum: str) -> str:
    """What is wrong with a file, if anything."""
    if answer.status != 200:
        return f"and the answer is {answer.status}; wanted 200"
    if answer.sha256 != checksum:
        return f"and refuse it: the SHA-256 is {answer.sha256}, wanted {checksum} ({answer.size} bytes came)"
    return ""


def _why(error: NotReached, url: str) -> str:
    """What went wrong, where the URL was named already."""
    return str(error).removeprefix(f"{url}: ")


def _slash(target: Target, url: str) -> str:
    """A host that is a known one with the path's beginning stuck to it: the outage of 2023-07-20."""
    asked = _host(url)
    for host in sorted((route.host for route in target.routes), key=len, reverse=True):
        rest = asked.removeprefix(host)
        if rest != asked and rest and not rest.startswith("."):
            return f". A slash is missing after {host}"
    return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
