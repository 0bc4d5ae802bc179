"""A copy of the project to edit, and the edits: the same lines a person would change in Pulumi.production.yaml."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

__all__ = ["copy_project", "put_name"]

_ROOT = Path(__file__).resolve().parent.parent
_STACKS = Path(__file__).resolve().parent / "stacks"


def copy_project(target: Path) -> Path:
    """The program, with stacks of the crates service alone, copied to `target`; returns it."""
    target.mkdir(parents=True)
    for path in (_ROOT / "Pulumi.yaml", *sorted(_STACKS.glob("Pulumi.*.yaml"))):
        shutil.copy(path, target)
    for name in ("__main__.py", "services"):
        source = _ROOT / "infra" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (target / "infra").mkdir(exist_ok=True)
        copy(source, target / "infra" / name)
    return target


def put_name(project: Path, stack: str, name: str, stage: str) -> None:
    """Set `slipway:crates.names.NAME` of a stack: certificate, alias or served (see docs/components.md)."""
    path = project / f"Pulumi.{stack}.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["config"]["slipway:crates"]["names"][name] = stage
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
