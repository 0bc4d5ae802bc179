"""Lock files beside what is installed."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from slipway.located import lock_of
from slipway.rollout.installed import differences, installed

ROOT = Path(__file__).parents[2]


def test_this_python_has_what_the_committed_lock_says() -> None:
    have = installed()
    assert have["pulumi-aws"] == version("pulumi-aws")
    assert differences((ROOT / "requirements.lock").read_text(), have) == ()


@pytest.mark.parametrize(
    ("lock", "found"),
    [
        ("a-b==1.0 \\\n    --hash=sha256:00\n", ()),
        ("A_b==1.0\n", ()),
        ("a.b[extra]==1.0 ; python_version < '3.12'\n", ()),
        ("a-b==1.1\n", ("a-b 1.0 and not 1.1",)),
        ("a-b==1.1 ; x\na-b==1.0 ; y\n", ()),
        ("a-b==1.2 ; x\na-b==1.1 ; y\n", ("a-b 1.0 and not 1.1 or 1.2",)),
        ("# a-b==1.1\n    # via a-b==1.1\nother==3\n", ()),
        ("", ()),
    ],
)
def test_only_other_versions_differ(lock: str, found: tuple[str, ...]) -> None:
    assert differences(lock, {"a-b": "1.0"}) == found


def test_first_folder_on_the_path_is_the_one_that_counts(tmp_path: Path) -> None:
    for folder in ("one/a_b-1.0.dist-info", "two/a.b-2.0.dist-info", "two/c-3.dist-info"):
        (tmp_path / folder).mkdir(parents=True)
    have = installed([str(tmp_path / "one"), str(tmp_path / "two"), str(tmp_path / "none")])
    assert have == {"a-b": "1.0", "c": "3"}


def test_lock_is_the_projects_own_or_else_the_repositorys(tmp_path: Path) -> None:
    project = tmp_path / "outside" / "repository" / "project"
    project.mkdir(parents=True)
    (project.parent / ".git").mkdir()
    (tmp_path / "outside" / "requirements.lock").touch()
    assert lock_of(project) is None
    (project.parent / "requirements.lock").touch()
    assert lock_of(project) == project.parent / "requirements.lock"
    (project / "requirements.lock").touch()
    assert lock_of(project) == project / "requirements.lock"
