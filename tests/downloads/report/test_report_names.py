"""The deprecation list: who still asks for a name that is not the crate's."""

from __future__ import annotations

import string
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.downloads.report import read_names
from slipway.downloads.report.model import Spelling
from slipway.downloads.report.queries import CANONICAL, canonical_fold
from slipway.errors import BadInput

DAY, LATER = "2026-08-01", "2026-08-03"


def test_other_spellings_are_listed_from_downloads_and_from_what_was_missed(counts) -> None:
    counts.download(DAY, "serde_json", 100).download(DAY, "Serde-JSON", 3, cdn="fastly")
    counts.miss(DAY, "serde-json", 7).miss(LATER, "serde-json", 1).miss(
        DAY, "serde-json", 2, status="404", cdn="fastly"
    )
    assert counts.reported().spellings == (
        Spelling("serde-json", "serde_json", 10, {"403": 8, "404": 2}, date(2026, 8, 3)),
        Spelling("Serde-JSON", "serde_json", 3, {"200": 3}, date(2026, 8, 1)),
    )


def test_canonical_name_is_the_most_downloaded_of_all_days(counts) -> None:
    """Not of the days that the report is about."""
    counts.download("2026-01-01", "a-b", 1000).download(DAY, "a_b", 5).download(DAY, "a-b", 1)
    (found,) = counts.reported(first=DAY).spellings
    assert (found.crate, found.canonical) == ("a_b", "a-b")


def test_of_names_downloaded_alike_the_first_is_canonical(counts) -> None:
    counts.download(DAY, "a_b", 5).download(DAY, "A-b", 5)
    (found,) = counts.reported().spellings
    assert (found.crate, found.canonical) == ("a_b", "A-b")


def test_name_that_nobody_ever_got_is_no_crate(counts) -> None:
    """A scanner's guesses, in two spellings."""
    counts.download(DAY, "real", 1).miss(DAY, "wp-admin", 50).miss(DAY, "wp_admin", 50)
    assert counts.reported().spellings == ()


def test_other_letters_are_other_names(counts) -> None:
    """Crates are named in ASCII; `É` and `é` are not each other."""
    counts.download(DAY, "é", 5).download(DAY, "É", 5).download(DAY, "serde", 5).miss(DAY, "serde2", 1)
    assert counts.reported().spellings == ()


def test_given_names_decide_whatever_is_downloaded_most(counts, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\ufeffserde-json\r\n\n  rand  \n", encoding="utf-8")
    counts.download(DAY, "serde_json", 100).download(DAY, "serde-json", 1).miss(DAY, "RAND", 4).miss(DAY, "Other", 1)
    found = counts.download(DAY, "other", 9).reported(names=read_names(names))
    assert [(each.crate, each.canonical) for each in found.spellings] == [
        ("serde_json", "serde-json"),
        ("RAND", "rand"),
    ]
    assert found.listed


def test_every_given_name_is_canonical(counts, tmp_path: Path) -> None:
    """Also two that differ by case alone, as an old registry may have them."""
    names = tmp_path / "names.txt"
    names.write_text("Foo\nfoo\n", encoding="utf-8")
    counts.download(DAY, "foo", 1).download(DAY, "Foo", 1).download(DAY, "FOO", 1)
    assert [each.crate for each in counts.reported(names=read_names(names)).spellings] == ["FOO"]


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe", "not UTF-8"), (b"\n \n", "names no crate")])
def test_file_that_names_nothing_is_bad_input(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read_names(tmp_path / "names.txt")
    with pytest.raises(BadInput, match="cannot read"):
        read_names(tmp_path)


@given(st.lists(st.text(string.ascii_letters + string.digits + "-_é\u0130\u017f", min_size=1, max_size=4), unique=True))
def test_database_and_report_fold_names_alike(names: list[str]) -> None:
    """One in SQL, the other in Python; and as the registry does, whose rule is said in another way here."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE downloads AS SELECT UNNEST(?::TEXT[]) AS crate, 1 AS downloads", [names])
        rows = connection.execute(CANONICAL).fetchall()
    folded = {"".join(c.lower() if c.isascii() else c for c in name).replace("-", "_") for name in names}
    assert {row[0] for row in rows} == folded == set(map(canonical_fold, names))
    assert all(crate == min(name for name in names if canonical_fold(name) == fold) for fold, crate in rows)
