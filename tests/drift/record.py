"""Records what the real engine prints about the site, before and after somebody changed it by hand.

python tests/drift/record.py     writes recorded/*.json
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from site_by_hand import PROGRAM, Hand, compact

from slipway.cloud import environment, process
from slipway.cloud.clock import Clock
from slipway.cloud.provider.cloud import Cloud
from slipway.engine import resolve

RECORDED = Path(__file__).parent / "recorded"
LIVE = ("refresh", "--preview-only", "--json")
REFRESHED = ("preview", "--refresh", "--json", "--show-sames", "--show-replacement-steps")


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "site"
        project.mkdir()
        (project / "Pulumi.yaml").write_text("name: site\nruntime: python\n")
        (project / "__main__.py").write_text(PROGRAM)
        process.start(Path(place) / "cloud", Clock(0))
        running = process.status(Path(place) / "cloud")
        assert running is not None
        shell = environment.within(running, resolve(), {**os.environ})

        def pulumi(*words: str) -> str:
            command = ["pulumi", *words, "--non-interactive", *(("--stack", "dev") if words[0] != "stack" else ())]
            return subprocess.run(command, cwd=project, env=shell, check=True, capture_output=True, text=True).stdout

        try:
            pulumi("stack", "init", "dev")
            pulumi("up", "--yes", "--skip-preview")
            exported = json.loads(pulumi("stack", "export", "--stack=dev"))["deployment"]["resources"]
            hand = Hand(Cloud(running.endpoint), {each["urn"]: each for each in exported})
            (RECORDED / "untouched.json").write_text(compact(pulumi(*LIVE)))
            hand.sets_ttl(30)
            hand.deletes_note()
            hand.tags_bucket(team="somebody", why="a test")
            hand.compresses(True)
            (RECORDED / "changed.json").write_text(compact(pulumi(*LIVE)))
            (RECORDED / "refreshed.json").write_text(compact(pulumi(*REFRESHED)))
        finally:
            process.stop(Path(place) / "cloud")


if __name__ == "__main__":
    main()
