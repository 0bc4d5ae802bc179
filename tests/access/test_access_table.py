"""The table against the program: what it registers, and what it calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from slipway.access import Scope
from slipway.access.needs import TYPES
from slipway.access.scope import owners, read_scope
from slipway.errors import BadInput, ConfigError

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:athena/workgroup:Workgroup": "workgroup",
    "aws:cloudfront/function:Function": "function",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
    "aws:iam/role:Role": "role",
    "aws:scheduler/schedule:Schedule": "schedule",
    "aws:sns/topic:Topic": "topic",
    "aws:sqs/queue:Queue": "queue",
    "aws:wafv2/webAcl:WebAcl": "webacl",
}


@pytest.fixture(scope="module")
def registered() -> list[dict[str, Any]]:
    """What the program registers for the committed production stack."""
    config = yaml.safe_load((ROOT / "Pulumi.production.yaml").read_text())["config"]
    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "components" / "record_program.py")],
        input=json.dumps(flat),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [item for item in json.loads(done.stdout) if item["custom"]]


@pytest.mark.process
def test_every_type_of_the_program_is_in_the_table(registered: list[dict[str, Any]]) -> None:
    """A new type needs a row before anybody can deploy it."""
    assert {item["type"] for item in registered} - set(TYPES) == set()


@pytest.mark.process
def test_every_name_begins_with_an_owner_of_its_kind(registered: list[dict[str, Any]], production: Scope) -> None:
    """The ARNs are made of the beginnings; a resource that is called otherwise could not be deployed."""
    named = [item for item in registered if item["type"] in KINDS]
    assert named
    strangers = [
        item["urn"]
        for item in named
        if not any(f"{item['name']}-".startswith(f"{name}-") for name in owners(production, KINDS[item["type"]]))
    ]
    assert strangers == []


def test_no_row_is_of_a_type_that_nothing_uses() -> None:
    """A right that the program gave up is a right to take away."""
    sources = [ROOT / "infra" / "slipway" / "components", ROOT / "infra" / "services"]
    text = "".join(path.read_text() for source in sources for path in source.glob("*.py"))
    called = {name: f"{name.split(':')[1].split('/')[0]}.{name.split(':')[2]}(" for name in TYPES}
    assert [name for name, call in called.items() if call not in text] == []


@pytest.mark.parametrize("account", ["", "12345678901", "1234567890123", "12345678901a"])
def test_account_that_is_none_is_bad_input(account: str) -> None:
    """Before anything is read."""
    with pytest.raises(BadInput, match="is no AWS account"):
        read_scope("production", ROOT, account)


def test_settings_that_cannot_be_read_are_bad_input(tmp_path: Path) -> None:
    """The file's own mistake, or that it is not there."""
    with pytest.raises(ConfigError):
        read_scope("production", tmp_path, "123456789012")
    (tmp_path / "Pulumi.production.yaml").write_text((ROOT / "Pulumi.production.yaml").read_text())
    with pytest.raises(BadInput, match=r"no Pulumi\.yaml with a name"):
        read_scope("production", tmp_path, "123456789012")
