"""An environment as it should be, served by the little internet: each test spoils one thing of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from little import nameserver, web
from little.nameserver import Records
from little.web import Answer, Asked, Certificates, Reply
from slipway.config import StackConfig, parse
from slipway.smoke import checks, target
from slipway.smoke.model import Check, Result
from slipway.smoke.network import Network
from slipway.smoke.runner import run, run_one

ROOT = Path(__file__).parents[3]
CRATE = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CRATE).hexdigest()
INDEX = "".join(
    json.dumps({"name": "demo", "vers": version, "cksum": SHA256, "deps": [], "features": {}}) + "\n"
    for version in (*(f"0.{n}.0" for n in range(20)), "1.0.0", "1.0.0+build.1")
)
LISTING = b"<!doctype html><ul>" + b'<li><a href="a.tar.xz">a.tar.xz</a>' * 60 + b"</ul>"
FILES: dict[str, dict[str, tuple[str, bytes]]] = {
    "crates": {
        f"/crates/demo/demo-{version}.crate": ("application/gzip", CRATE) for version in ("1.0.0", "1.0.0%2Bbuild.1")
    },
    "index": {"/config.json": ("application/json", b""), "/de/mo/demo": ("text/plain", INDEX.encode())},
    "releases": {"/dist/2024-03-01/index.html": ("text/html", LISTING)},
    "documentation": {"/stable/index.html": ("text/html", b"<p>documentation</p>" * 100)},
}
SETTINGS: dict[str, Any] = {
    "environment": "staging",
    "guarded": False,
    "protect": False,
    "zone": "example.org",
    "releases_zone": "example.net",
    "log_retention_days": 1,
    "second_cdn": {"name": "fastly", "pool": "pool.example.com", "ipv4": [], "ipv6": []},
    "crates": {
        "host": "static.example.org",
        "names": {"static.example.org": "served", "cloudfront-static.example.org": "served"},
        "weights": {"static.example.org": {"cloudfront": 128, "second": 127}},
        "default_ttl": 86400,
        "max_ttl": 31536000,
    },
    "index": {
        "host": "index.example.org",
        "names": {"index.example.org": "served"},
        "default_ttl": 3600,
        "max_ttl": 3600,
        "dl": "https://static.example.org/crates",
        "api": "https://example.org",
    },
    "web": {
        "host": "example.org",
        "names": {"example.org": "served"},
        "origin": "app.example.com",
        "requests_per_5_minutes": 2000,
        "hsts_max_age": 31536000,
    },
    "releases": {
        "host": "static.example.net",
        "names": {"static.example.net": "served"},
        "default_ttl": 86400,
        "max_ttl": 86400,
        "installer": "sh.example.org",
        "documentation": "doc.example.net",
        "invalidate_at": "00:30",
    },
    "documentation": {
        "host": "doc.example.net",
        "names": {"doc.example.net": "served"},
        "default_ttl": 3600,
        "max_ttl": 3600,
    },
    "redirects": {"www.example.org": {"to": "example.org", "status": 302}},
    "smoke": {
        "crates": [{"name": "demo", "version": "1.0.0"}, {"name": "demo", "version": "1.0.0+build.1"}],
        "release": "2024-03-01",
        "page": "/stable/",
        "largest": {"service": "crates", "path": "/crates/demo/demo-1.0.0.crate", "sha256": SHA256},
    },
}
HOSTS = {
    "static.example.org": "crates",
    "cloudfront-static.example.org": "crates",
    "fastly-static.example.org": "crates",
    "index.example.org": "index",
    "example.org": "web",
    "static.example.net": "releases",
    "doc.example.net": "documentation",
    "www.example.org": "redirects",
}


def second_address() -> str:
    """Where the second CDN is: another loopback address, whichever this system has."""
    for address in ("127.0.0.2", "::1"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((address, 0))
            except OSError:
                continue
            return address
    raise OSError("this system has one loopback address only")


class Site:
    """What the environment answers; `instead` maps (CDN or "", host, target) to what is answered in its place."""

    def __init__(self, directory: Path) -> None:
        self.settings: dict[str, Any] = json.loads(json.dumps(SETTINGS))
        self.dl = "https://static.example.org/crates"
        self.second = second_address()
        self.certificates = Certificates(directory)
        self.certificates.names = {
            host: ["static.example.org", "cloudfront-static.example.org"]
            for host in ("static.example.org", "cloudfront-static.example.org")
        }
        self.servers = [_records(self.second), _records(self.second)]
        self.resolver = _records(self.second)
        self.instead: dict[tuple[str, str, str], Answer | Reply] = {}
        self.dropped: set[str] = set()
        self.project = ROOT
        self.network: Network | None = None

    @property
    def config(self) -> StackConfig:
        return parse(self.settings, "Pulumi.staging.yaml")

    def every_server(self) -> list[Records]:
        return [*self.servers, self.resolver]

    def checks(self, *only: str) -> list[Check]:
        return list(checks.every(target.of(self.config, self.project), only))

    def result(self, check_id: str) -> Result:
        """The result of one check."""
        assert self.network is not None
        (check,) = [check for check in self.checks() if check.id == check_id]
        return run_one(check, replace(self.network, until=time.monotonic() + 20))

    def results(self, *only: str, seconds: float = 30) -> dict[str, Result]:
        assert self.network is not None
        return {result.id: result for result in run(self.checks(*only), self.network, seconds=seconds)}

    def answer(self, asked: Asked) -> Reply:
        cdn = "fastly" if asked.address == self.second else "cloudfront"
        for key in ((cdn, asked.host, asked.target), ("", asked.host, asked.target), ("", asked.host, "*")):
            if key in self.instead:
                found = self.instead[key]
                reply = found if isinstance(found, Reply) else found(asked)
                return Reply(reply.status, reply.body, self._kept(reply.headers), reply.promised)
        reply = self.usual(asked)
        return Reply(reply.status, reply.body, self._kept(reply.headers), reply.promised)

    def _kept(self, headers: Any) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name.lower() not in self.dropped}

    def usual(self, asked: Asked) -> Reply:
        """What CloudFront answers in front of the committed services."""
        if not asked.secure:
            return Reply(301, headers={"Location": f"https://{asked.host}{asked.target}"})
        service = HOSTS.get(asked.host, "")
        if service == "web":
            return Reply(200, b"the application", {"Strict-Transport-Security": "max-age=31536000"})
        if asked.method not in ("GET", "HEAD"):
            return Reply(403)
        if location := _redirect(service, asked.target):
            return Reply(*location)
        return self._file(service, asked)

    def _file(self, service: str, asked: Asked) -> Reply:
        path = _rewritten(service, asked.target.partition("?")[0])
        kind, body = FILES.get(service, {}).get(path, ("", b""))
        if not kind:
            missing = {"releases": Reply(404, b"<h1>not here</h1>", {"Content-Type": "text/html"}), "index": Reply(404)}
            return missing.get(service, Reply(403))
        if path == "/config.json":
            body = json.dumps({"dl": self.dl, "api": "https://example.org"}).encode()
        headers = {"Content-Type": kind, "Access-Control-Allow-Origin": "*", "Age": "7"}
        if asked.headers.get("Range") == "bytes=0-9":
            return Reply(206, body[:10], {**headers, "Content-Range": f"bytes 0-9/{len(body)}"})
        if "gzip" in asked.headers.get("Accept-Encoding", "") and kind.startswith("text/"):
            return Reply(200, gzip.compress(body), {**headers, "Content-Encoding": "gzip"})
        return Reply(200, body, headers)


def _redirect(service: str, target: str) -> tuple[int, bytes, dict[str, str]] | None:
    """The routers' redirects, as `infra/services/routers` has them."""
    path, mark, query = target.partition("?")
    to, status = "", 301
    if service == "crates" and path == "/archive/version-downloads":
        to = f"{path}/"
    elif service == "releases" and path == "/rustup.sh":
        to = "https://sh.example.org/rustup.sh"
    elif service == "releases" and re.match(r"/doc/master(?=/|$)", path):
        to = f"https://doc.example.net/stable{path.removeprefix('/doc/master')}"
    elif service == "redirects":
        to, status = f"https://example.org/{path.removeprefix('/')}", 302
    elif service == "documentation":
        to, status = _documentation(path)
    return (status, b"", {"Location": f"{to}{mark}{query}"}) if to else None


