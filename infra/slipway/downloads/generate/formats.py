"""Requests as lines: CloudFront's W3C extended format, its JSON lines (standard logging v2), the second CDN's.

A line is a row of cells. What a format is made of are its cells, how a row of them becomes a line, and which cells a
counter looks at.

CloudFront's fields, their order and the file names are those of "Standard logging reference" and "Configure standard
logging (v2)" in the CloudFront Developer Guide: v2's JSON has the same names as keys, and every value as a string.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from slipway.downloads.generate.catalogue import VERSIONS, Catalogue
from slipway.downloads.generate.draw import Indices, picked, pool
from slipway.downloads.generate.traffic import AGENTS, CLIENTS, CRATE, DOWNLOAD, KINDS, Requests

__all__ = ["CLOUDFRONT", "CLOUDFRONT_JSON", "FASTLY", "FIELDS", "Cell", "Format", "rows"]

Cell = str | list[str]  # the same in every row, or one for each
_FIELDS = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
)
FIELDS = tuple(_FIELDS.split())
_DOMAIN = "static.example.org"


@dataclass(frozen=True, slots=True)
class Format:
    """How one CDN writes a log; `looked_at` has the place of each cell that decides whether a line counts."""

    folder: str
    head: str  # the lines above all others
    plus: tuple[str, ...]  # how a plus sign in a path is written, the usual way first
    cells: Callable[[Requests, Catalogue, date], Sequence[Cell]]
    line: Callable[[Sequence[str]], str]
    looked_at: Mapping[str, int]
    json: bool
    bare: frozenset[str] = frozenset()  # of the cells looked at, those that JSON writes without quotation marks


def rows(form: Format, cells: Sequence[Cell]) -> list[str]:
    """The lines of a block's cells."""
    template = form.line([cell.replace("%", "%%") if isinstance(cell, str) else "%s" for cell in cells])
    return list(map(template.__mod__, zip(*(cell for cell in cells if not isinstance(cell, str)), strict=True)))


