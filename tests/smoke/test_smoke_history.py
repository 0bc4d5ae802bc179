"""What was found is kept, and compared with what is found after a deploy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slipway.cloud.internet.address import VARIABLE
from slipway.errors import BadInput
from slipway.smoke.history import Before, Drift, Since, compare, keep, place, recall
from slipway.smoke.model import Result, Status

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def result(id_: str, status: Status, **seen: str) -> Result:
    return Result(id_, id_.partition(".")[0], status, f"{id_} {status}", seen, 0.1)


def since(before: list[Result], now: list[Result], *families: str) -> Since:
    return compare(Before(AT, {one.id: one for one in before}), now, families)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "staging.json"
    kept = (result("dns.ttl a", "passed", ttl="60"), result("tls.chain a", "failed"))
    keep(path, kept, AT)
    assert recall(path) == Before(AT, {one.id: one for one in kept})
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("before", "now", "group"),
    [
        ("passed", "failed", "broken"),
        ("passed", "skipped", "broken"),
        ("skipped", "failed", "broken"),
        ("failed", "failed", "still"),
        ("failed", "skipped", "still"),
        ("failed", "passed", "mended"),
        ("passed", "passed", ""),
        ("skipped", "passed", ""),
        ("skipped", "skipped", ""),
    ],
)
def test_only_what_passed_or_was_unknown_can_be_broken(before: Status, now: Status, group: str) -> None:
    """What failed before a deploy is not its fault; what is no longer looked at may be."""
    found = since([result("dns.ttl a", before)], [result("dns.ttl a", now)])
    groups = {name: len(getattr(found, name)) for name in ("broken", "still", "mended")}
    assert groups == {name: int(name == group) for name in groups}


def test_a_new_check_that_fails_is_broken_and_one_that_passes_is_nothing() -> None:
    found = since([], [result("dns.ttl new", "failed"), result("dns.ttl other", "passed")])
    assert [one.id for one in found.broken] == ["dns.ttl new"]
    assert found.drifted == ()


def test_values_that_moved_are_named_with_what_they_were() -> None:
    before = [result("tls.names a", "passed", serial="1f", names="a b"), result("tls.names b", "failed", serial="1")]
    now = [result("tls.names a", "passed", serial="2e", issuer="x"), result("tls.names b", "passed", serial="2")]
    assert since(before, [now[0]]).drifted == (
        Drift("tls.names a", "issuer", "", "x"),
        Drift("tls.names a", "names", "a b", ""),
        Drift("tls.names a", "serial", "1f", "2e"),
    )
    assert since(before, now).mended == (now[1],)


def test_what_is_no_longer_looked_at_is_named_unless_its_family_was_not_asked_for() -> None:
    before = [result("dns.ttl gone", "passed"), result("tls.chain gone", "passed")]
    assert since(before, []).gone == ("dns.ttl gone", "tls.chain gone")
    assert since(before, [], "dns").gone == ("dns.ttl gone",)


def test_without_results_from_before_the_advice_is_to_keep_some(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no results from before") as error:
        recall(tmp_path / "none.json")
    assert "before you apply" in error.value.advice


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "other"}', '{"schema": "slipway.smoke-results/1", "at": "x"}'])
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(BadInput, match="cannot be read"):
        recall(tmp_path / "a.json")


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot make"):
        keep(tmp_path / "file" / "a.json", (), AT)


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"XDG_STATE_HOME": "/state"}, "/state/slipway/smoke/staging.example.org.json"),
        ({}, f"{Path.home()}/.local/state/slipway/smoke/staging.example.org.json"),
        (
            {"XDG_STATE_HOME": "/state", VARIABLE: "/cloud/internet.json"},
            "/cloud/smoke/staging.example.org.json",
        ),
    ],
)
def test_a_local_clouds_results_go_with_the_cloud(variables: dict[str, Any], path: str) -> None:
    assert place("staging", "example.org", variables) == Path(path)