def _documentation(path: str) -> tuple[str, int]:
    if path in ("/", "/index.html"):
        return "/stable/", 302
    if found := re.match(r"(/\d+\.\d+)(?=/|$)", path):
        return f"{found[1]}.0{path.removeprefix(found[1])}", 302
    if re.match(r"/master(?=/|$)", path):
        return f"/nightly{path.removeprefix('/master')}", 301
    if re.match(r"/doc(?=/|$)", path):
        return re.sub(r"(/|\\|%2f|%5c){2,}", "/", path.removeprefix("/doc"), flags=re.IGNORECASE) or "/", 301
    channel = re.match(r"/(stable|beta|nightly|\d+\.\d+\.\d+)(?=/|$)", path)
    page = path if channel else f"/stable{path}"
    return (f"{page}/", 302) if (channel and page == channel[0]) or page == "/stable" else ("", 0)


def _rewritten(service: str, path: str) -> str:
    if service == "crates":
        path = path.replace("+", "%2B")
        found = re.fullmatch(r"/crates/([^/]+)/([^/]+)/download", path)
        return f"/crates/{found[1]}/{found[1]}-{found[2]}.crate" if found else path
    if service == "releases":
        return re.sub(r"^(/dist/\d{4}-\d{2}-\d{2})(/|/index\.html)?$", r"\1/index.html", path, flags=re.ASCII)
    if service == "documentation":
        channel = re.match(r"/(stable|beta|nightly|\d+\.\d+\.\d+)(?=/|$)", path)
        page = path if channel else f"/stable{path}"
        return f"{page}index.html" if page.endswith("/") else page
    return path


