from __future__ import annotations

import re
from importlib.resources import files

import pytest

from slipway.engine import VERSION
from slipway.engine.build import GO_MINIMUM
from slipway.engine.model import HOST_VERSION


def locked(module: str, name: str) -> str:
    return (files("slipway.engine") / "go" / module / name).read_text()


@pytest.mark.parametrize(
    ("module", "requirement"),
    [("cli", f"pkg/v3 v{VERSION}"), ("cli", f"sdk/v3 v{VERSION}"), ("host", f"sdk/v3 v{HOST_VERSION}")],
)
def test_locked_modules_are_the_versions_that_are_built(module, requirement):
    assert f"github.com/pulumi/pulumi/{requirement} " in locked(module, "go.mod")
    assert f"github.com/pulumi/pulumi/{requirement} h1:" in locked(module, "go.sum")


def test_go_that_is_asked_for_is_the_one_the_modules_need():
    asked = re.search(r"^go (\S+)$", locked("cli", "go.mod"), re.MULTILINE)
    assert asked is not None
    assert asked.group(1) == str(GO_MINIMUM)


def test_clipboard_is_replaced_by_the_fork_that_pulumi_uses():
    """Pulumi's own go.mod replaces it too, but a replacement counts in the main module alone."""
    assert "replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-" in locked("cli", "go.mod")
