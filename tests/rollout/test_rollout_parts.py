"""Which paths a stack's plan is made of."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from slipway.rollout.parts import parts_of

TOP, BELOW = PurePosixPath(), PurePosixPath("infra/cdn")


def paths(declared: str, folder: PurePosixPath) -> list[str]:
    return [str(path) for path in parts_of(declared, folder, "production").all]


def test_project_at_the_top_has_one_lock() -> None:
    found = paths("name: cdn\nmain: infra/\n", TOP)
    assert found == ["Pulumi.yaml", "Pulumi.production.yaml", "infra", "requirements.lock"]


def test_project_below_the_top_may_share_the_lock_of_the_repository() -> None:
    assert paths("main: program\n", BELOW) == [
        *("infra/cdn/Pulumi.yaml", "infra/cdn/Pulumi.production.yaml", "infra/cdn/program"),
        *("requirements.lock", "infra/cdn/requirements.lock"),
    ]


@pytest.mark.parametrize("declared", ["name: cdn\n", "main: .\n", "main: ''\n", "main: [a]\n", "", "main: {", "- x"])
def test_without_a_directory_of_its_own_the_program_is_the_whole_project(declared: str) -> None:
    assert parts_of(declared, TOP, "production").program == TOP
    assert parts_of(declared, BELOW, "production").program == BELOW


@pytest.mark.parametrize("main", ["../program", "./../program/x/..", "infra/../../program"])
def test_program_beside_the_project_is_found_if_the_repository_holds_it(main: str) -> None:
    assert parts_of(f"main: {main}\n", PurePosixPath("cdn"), "production").program == PurePosixPath("program")
    assert parts_of(f"main: {main}\n", TOP, "production").program is None


def test_program_anywhere_else_is_not_in_the_repository() -> None:
    assert parts_of("main: /srv/program\n", TOP, "production").program is None