def _records(second: str) -> Records:
    """The zones as the program makes them."""
    found = Records()
    for zone in ("example.org", "example.net"):
        found.soas[zone] = (900, 86400)
        found.sets[zone, "SOA"] = (900, [f"ns1.{zone}. hostmaster.{zone}. 1 7200 900 1209600 86400"])
        found.sets[zone, "NS"] = (172800, ["ns1.dns.example.", "ns2.dns.example."])
    for zone in ("org", "net"):
        found.sets[zone, "NS"] = (86400, ["a.parent.example."])
    for host in HOSTS:
        if host.startswith(("static.example.org", "fastly-")):
            continue
        found.sets[host, "A"] = (60, ["127.0.0.1"])
        found.sets[host, "AAAA"] = (60, ["::1"])
    found.drawn["static.example.org"] = (300, ["cloudfront-static.example.org.", "fastly-static.example.org."])
    found.sets["fastly-static.example.org", "CNAME"] = (60, ["pool.example.com."])
    if ":" not in second:
        found.sets["pool.example.com", "A"] = (30, [second])
    found.sets["pool.example.com", "AAAA"] = (30, ["::1"])
    return found


@contextmanager
def serving(site: Site) -> Iterator[None]:
    """The site, with its network."""
    with (
        nameserver.serving(site.servers[0]) as one,
        nameserver.serving(site.servers[1]) as two,
        nameserver.serving(site.resolver) as resolver,
        web.serving(site.answer, site.certificates, ("127.0.0.1", site.second)) as (https, http),
    ):
        site.network = Network(
            resolvers=(("127.0.0.1", resolver),),
            authorities=(("127.0.0.1", one), ("127.0.0.1", two)),
            https=https,
            http=http,
            ca=site.certificates.ca,
        )
        yield