_PLACE_TEXT = (
    "IAD89-C1 IAD55-P3 CMH68-P2 HIO50-C2 SFO53-P7 DFW57-P5 FRA56-P11 AMS58-P4 LHR61-P2 CDG52-P1 NRT57-P3 SIN2-P6 "
    "SYD62-P1 GRU3-P2 BOM78-P5 HKG62-C2 ARN56-P1 WAW51-P2 TLV50-C1 ICN57-P1"
)
_POP_TEXT = (
    "iad-kiad7000128 iad-kcgs7200055 chi-kigq8000030 bfi-kbfi7400083 wsi-ysbk1060052 gru-sbsp2090059 fra-eddf8230101 "
    "ams-eham8880042 nrt-rjtf7700021 syd-ysbk1060117"
)
_PLACES, _POPS = _PLACE_TEXT.split(), _POP_TEXT.split()
_PLACE_POOL, _POP_POOL = pool(_PLACES), pool([f"cache-{pop}" for pop in _POPS])
_POP_NAMES = pool([pop[:3].upper() for pop in _POPS])
_LENGTHS = [1_200 + n * n // 16 for n in range(4096)]  # bytes of a crate file: most are small, some a megabyte
_LENGTH_POOL, _SENT_POOL = pool([str(n) for n in _LENGTHS]), pool([str(n + 430 + n % 89) for n in _LENGTHS])
_ASKED_POOL = pool([str(n) for n in range(36, 100)])
_TAKEN_POOL = pool([f"{(4 + n % 60 if n < 3500 else n) / 1000:.3f}" for n in range(4096)])
_PORT_POOL = pool([str(n) for n in range(1024, 65536)])
# RFC 2544 and RFC 3849: addresses that belong to nobody.
_CLIENT_POOL = pool(
    [
        f"198.{18 + n % 2}.{n // 250}.{n % 250 + 1}" if n % 9 else f"2001:db8:{n:x}::{n % 64 + 1:x}"
        for n in range(CLIENTS)
    ]
)
_TAILS = pool([base64.b64encode(bytes([n]), b"-_").decode() for n in range(256)])
_TLS = (("TLSv1.3", "TLS_AES_128_GCM_SHA256"), ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"))  # fmt: skip
_TLS_OF = np.array([0] * 12 + [1] * 3 + [2])
_PROTOCOLS, _SSL_CIPHERS = pool([name for name, _ in _TLS]), pool([cipher for _, cipher in _TLS])
_HTTP, _HTTP_SHORT = pool(["HTTP/2.0"] * 7 + ["HTTP/1.1"]), pool(["HTTP/2"] * 7 + ["HTTP/1.1"])
_TYPES = pool(["application/gzip", "application/x-tar", "application/gzip", "binary/octet-stream"])
_METHODS, _STATUSES = pool([kind.method for kind in KINDS]), pool([kind.status for kind in KINDS])
_NUMBERS = pool([str(int(kind.status)) for kind in KINDS])
_HOSTS = pool([_DOMAIN if kind.host == "static" else "index.example.org" for kind in KINDS])
# What CloudFront percent-encodes in a user agent is told under cs(User-Agent); spaces are what occurs.
_ENCODED_AGENTS, _PLAIN_AGENTS = pool([agent.replace(" ", "%20") for agent in AGENTS]), pool(AGENTS)
_HOURS = pool([f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(86_400)])
_RESULTS = {
    "200": ("Hit",) * 14 + ("Miss", "RefreshHit"),
    "206": ("Hit",) * 16,
    "304": ("Hit",) * 12 + ("RefreshHit",) * 4,
    "000": ("Error",) * 16,
}
_RESULT_POOL = pool([result for kind in KINDS for result in _RESULTS.get(kind.status, ("Error",) * 16)])
_PATHS = [kind.path for kind in KINDS]


def _paths(requests: Requests, catalogue: Catalogue, plus: Sequence[str]) -> list[str]:
    """Paths as this CDN writes them, nearly all with the first way to write a plus sign."""
    written = pool([version.replace("+", sign) for sign in plus for version in VERSIONS])
    way = np.maximum(requests.draw.below(8 * len(plus), len(requests)) - 7 * len(plus), 0)
    versions = picked(written, way * len(VERSIONS) + requests.version)
    names = picked(catalogue.pool, requests.crate)
    return [
        f"/crates/{name}/{name}-{version}.crate"
        if path == CRATE  # nearly all are of these two, and `format` takes twice as long
        else f"/crates/{name}/{version}/download"
        if path == DOWNLOAD
        else path.format(name, version)
        for name, version, path in zip(names, versions, map(_PATHS.__getitem__, requests.kind.tolist()), strict=True)
    ]


def _days(seconds: Indices, first: date) -> list[str]:
    days = seconds // 86_400
    return picked(pool([(first + timedelta(n)).isoformat() for n in range(int(days.max()) + 1)]), days)


def _cloudfront(requests: Requests, catalogue: Catalogue, first: date) -> list[Cell]:
    draw, count, kind = requests.draw, len(requests), requests.kind
    size, tls, taken = draw.below(4096, count), _TLS_OF.take(requests.client % 16), draw.below(4096, count)
    results = picked(_RESULT_POOL, kind * 16 + draw.below(16, count))
    # 40 bytes, so that each ends as base64 does.
    heads = base64.b64encode(draw.data(39 * count), b"-_").decode()
    tails = picked(_TAILS, draw.below(256, count))
    cells: dict[str, Cell] = dict.fromkeys(FIELDS, "-")
    written: dict[str, Cell] = {
        "date": _days(requests.second, first),
        "time": picked(_HOURS, requests.second % 86_400),
        "x-edge-location": picked(_PLACE_POOL, requests.client // 16 % len(_PLACES)),
        "sc-bytes": picked(_SENT_POOL, size),
        "c-ip": picked(_CLIENT_POOL, requests.client),
        "cs-method": picked(_METHODS, kind),
        "cs(Host)": "d111111abcdef8.cloudfront.net",
        "cs-uri-stem": _paths(requests, catalogue, _PLUS_TWICE),
        "sc-status": picked(_STATUSES, kind),
        "cs(User-Agent)": picked(_ENCODED_AGENTS, requests.agent),
        "x-edge-result-type": results,
        "x-edge-request-id": [heads[52 * n : 52 * n + 52] + tail for n, tail in enumerate(tails)],
        "x-host-header": picked(_HOSTS, kind),
        "cs-protocol": "https",
        "cs-bytes": picked(_ASKED_POOL, draw.below(64, count)),
        "time-taken": picked(_TAKEN_POOL, taken),
        "ssl-protocol": picked(_PROTOCOLS, tls),
        "ssl-cipher": picked(_SSL_CIPHERS, tls),
        "x-edge-response-result-type": results,
        "cs-protocol-version": picked(_HTTP, requests.client // 2 % 8),
        "c-port": picked(_PORT_POOL, requests.connection % len(_PORT_POOL)),
        "time-to-first-byte": picked(_TAKEN_POOL, taken),
        "x-edge-detailed-result-type": results,
        "sc-content-type": picked(_TYPES, size % 4),
        "sc-content-len": picked(_LENGTH_POOL, size),
    }
    return list((cells | written).values())


# Keys of the second CDN's JSON, as they come; text is quoted, and what is in `http` and `tls` stands there.
_FASTLY_LINE = (
    '<134>{0} {1} s3-request-logs[322614]: {{"bytes":{2},"content_type":"{3}","date_time":"{4}","ddsource":"fastly",'
    '"ddtags":"app:registry,env:prod","edge_location":"{5}","host":"{6}","http":{{"protocol":"{7}","referer":{8},'
    '"useragent":"{9}"}},"ip":"{10}","method":"{11}","service":"static.example.org","status":{12},'
    '"tls":{{"cipher":"{13}","protocol":"{14}"}},"url":"{15}","version":"1"}}'
)


def _fastly(requests: Requests, catalogue: Catalogue, first: date) -> list[Cell]:
    draw, count, kind = requests.draw, len(requests), requests.kind
    pop, size, tls = requests.client // 16 % len(_POPS), draw.below(4096, count), _TLS_OF.take(requests.client % 16)
    days, hours = _days(requests.second, first), picked(_HOURS, requests.second % 86_400)
    paths = _paths(requests, catalogue, _PLUS_ONCE)
    hosts = picked(_HOSTS, kind)
    return [
        [f"{day}T{hour}Z" for day, hour in zip(days, hours, strict=True)],
        picked(_POP_POOL, pop),
        picked(_LENGTH_POOL, size),
        picked(_TYPES, size % 4),
        [
            f"{day}T{hour}.{part:09}Z"
            for day, hour, part in zip(days, hours, draw.below(10**9, count).tolist(), strict=True)
        ],
        picked(_POP_NAMES, pop),
        hosts,
        picked(_HTTP_SHORT, requests.client // 2 % 8),
        "null",
        picked(_PLAIN_AGENTS, requests.agent),
        picked(_CLIENT_POOL, requests.client),
        picked(_METHODS, kind),
        picked(_NUMBERS, kind),
        picked(_SSL_CIPHERS, tls),
        picked(_PROTOCOLS, tls),
        [f"https://{host}{path}" for host, path in zip(hosts, paths, strict=True)],
    ]


_PLUS_TWICE = ("%252B", "%2B", "+")  # Cargo encodes the plus sign, and CloudFront what Cargo wrote
_PLUS_ONCE = ("%2B", "+")
_CLOUDFRONT_LOOKS = {
    "date": FIELDS.index("date"),
    "method": FIELDS.index("cs-method"),
    "path": FIELDS.index("cs-uri-stem"),
    "status": FIELDS.index("sc-status"),
    "agent": FIELDS.index("cs(User-Agent)"),
    "other": FIELDS.index("cs(Host)"),
}
CLOUDFRONT = Format(
    folder="cloudfront/static.example.org",
    head=f"#Version: 1.0\n#Fields: {' '.join(FIELDS)}\n",
    plus=_PLUS_TWICE,
    cells=_cloudfront,
    line="\t".join,
    looked_at=_CLOUDFRONT_LOOKS,
    json=False,
)
CLOUDFRONT_JSON = Format(
    folder="AWSLogs/111122223333/CloudFront",
    head="",
    plus=_PLUS_TWICE,
    cells=_cloudfront,
    line=lambda cells: "{" + ",".join(map('"{}":"{}"'.format, FIELDS, cells)) + "}",
    looked_at=_CLOUDFRONT_LOOKS,
    json=True,
)
FASTLY = Format(
    folder="fastly-requests/static.example.org",
    head="",
    plus=_PLUS_ONCE,
    cells=_fastly,
    line=lambda cells: _FASTLY_LINE.format(*cells),
    looked_at={"date": 4, "method": 11, "path": 15, "status": 12, "agent": 9, "other": 6},
    json=True,
    bare=frozenset({"status"}),
)
