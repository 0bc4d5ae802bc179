"""The lock that the engine keeps on a stack: whose it is, whether that one still lives, and what to do about it.

A killed engine leaves its lock, and `pulumi cancel` removes every lock without asking whose it is: it is only run here
when all of them were taken by processes of this user on this machine that are gone. Only a backend of files, in a
folder or a bucket, has such locks; Pulumi Cloud's refusal is passed on as it is.
"""

from __future__ import annotations

import os
import pwd
import re
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from slipway.engine.progress import on_stderr
from slipway.errors import EngineError
from slipway.guard.permission import Refused
from slipway.rollout.command import Pulumi

__all__ = ["Holder", "holders", "own_the_stack"]

_HELD = re.compile(r": created by (?P<user>.*)@(?P<host>[^@\s]*) \(pid (?P<pid>\d+)\) at (?P<since>\S+)\s*$", re.M)
_LOCKED = ("is currently locked by", "Another update is currently in progress")
_TAKEN = "already exists"
_PATIENCE = 7200.0  # seconds; a distribution may take the official provider 90 minutes
_ENDING = 60.0  # seconds that the plugins of a killed engine have to finish what they are at
_EVERY = 1.0  # seconds
_HOST = "pulumi-language-"  # It only runs the program, and stays for a while.


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, and since when, as the engine wrote it into the lock."""

    user: str
    host: str
    pid: int
    since: str

    def __str__(self) -> str:
        return f"{self.user}@{self.host} (process {self.pid}) since {self.since}"


def holders(said: str) -> tuple[Holder, ...]:
    """The holders that the engine names in its refusal of a locked stack (Pulumi, pkg/backend/diy/lock.go). Pure."""
    return tuple(Holder(m["user"], m["host"], int(m["pid"]), m["since"]) for m in _HELD.finditer(said))


def own_the_stack(pulumi: Pulumi) -> None:
    """Return when nobody holds the stack's lock. An engine of this user on this machine that still applies is waited
    for; the locks of those that are gone are let go of.

    Raises Refused, with who and since when, for a lock of another user or machine, which nothing can be known about
    from here; EngineError if the engine fails over something else.
    """
    started = time.monotonic()
    with on_stderr() as progress:
        while held := _held(pulumi):
            alive = [each for each in held if _lives(each.pid)]
            if not alive:
                for each in held:
                    progress.note(f"the lock of {each} is let go of: that process is gone")
                    _await_the_end(each.pid)
                pulumi.done("cancel", "--yes")
                continue
            if time.monotonic() - started > _PATIENCE:
                raise _refused(pulumi, alive)
            progress.tick(f"waiting for the engine that still applies: {alive[0]}")
            time.sleep(_EVERY)


def _held(pulumi: Pulumi) -> Sequence[Holder]:
    """The locks on the stack, all of this user on this machine. Renaming it to its own name asks: the engine takes the
    lock, sees that the name is taken, and writes nothing. (A refresh of nothing would write the state, and forget about
    the updates that were under way.)"""
    outcome = pulumi.run("stack", "rename", pulumi.environment.stack)
    said = outcome.stderr + outcome.stdout
    if not any(words in said for words in _LOCKED):
        if _TAKEN in said or not outcome.status:
            return ()
        raise EngineError(f"the stack's lock cannot be taken: {pulumi.said(outcome)}")
    held = holders(said)
    if not held:
        raise Refused(
            f"{pulumi.environment.stack} is being updated by somebody else: {pulumi.said(outcome)}",
            "Wait for that to end.",
        )
    us = pwd.getpwuid(os.getuid()).pw_name, socket.gethostname()
    if others := [each for each in held if (each.user, each.host) != us]:
        raise _refused(pulumi, others)
    return held


def _refused(pulumi: Pulumi, held: Sequence[Holder]) -> Refused:
    stack = pulumi.environment.stack
    return Refused(
        f"{stack} is locked by {', '.join(map(str, held))}",
        f"Wait for that to end. If that process is gone for certain: pulumi cancel --yes --stack {stack} && "
        f"slipway apply {stack} --resume",
    )


def _lives(pid: int) -> bool:
    """Whether the process is there and is the engine: a number may by now belong to something else."""
    return "pulumi" in _commands(str(pid)).get(pid, "")


def _await_the_end(session: int) -> None:
    """Wait for the plugins of a killed engine, which had a session of its own: they finish the call that they are at,
    and what comes of it is only to be seen after that."""
    deadline = time.monotonic() + _ENDING
    while time.monotonic() < deadline:
        if not [pid for pid, words in _commands().items() if _HOST not in words and _session(pid) == session]:
            return
        time.sleep(_EVERY / 4)


def _commands(pid: str = "") -> dict[int, str]:
    """The command lines of the processes that are there, or of one of them; those that only wait to be collected are
    gone."""
    which = ["-p", pid] if pid else ["-ax"]
    shown = subprocess.run(
        ["ps", *which, "-o", "pid=,stat=,command="], capture_output=True, text=True, check=False
    ).stdout
    lines = (line.split(None, 2) for line in shown.splitlines())
    return {int(parts[0]): parts[2] for parts in lines if len(parts) == 3 and not parts[1].startswith("Z")}


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0
