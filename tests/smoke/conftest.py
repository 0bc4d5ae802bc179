"""A little internet on real sockets, and an environment in it that is as it should be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from little.site import Site, serving


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Served while a test lasts; what the test changes of it is answered at once."""
    directory = tmp_path / "certificates"
    directory.mkdir()
    found = Site(directory)
    with serving(found):
        yield found
