"""The rules as a set: each told apart, explained, documented, with a program it refuses and one it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.policy import RULES, Level

HERE = Path(__file__).parent
DOCUMENT = (HERE.parents[1] / "docs" / "policy.md").read_text()


@pytest.mark.parametrize("field", ["ID", "TITLE", "WHY", "SOURCE"])
def test_every_policy_rule_has_its_own_words(field: str) -> None:
    texts = [getattr(rule, field) for rule in RULES]
    assert all(texts)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_every_policy_rule_is_a_file_of_its_name_with_two_programs(rule) -> None:
    name = rule.ID.replace("-", "_")
    assert rule.__name__ == f"slipway.policy.rules.{name}"
    text = (HERE / "programs" / f"{name}.py").read_text()
    assert "def good()" in text
    assert "def bad()" in text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_every_policy_rule_stands_in_the_table_with_its_level(rule) -> None:
    (row,) = [line for line in DOCUMENT.splitlines() if line.startswith(f"| `{rule.ID}` ")]
    assert rule.TITLE in row
    assert ("guarded" in row) is (rule.LEVEL is Level.GUARDED)


def test_the_table_and_the_programs_know_no_other_rule() -> None:
    known = {rule.ID for rule in RULES}
    assert {line.split("`")[1] for line in DOCUMENT.splitlines() if line.startswith("| `")} == known
    files = {path.stem.replace("_", "-") for path in (HERE / "programs").glob("*.py")}
    assert files - known == {"cdn"}


def test_every_rule_file_is_asked() -> None:
    import slipway.policy.rules as package

    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == {rule.ID.replace("-", "_") for rule in RULES}
