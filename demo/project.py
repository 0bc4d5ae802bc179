"""Copies of the projects to edit, and the edits: the same lines a person would change in a stack's settings."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

__all__ = ["copy_outage", "copy_project", "put_name", "put_settings"]

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent


def copy_project(target: Path) -> Path:
    """The program, with stacks of the crates service and, in staging, its index, copied to `target`; returns it."""
    target.mkdir(parents=True)
    for path in (_ROOT / "Pulumi.yaml", *sorted((_HERE / "stacks").glob("Pulumi.*.yaml"))):
        shutil.copy(path, target)
    for name in ("__main__.py", "services"):
        source = _ROOT / "infra" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (target / "infra").mkdir(exist_ok=True)
        copy(source, target / "infra" / name)
    return target


def copy_outage(target: Path) -> Path:
    """The host of 2023-01-25, in plain resources (see `demo/outage`)."""
    return Path(shutil.copytree(_HERE / "outage", target))


def put_name(project: Path, stack: str, name: str, stage: str) -> None:
    """Set `slipway:crates.names.NAME` of a stack: certificate, alias or served (see docs/components.md)."""
    document = _settings(project, stack)
    document["config"]["slipway:crates"]["names"][name] = stage
    _write(project, stack, document)


def put_settings(project: Path, stack: str, **values: object) -> None:
    """Set values of the project's own namespace."""
    document = _settings(project, stack)
    document["config"] |= {f"{project.name}:{key}": value for key, value in values.items()}
    _write(project, stack, document)


def _settings(project: Path, stack: str) -> dict:
    return yaml.safe_load((project / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))


def _write(project: Path, stack: str, document: dict) -> None:
    (project / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
