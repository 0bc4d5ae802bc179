"""The tree says what it is: imports point one way, and no test patches what it tests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "infra" / "slipway"
PURE = ("plan", "preflight", "split", "report", "facts")
WORLD = {
    "boto3",
    "botocore",
    "pulumi",
    "pulumi_aws",
    "socket",
    "subprocess",
    "time",
    "datetime",
    "urllib",
    "http",
    "os",
}


def imports(path: Path) -> set[str]:
    """Every module a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def files(*parts: str) -> list[Path]:
    return sorted(path for part in parts for path in (PACKAGE / part).rglob("*.py"))


@pytest.mark.parametrize("path", files(*PURE), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_core_imports_no_world(path: Path) -> None:
    """No engine, cloud, clock or network where plans are read and judged."""
    assert {name.split(".")[0] for name in imports(path)} & WORLD == set()


@pytest.mark.parametrize(
    ("part", "may"),
    [
        ("facts", set()),
        ("plan", {"facts"}),
        ("preflight", {"durations", "facts", "plan"}),
        ("split", {"durations", "plan", "preflight"}),
        ("report", {"plan", "preflight", "split"}),
        ("engine", {"files"}),
        ("components", {"config", "runbooks"}),
        ("cloud", {"durations", "engine", "facts", "files"}),
        ("rehearsal", {"cloud", "engine", "plan", "preflight", "report"}),
        ("downloads", {"aws", "engine", "files", "plan", "report"}),
        ("smoke", {"cloud", "config", "report", "state", "urls"}),
        ("ledger", {"aws", "engine", "files", "plan", "state"}),
        ("watch", {"aws", "downloads", "engine", "report", "runbooks", "stack_outputs"}),
        ("policy", {"plan", "preflight"}),
        ("downloads/generate", {"downloads"}),
        ("downloads/store", {"downloads", "engine", "plan"}),
        (
            "drift",
            {
                "config",
                "engine",
                "git",
                "ledger",
                "plan",
                "preflight",
                "report",
                "repository",
                "rollout",
                "stack_settings",
            },
        ),
        ("guard", {"aws", "config", "engine", "git", "ledger", "plan", "preflight", "route53", "stack_settings"}),
        ("review", {"config", "git", "ledger", "plan", "preflight"}),
        (
            "rollout",
            {
                "aws",
                "config",
                "engine",
                "fetch",
                "files",
                "git",
                "guard",
                "ledger",
                "located",
                "plan",
                "preflight",
                "report",
                "repository",
                "review",
                "route53",
                "smoke",
                "split",
                "stack_outputs",
                "stack_settings",
                "state",
                "watch",
            },
        ),
        ("moves", {"aws", "engine", "git", "ledger", "located", "plan", "smoke", "state", "route53"}),
    ],
)
def test_packages_depend_one_way(part: str, may: set[str]) -> None:
    """Each package imports itself, errors, and those it stands on."""
    used = {
        name.split(".")[1]
        for path in files(part)
        for name in imports(path)
        if name.startswith("slipway.") and not name.startswith("slipway.__")
    }
    assert used - {part, "errors"} <= may


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_tests_patch_nothing(path: Path) -> None:
    """Fakes with a vocabulary of their own, never a patch into the code under test."""
    text = path.read_text(encoding="utf-8")
    assert "mock" + ".patch" not in text
    assert "Magic" + "Mock" not in text


def test_every_module_says_what_it_is_and_what_it_offers() -> None:
    """A docstring and `__all__` in each."""
    bare = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        offered = any(
            isinstance(target, ast.Name) and target.id == "__all__"
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
        if path.name != "__main__.py" and not (ast.get_docstring(tree) and offered):
            bare.append(str(path.relative_to(ROOT)))
    assert bare == []
