"""The pack as the real engine runs it, against the local cloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PACK = ("--policy-pack", str(Path(__file__).parents[2] / "infra" / "policy-pack"))
SITE = Path(__file__).with_name("programs").joinpath("cdn.py").read_text()
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::block"

pytestmark = pytest.mark.engine


def site(edits: str = "") -> str:
    return f"{SITE}\n\nSite({edits})\n"


def test_good_site_passes_in_a_guarded_stack(new_project: Callable[..., Any]) -> None:
    """Every rule is asked with what a cloud answers, in the preview and in the update; nothing is found."""
    project = new_project("policy-good", site())
    project.pulumi("config", "set", "slipway:guarded", "true")
    run = project.pulumi("up", "--yes", *PACK)
    assert "✅ slipway@v" in run.text
    assert "mandatory" not in run.text
    assert "advisory" not in run.text
    assert "Traceback" not in run.text
    assert project.pulumi("preview", "--expect-no-changes", *PACK).status == 0


def test_resource_that_breaks_a_rule_is_never_made(new_project: Callable[..., Any]) -> None:
    """Also without a preview: the engine asks about a resource before it touches it."""
    project = new_project("policy-bad", site("block=lambda args: args.pop('block_public_policy')"))
    run = project.up(*PACK, expect=None)
    assert run.status != 0
    assert "access-block-complete" in run.text
    assert "block leaves block_public_policy off. Set all four to True." in " ".join(run.text.split())
    assert not any(name.endswith(BLOCK) for name in project.state())


def test_stack_that_breaks_a_rule_is_refused_by_its_preview(new_project: Callable[..., Any]) -> None:
    """Mandatory rules stop it before anything is made; a rule for guarded stacks is told, and refuses in one."""
    project = new_project("policy-stack", site("without=['alarm']"))
    told = project.pulumi("preview", *PACK)
    assert "no alarm watches the server errors of distribution" in " ".join(told.text.split())
    project.pulumi("config", "set", "slipway:guarded", "true")
    refused = project.pulumi("up", "--yes", *PACK, expect=None)
    assert refused.status != 0
    assert "alarm-present" in refused.text
    assert not any("Distribution" in name for name in project.state())


def test_level_of_a_rule_is_set_by_a_file(new_project: Callable[..., Any]) -> None:
    project = new_project("policy-config", site("without=['block']"))
    levels = project.directory / "policy.json"
    levels.write_text('{"access-block-present": "disabled", "alarm-present": "mandatory"}')
    run = project.pulumi("preview", *PACK, "--policy-pack-config", str(levels))
    assert "access-block-present" not in run.text
    levels.write_text('{"no-such-rule": "disabled"}')
    refused = project.pulumi("preview", *PACK, "--policy-pack-config", str(levels), expect=None)
    assert refused.status != 0
    assert "no-such-rule" in refused.text
