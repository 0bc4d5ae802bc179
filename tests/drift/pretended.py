"""An engine that is pretended: it notes what it is asked and where, and prints what it was given for that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PretendedEngine", "unchanged"]

_SCRIPT = """#!/bin/sh
[ "$1" = version ] && { echo v3.259.0; exit; }
here=$(dirname "$0")
commit=$(git rev-parse HEAD)
echo "$commit $*" >> "$here/asked"
cat "$here/$commit.$1.json" 2>/dev/null || cat "$here/$1.json" || { echo "error: $1 was not expected" >&2; exit 1; }
"""


@dataclass(frozen=True, slots=True)
class PretendedEngine:
    """In a directory, which goes first on PATH."""

    directory: Path

    def install(self) -> None:
        self.directory.mkdir()
        for name, text in (("pulumi", _SCRIPT), ("pulumi-language-python", "#!/bin/sh\n")):
            (self.directory / name).write_text(text)
            (self.directory / name).chmod(0o755)

    def prints(self, command: str, document: str, at: str = "") -> None:
        """For a command, at any commit or at this one."""
        (self.directory / f"{at}{'.' if at else ''}{command}.json").write_text(document)

    def asked(self) -> list[tuple[str, str]]:
        """Every command so far with the commit that it was asked at."""
        path = self.directory / "asked"
        lines = path.read_text().splitlines() if path.is_file() else []
        return [(line.split()[0], line.split()[1]) for line in lines]


def unchanged(document: str) -> str:
    """A recorded preview of which only the steps are left that do nothing."""
    read = json.loads(document)
    steps = [step for step in read["steps"] if step["op"] == "same"]
    return json.dumps({"steps": steps, "changeSummary": {"same": len(steps)}})
