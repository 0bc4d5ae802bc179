"""Every check on an environment that is right, and on one where a single thing is wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from little.nameserver import Records
from little.site import CRATE, FILES, Site
from little.web import Asked, Reply

pytestmark = pytest.mark.process

Spoil = Callable[[Site], None]
SERVED = "static.example.org"
OURS, THEIRS = f"{SERVED} through cloudfront-{SERVED}", f"{SERVED} through fastly-{SERVED}"
FILE = "/crates/demo/demo-1.0.0.crate"


def everywhere(change: Callable[[Records], None]) -> Spoil:
    """The same change at every name server and at the resolver."""

    def spoil(site: Site) -> None:
        for records in site.every_server():
            change(records)

    return spoil


def at_the_second(change: Callable[[Records], None]) -> Spoil:
    """A change that one of the two name servers has not heard of."""
    return lambda site: change(site.servers[1])


def record(name: str, type_: str, ttl: int, *values: str) -> Callable[[Records], None]:
    return lambda records: records.sets.update({(name, type_): (ttl, list(values))})


def without(name: str, type_: str) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        records.sets.pop((name, type_))

    return change


def negative(ttl: int) -> Callable[[Records], None]:
    return lambda records: records.soas.update({"example.org": (ttl, 86400)})


def reply(host: str, target: str, answer: Reply | Callable[[Asked], Reply], cdn: str = "") -> Spoil:
    return lambda site: site.instead.update({(cdn, host, target): answer})


def not_an_authority(site: Site) -> None:
    site.servers[1].authoritative = False


def refused_by_one(site: Site) -> None:
    site.servers[1].rcodes["example.org"] = "REFUSED"


def parent_leads_elsewhere(site: Site) -> None:
    site.servers[0].sets["example.org", "NS"] = (172800, ["old1.dns.example.", "old2.dns.example."])


def certificate_of(host: str, *names: str) -> Spoil:
    return lambda site: site.certificates.names.update({host: names})


def certificate_days(host: str, days: int) -> Spoil:
    return lambda site: site.certificates.days.update({host: days})


def old_tls(site: Site) -> None:
    site.certificates.old.add("doc.example.net")


def no_header(name: str) -> Spoil:
    return lambda site: site.dropped.add(name)


def usual_but(change: Callable[[Asked, Reply], Reply], host: str, *targets: str) -> Spoil:
    """What would be answered, changed."""

    def spoil(site: Site) -> None:
        for target in targets or ("*",):
            site.instead["", host, target] = lambda asked: change(asked, site.usual(asked))

    return spoil


def dl(value: str) -> Spoil:
    return lambda site: setattr(site, "dl", value)


def other_bytes(asked: Asked, usual: Reply) -> Reply:
    return Reply(usual.status, CRATE[::-1], usual.headers)


def writable(asked: Asked, usual: Reply) -> Reply:
    return Reply(200)


def whole(asked: Asked, usual: Reply) -> Reply:
    return Reply(200, CRATE, {"Content-Type": "application/gzip"})


def never_packed(asked: Asked, usual: Reply) -> Reply:
    return Reply(200, FILES["releases"]["/dist/2024-03-01/index.html"][1], {"Content-Type": "text/html"})


def packed_otherwise(asked: Asked, usual: Reply) -> Reply:
    if "Content-Encoding" not in usual.headers:
        return usual
    return Reply(200, gzip.compress(b"another page"), usual.headers)


def other_page(asked: Asked, usual: Reply) -> Reply:
    return Reply(usual.status, usual.body + b"<a href='x'>", usual.headers)


def aged(asked: Asked, usual: Reply) -> Reply:
    return Reply(usual.status, usual.body, {**usual.headers, "Age": "99999999"})


def private(asked: Asked, usual: Reply) -> Reply:
    return Reply(usual.status, usual.body, {**usual.headers, "Cache-Control": "private"})


MOVED = Reply(301, headers={"Location": "https://elsewhere.example/"})
CUT_OFF = Reply(200, CRATE[:100], promised=len(CRATE))

# (the check, what is wrong, what its message says)
WRONG: list[tuple[str, Spoil, str]] = [
    ("dns.delegation example.org", parent_leads_elsewhere, "the parent zone org leads to old1.dns.example, old2"),
    ("dns.delegation example.org", everywhere(without("example.org", "NS")), "leads to no name servers"),
    ("dns.authority example.org", not_an_authority, "should answer for the zone, and says NOERROR"),
    ("dns.authority example.org", refused_by_one, "says REFUSED with no record"),
    (
        "dns.authority example.org",
        at_the_second(record("example.org", "NS", 60, "ns9.dns.example.")),
        "name servers should agree on SOA and NS, and do not",
    ),
    ("dns.negative_ttl example.org", everywhere(negative(86400)), "kept for 86400 s; wanted 1 to 900 s"),
    ("dns.negative_ttl example.org", everywhere(negative(0)), "kept for 0 s"),
    (
        "dns.negative_ttl example.org",
        everywhere(lambda records: records.soas.clear()),
        "should say NXDOMAIN with the zone's SOA, and says NXDOMAIN with no record",
    ),
    ("dns.agree index.example.org", everywhere(without("index.example.org", "A")), "wanted addresses"),
    ("dns.agree index.example.org", at_the_second(without("index.example.org", "A")), "says NOERROR with no record"),
    (
        f"dns.agree {SERVED}",
        everywhere(lambda records: records.drawn.update({SERVED: (300, ["other.example.com."])})),
        "leads to other.example.com, wanted a CNAME to cloudfront-static.example.org or a CNAME to fastly-static",
    ),
    (
        "dns.agree fastly-static.example.org",
        at_the_second(record("fastly-static.example.org", "CNAME", 60, "old-pool.example.com.")),
        "leads to old-pool.example.com, wanted a CNAME to pool.example.com",
    ),
    (
        "dns.agree index.example.org",
        at_the_second(
            lambda records: (
                without("index.example.org", "A")(records),
                record("index.example.org", "CNAME", 60, "doc.example.net.")(records),
            )[0]
        ),
        "name servers should agree, and do not: 127.0.0.1: A; 127.0.0.1: CNAME",
    ),
    (
        f"dns.ttl {SERVED}",
        everywhere(lambda records: records.drawn.update({SERVED: (3600, ["cloudfront-static.example.org."])})),
        "the TTL is 3600 s, wanted 300 s",
    ),
    ("dns.ttl index.example.org", everywhere(without("index.example.org", "A")), "wanted one with a TTL of 60 s"),
    ("dns.aaaa index.example.org", everywhere(without("index.example.org", "AAAA")), "should have an IPv6 address"),
    (
        "dns.caa index.example.org",
        everywhere(record("example.org", "CAA", 60, '0 issue "other.example"', '0 iodef "mailto:x@example.org"')),
        "the CAA records of example.org should let Amazon issue, and are",
    ),
    ("tls.chain doc.example.net", certificate_of("doc.example.net", "example.net"), "certificate that is not valid"),
    ("tls.chain doc.example.net", certificate_days("doc.example.net", -1), "certificate has expired"),
    ("tls.names doc.example.net", certificate_of("doc.example.net", "example.net"), "wanted doc.example.net as well"),
    (
        f"tls.names {OURS}",
        certificate_of(SERVED, SERVED),
        "covers static.example.org; wanted cloudfront-static.example.org as well",
    ),
    ("tls.expiry doc.example.net", certificate_days("doc.example.net", 5), "wanted at least 21"),
    ("tls.versions doc.example.net", old_tls, "TLS 1.0 and TLS 1.1 should be refused"),
    (
        "http.https doc.example.net",
        reply("doc.example.net", "/slipway-smoke?a=1&b=2", MOVED),
        "got 301 to https://else",
    ),
    ("http.hsts example.org", no_header("strict-transport-security"), "wanted Strict-Transport-Security with max-age"),
    (
        "http.hsts example.org",
        reply("example.org", "/", Reply(headers={"Strict-Transport-Security": "max-age=1"})),
        "got max-age=1",
    ),
    (f"http.cors {OURS}", no_header("access-control-allow-origin"), "wanted Access-Control-Allow-Origin: *, got none"),
    (f"http.methods {OURS}", usual_but(writable, SERVED), "POST: 200, PUT: 200, PATCH: 200, DELETE: 200"),
    ("http.not_found static.example.net", usual_but(writable, "static.example.net"), "wanted status 404, got 200"),
    (
        "http.not_found static.example.net",
        reply("static.example.net", "/slipway-smoke/there-is-no-such-file", Reply(404)),
        "wanted a page that says so, got 0 bytes of no type",
    ),
    ("http.not_found index.example.org", usual_but(lambda *_: Reply(403), "index.example.org"), "404 or 410 or 451"),
    (f"http.range {OURS}", usual_but(whole, SERVED), "wanted status 206 and 10 bytes, got 200 and 10240"),
    (
        "http.compression static.example.net",
        usual_but(never_packed, "static.example.net", "/dist/2024-03-01/"),
        "wanted Content-Encoding: gzip, got none",
    ),
    (
        "http.compression static.example.net",
        usual_but(packed_otherwise, "static.example.net", "/dist/2024-03-01/"),
        "what comes compressed is not what comes plain",
    ),
    (
        "http.compression doc.example.net",
        reply("doc.example.net", "/stable/", Reply(500)),
        "wanted status 200, got 500",
    ),
    (
        "downloads.config index.example.org",
        dl("https://static.example.orgcrates"),
        "/demo/1.0.0/download: the host name static.example.orgcrates does not exist "
        "(NXDOMAIN). A slash is missing after static.example.org",
    ),
    ("downloads.config index.example.org", dl("ftp://static.example.org"), "is not an http or https URL"),
    (
        "downloads.config index.example.org",
        reply("index.example.org", "/config.json", Reply(200, b"[]")),
        "https://index.example.org/config.json is no JSON object with a dl",
    ),
    ("downloads.config index.example.org", usual_but(lambda *_: Reply(503), SERVED), "of the static host, got 503"),
    (
        "downloads.crate demo@1.0.0 by cloudfront",
        dl("https://static.example.orgcrates"),
        "clients would download https://static.example.orgcrates/demo/1.0.0/download: ",
    ),
    (
        "downloads.crate demo@1.0.0 by cloudfront",
        dl("https://static.example.org/crates/"),
        "https://static.example.org/crates//demo/1.0.0/download, and the answer is 403; wanted 200",
    ),
    (
        "downloads.crate demo@1.0.0 by fastly",
        reply(SERVED, "/crates/demo/1.0.0/download", Reply(200, b"another"), "fastly"),
        "and refuse it: the SHA-256 is",
    ),
    (
        "downloads.crate demo@1.0.0+build.1 by cloudfront",
        reply(SERVED, "/crates/demo/1.0.0+build.1/download", Reply(403)),
        "/crates/demo/1.0.0+build.1/download, and the answer is 403",
    ),
    (
        "downloads.crate demo@1.0.0 by cloudfront",
        reply("index.example.org", "/de/mo/demo", Reply(200, json.dumps({"name": "demo", "vers": "0.1.0"}).encode())),
        "the index has no demo 1.0.0",
    ),
    (
        "downloads.forms demo@1.0.0+build.1 by cloudfront",
        usual_but(other_bytes, SERVED, "/crates/demo/demo-1.0.0%2Bbuild.1.crate"),
        "demo-1.0.0%2Bbuild.1.crate: and refuse it",
    ),
    ("downloads.forms demo@1.0.0 by cloudfront", reply(SERVED, FILE, Reply(404)), "the answer is 404"),
    (f"downloads.largest {OURS}", reply(SERVED, FILE, CUT_OFF), "the answer ended after 100 of 10240 bytes"),
    (f"downloads.largest {THEIRS}", reply(SERVED, FILE, Reply(503), "fastly"), "the answer is 503"),
    (f"downloads.cache {OURS}", no_header("age"), "asked for 5 times, wanted an answer from the cache"),
    (f"downloads.cache {OURS}", usual_but(aged, SERVED, FILE), "wanted an Age of at most 31536000 s"),
    (f"downloads.cache {OURS}", usual_but(private, SERVED, FILE), "Cache-Control is private"),
    ("releases.listing static.example.net", reply("static.example.net", "/dist/2024-03-01", Reply(404)), "got 404"),
    (
        "releases.listing static.example.net",
        reply("static.example.net", "/dist/2024-03-01/", Reply(200, b"nothing")),
        "wanted a page with links to files",
    ),
    (
        "releases.listing static.example.net",
        usual_but(other_page, "static.example.net", "/dist/2024-03-01/"),
        "should be one page, and are 2",
    ),
    (
        "releases.installer static.example.net",
        reply("static.example.net", "/rustup.sh", MOVED),
        "wanted 301 to https://sh.example.org/rustup.sh for GET, got 301 to https://elsewhere.example/",
    ),
    (
        "releases.documentation static.example.net",
        reply("static.example.net", "/doc/master/std/", Reply(404)),
        "wanted 301 to https://doc.example.net/stable/std/",
    ),
    (
        "releases.redirects www.example.org",
        reply("www.example.org", "/slipway/smoke?a=1&b=2", MOVED),
        "wanted 302 to https://example.org/slipway/smoke?a=1&b=2 for GET",
    ),
    (
        "golden.table doc.example.net",
        reply("doc.example.net", "/master/", Reply(403)),
        "1 of 73 golden URLs: https://doc.example.net/master/: wanted 301 to /nightly/, got 403",
    ),
    (
        "golden.table doc.example.net",
        reply("doc.example.net", "/stable/std/vec/index.html", MOVED),
        "https://doc.example.net/stable/std/vec/index.html: wanted no redirect, got 301 to https://elsewhere",
    ),
    (
        "golden.table static.example.net",
        reply("static.example.net", "/dist/2024-03-01/", Reply(200, b"another page")),
        "https://static.example.net/dist/2024-03-01/: wanted what https://static.example.net/dist/2024-03-01/index.html",
    ),
    (
        f"golden.parity {SERVED}",
        reply(SERVED, "/archive/version-downloads", Reply(403), "fastly"),
        "cloudfront gives 301 to /archive/version-downloads/, fastly 403",
    ),
]


@pytest.mark.parametrize(
    ("check", "spoil", "says"), WRONG, ids=[f"{number}-{row[0].replace(' ', '-')}" for number, row in enumerate(WRONG)]
)
def test_a_check_fails_where_its_one_thing_is_wrong(site: Site, check: str, spoil: Spoil, says: str) -> None:
    """The message names the host or URL, what was wanted and what came."""
    spoil(site)
    result = site.result(check)
    assert result.status == "failed"
    assert says in result.message


def test_everything_of_a_right_environment_passes(site: Site) -> None:
    """No check fails, and none is left out."""
    results = site.results()
    assert [(one.id, one.message) for one in results.values() if one.status != "passed"] == []
    assert len(results) > 90


def test_every_check_has_a_case_in_which_it_fails(site: Site) -> None:
    """A check that cannot fail says nothing."""
    names = {check.id.partition(" ")[0] for check in site.checks()}
    assert {row[0].partition(" ")[0] for row in WRONG} == names


def test_the_missing_slash_of_2023_07_20_is_named_in_under_ten_seconds(site: Site) -> None:
    """Also where no sample crate is known: the URL that clients build says it all."""
    site.settings["smoke"] = {}
    site.dl = "https://static.example.orgcrates"
    results = site.results("downloads")
    failures = [one for one in results.values() if one.status == "failed"]
    assert [one.id for one in failures] == ["downloads.config index.example.org"]
    assert "https://static.example.orgcrates/slipway-smoke/0.0.0/download" in failures[0].message
    assert max(one.seconds for one in results.values()) < 10
