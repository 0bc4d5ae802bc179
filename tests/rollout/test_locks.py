"""Who holds a stack's lock, by what the engine says."""

from __future__ import annotations

from slipway.rollout.locks import Holder, holders

REFUSED = """error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete \
the lock file with `pulumi cancel`.
  file:///state/.pulumi/locks/organization/cdn/production/8b1e.json?no_tmp_dir=true: created by root@vm (pid 29559) at \
2026-11-22T00:33:09Z
  s3://state/.pulumi/locks/organization/cdn/production/90aa.json: created by CORP\\ada lovelace@build-7.example.org \
(pid 4) at 2026-11-22T01:33:09+01:00
"""


def test_every_lock_says_who_and_since_when() -> None:
    assert holders(REFUSED) == (
        Holder("root", "vm", 29559, "2026-11-22T00:33:09Z"),
        Holder("CORP\\ada lovelace", "build-7.example.org", 4, "2026-11-22T01:33:09+01:00"),
    )
    assert str(holders(REFUSED)[0]) == "root@vm (process 29559) since 2026-11-22T00:33:09Z"


def test_other_words_name_nobody() -> None:
    assert holders("error: [409] Conflict: Another update is currently in progress.") == ()
    assert holders("created by hand") == ()
