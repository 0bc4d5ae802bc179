"""The routers' tables, read for a live environment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from little.site import ROOT, Site

from slipway.config import read_file
from slipway.errors import BadInput
from slipway.smoke.golden import Row, tables

STAGING = read_file(ROOT / "Pulumi.staging.yaml")


def row(**cells: str) -> Row:
    found = {"name": "x", **cells}
    return _read([found])[0]


def _read(rows: object, text: str = "") -> tuple[Row, ...]:
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "services" / "golden"
        folder.mkdir(parents=True)
        (folder / "one.json").write_text(text or json.dumps(rows))
        return tables(Path(directory))["one"]


def test_the_projects_tables_are_found_beside_its_program() -> None:
    found = tables(ROOT)
    assert set(found) == {"crates", "documentation", "redirect", "releases"}
    assert sum(len(rows) for rows in found.values()) > 200


def test_a_project_without_tables_has_none(tmp_path: Path) -> None:
    assert tables(tmp_path) == {}
    (tmp_path / "Pulumi.yaml").write_text("[")
    assert tables(tmp_path) == {}


def test_services_without_a_table_are_said_to_have_none(site: Site, tmp_path: Path) -> None:
    site.project = tmp_path
    results = site.results("golden")
    assert {one.status for one in results.values()} == {"skipped"}
    assert f"there is no golden table of crates in {tmp_path}" in {one.message for one in results.values()}


@pytest.mark.parametrize("text", ["{", "[1]", '[{"name": "no path"}]', '{"a": 1}'])
def test_what_is_no_table_is_refused_with_its_path(text: str) -> None:
    with pytest.raises(BadInput, match=r"one\.json is no golden table"):
        _read(None, text)


@pytest.mark.parametrize(
    ("table", "host", "asked", "status"),
    [
        ("https://install.example.org/rustup.sh", "static.staging.example.net", "https://sh.staging.example.org/", 301),
        ("https://doc.example.org/stable", "static.staging.example.net", "https://doc.staging.example.net/", 301),
        ("https://new.example.net/a", "blog.staging.example.org", "https://blog.example.com/", 302),
        ("/stable/", "doc.staging.example.net", "/stable/", 301),
    ],
)
def test_hosts_of_the_table_become_those_of_the_environment(table: str, host: str, asked: str, status: int) -> None:
    found = row(path="/x", redirect=table).at(STAGING, host)
    assert found.redirect.startswith(asked)
    assert found.status == status


@pytest.mark.parametrize("path", ["/a/../b", "/.", "/é", "/\\evil.example"])
def test_a_path_that_is_changed_on_the_way_is_not_asked_for(path: str) -> None:
    """Clients resolve dots and encode what is no character of URLs: the answer would not be the row's."""
    assert not row(path=path, uri=path).is_asked(local=False)
    assert row(path="/a..b/%2e%2e", uri="/").is_asked(local=False)


def test_a_row_that_ministack_answers_otherwise_is_asked_of_the_real_cdn_alone() -> None:
    found = row(path="/a", uri="/a", ministack="why")
    assert (found.is_asked(local=True), found.is_asked(local=False)) == (False, True)


def test_a_target_is_sent_with_its_query_string() -> None:
    found = row(path="/a b+c", query="d=%26", uri="/e", uri_query="d=%26")
    assert (found.target, found.rewritten) == ("/a%20b+c?d=%26", "/e?d=%26")
