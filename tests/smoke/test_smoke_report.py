"""Three writers over one report; nothing in it is obeyed by a terminal or a parser."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

from slipway.smoke.history import Drift, Since
from slipway.smoke.model import Result
from slipway.smoke.report import Report, as_json, as_junit, as_text

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BROKEN = Result(
    "tls.chain a.example", "tls", "failed", "https://a.example: wanted a chain, got \x1b[31mred]]>", {}, 1.5
)
RESULTS = (
    Result("dns.ttl a.example", "dns", "passed", "fine", {"ttl": "60 s"}, 0.1),
    Result("dns.aaaa a.example", "dns", "skipped", "pool is outside", {}, 0.0),
    Result("dns.aaaa b.example", "dns", "skipped", "pool is outside", {}, 0.0),
    BROKEN,
)
REPORT = Report("staging", "example.org", True, AT, 3.21, RESULTS)
OLD = Result("dns.agree a.example", "dns", "failed", "still wrong", {}, 0.1)
SINCE = replace(
    REPORT,
    results=(*RESULTS, OLD),
    since=Since(AT, (BROKEN,), (OLD,), (RESULTS[0],), ("dns.ttl gone",), (Drift("tls.names a", "serial", "1f", ""),)),
)


def test_text_says_what_failed_and_why_what_was_left_out_was() -> None:
    assert as_text(REPORT).splitlines() == [
        "smoke test failed: staging (example.org, on the local internet): 1 passed, 1 failed, 2 skipped in",
        "3.2 s",
        "failed  tls.chain a.example",
        r"        https://a.example: wanted a chain, got \x1b[31mred]]>",
        "skipped 2 checks: pool is outside",
    ]


def test_text_since_a_deploy_says_only_what_is_otherwise() -> None:
    text = as_text(SINCE)
    assert text.splitlines()[2:] == [
        "since   2026-03-01 12:00:00 UTC",
        "broken  tls.chain a.example",
        r"        https://a.example: wanted a chain, got \x1b[31mred]]>",
        "moved   tls.names a",
        "        serial was 1f, is not there",
        "mended  dns.ttl a.example",
        "gone    dns.ttl gone",
        "still   1 that failed before, and do not pass now",
    ]
    calm = replace(REPORT, since=Since(AT, (), (), (), (), ()))
    assert as_text(calm).splitlines()[-1] == "same    nothing is otherwise than it was"
    assert calm.failures == ()


def test_json_has_every_check_with_its_values() -> None:
    document = json.loads(as_json(REPORT))
    assert (document["schema"], document["verdict"], document["local"]) == ("slipway.smoke/1", "failed", True)
    assert document["counts"] == {"passed": 1, "failed": 1, "skipped": 2}
    assert document["checks"][0] == {
        "id": "dns.ttl a.example",
        "family": "dns",
        "status": "passed",
        "message": "fine",
        "seen": {"ttl": "60 s"},
        "seconds": 0.1,
    }
    assert "since" not in document
    assert json.loads(as_json(SINCE))["since"] == {
        "at": "2026-03-01T12:00:00+00:00",
        "broken": ["tls.chain a.example"],
        "still": ["dns.agree a.example"],
        "mended": ["dns.ttl a.example"],
        "gone": ["dns.ttl gone"],
        "drifted": [{"id": "tls.names a", "value": "serial", "was": "1f", "now": ""}],
    }


def test_junit_is_a_suite_a_family_that_any_parser_reads() -> None:
    suites = {suite.get("name"): suite for suite in ET.fromstring(as_junit(REPORT))}  # noqa: S314 - our own text
    assert {
        name: (suite.get("tests"), suite.get("failures"), suite.get("skipped")) for name, suite in suites.items()
    } == {
        "dns": ("3", "0", "2"),
        "tls": ("1", "1", "0"),
    }
    failure = suites["tls"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == r"https://a.example: wanted a chain, got \x1b[31mred]]>"


def test_junit_since_a_deploy_fails_for_what_it_broke_alone() -> None:
    (suite,) = [one for one in ET.fromstring(as_junit(SINCE)) if one.get("name") == "dns"]  # noqa: S314 - our own text
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "3")
    assert [one.get("message") for one in suite.iter("skipped")][-1] == "failed before as well: still wrong"
