"""A ledger in a folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from scribe import Opener

from slipway.ledger import Book
from slipway.ledger.store import open_store
from slipway.ledger.witness import Witness


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def opener(place: Path, tmp_path: Path) -> Opener:
    """Opens the ledger of production on some machine: each has a witness of its own."""

    def of(machine: str = "laptop", environment: str = "production", **variables: str) -> Book:
        witness = Witness(tmp_path / machine / f"{environment}.json")
        return Book(environment, open_store(str(place), environment), witness, variables)

    return of


@pytest.fixture
def book(opener: Opener) -> Book:
    return opener()
