"""Binds the guard to every resource of the program: the engine asks it before it creates, updates or deletes.

A hook that raises stops the step, and with it the apply, inside the engine; whoever started it, and however. Hooks are
kept in the state by name, so that they are asked for resources that the program no longer has as well, and the engine
runs no `pulumi destroy` of such a stack without `--run-program`. Source: Pulumi, "Resource hooks".
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pulumi

from slipway import git
from slipway.config import StackConfig
from slipway.errors import SlipwayError
from slipway.guard import live
from slipway.guard.base import base_in_state
from slipway.guard.here import here
from slipway.guard.permission import Permission, Refused, again, standing
from slipway.guard.steps import Deed, permits
from slipway.guard.words import APPLY, BY, BY_HAND
from slipway.ledger import Book, Link, Overtaken, Step, open_book, under_way
from slipway.stack_settings import ledger_place

__all__ = ["bind"]

_NAME = "slipway-guard-before-"
# Hooks read the ledger and ask AWS while the program goes on. The loop's own threads are no place for that: in each of
# them a registration may wait for the engine, which waits for a hook.
_THREADS = ThreadPoolExecutor(8, "slipway-guard")
_SUPERSEDING = ("approval", "rollback")


def bind(stack: StackConfig, ledger: str) -> None:
    """Bind the guard to every resource that the program registers from now on; `ledger` is where approvals stand."""
    guard = _Guard(stack, ledger, _project(Path.cwd()), pulumi.get_project(), pulumi.get_stack())
    binding = pulumi.ResourceHookBinding(
        before_create=[_hook("create", guard.before)],
        before_update=[_hook("update", guard.before)],
        before_delete=[_hook("delete", guard.before)],
    )

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(hooks=binding))
        return pulumi.ResourceTransformResult(args.props, opts)

    pulumi.runtime.register_resource_transform(transform)


def _project(program: Path) -> Path:
    """The directory of the project whose program runs in a directory: that one, or one above it. (The SDK knows it as
    well, but older language hosts do not tell it.)"""
    return next((each for each in (program, *program.parents) if (each / "Pulumi.yaml").is_file()), program)


def _hook(deed: Deed, ask: Callable[[Deed, pulumi.ResourceHookArgs], None]) -> pulumi.ResourceHook:
    def before(args: pulumi.ResourceHookArgs) -> Awaitable[None]:
        return asyncio.get_running_loop().run_in_executor(_THREADS, ask, deed, args)

    return pulumi.ResourceHook(f"{_NAME}{deed}", before)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is permitted in this run of the engine, by the ledger: the approval, its plan's steps by resource, the last
    entry when it was looked at."""

    book: Book
    permission: Permission
    steps: Mapping[str, list[Step]]
    seen: int


@dataclass(slots=True)
class _Guard:
    """Asked before every step. What stands in the ledger is read before the first one, once."""

    config: StackConfig
    ledger: str
    project: Path
    name: str
    stack: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _opened: _Opened | SlipwayError | None = None

    def before(self, deed: Deed, args: pulumi.ResourceHookArgs) -> None:
        """Raises if the step may not be taken; the engine shows the message."""
        try:
            self._check(deed, args)
        except SlipwayError as error:
            refused = isinstance(error, Refused | Overtaken)  # Else nobody knows, and it may be asked again.
            said = f"{'no' if refused else 'cannot ask about the'} {deed} of {args.name}: {error.message}"
            raise RuntimeError(f"slipway: {said}. {error.advice}") from None

    def _check(self, deed: Deed, args: pulumi.ResourceHookArgs) -> None:
        opened = self._open()
        if not permits(opened.steps.get(args.urn, ()), deed, args.old_inputs, args.new_inputs):
            raise Refused("this step is not in the approved plan", again(self.stack))
        if deed != "create" and live.serves(args.type):
            self._check_newest(opened)
            serving = opened.permission.preflight.deed.serving
            if against := live.objection(deed, args.type, args.old_outputs or {}, serving):
                raise Refused(against, f"Look at it first: slipway drift {self.stack}")

    def _open(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                try:
                    self._opened = self._look()
                except SlipwayError as error:
                    self._opened = error
            if isinstance(self._opened, SlipwayError):
                raise self._opened
            return self._opened

    def _look(self) -> _Opened:
        book = open_book(ledger_place(self.ledger, self.project), self.config.environment)
        now = here(self.project, self.name, self.stack)
        permission = standing(book.backwards(), now, self.config.rollout.approval_hours)
        plan = permission.preflight.deed
        steps: dict[str, list[Step]] = defaultdict(list)
        for step in plan.steps:
            steps[step.urn].append(step)
        full = f"{pulumi.get_organization()}/{self.name}/{self.stack}"
        if base_in_state(full, self.project, steps) != plan.base:
            raise Refused("what is deployed has changed since the preflight", again(self.stack))
        return _Opened(book, permission, steps, self._begun(book, permission))

    def _begun(self, book: Book, permission: Permission) -> int:
        """Note that the apply begins, unless whoever runs the engine has; the number of the ledger's last entry."""
        last, begun = book.last(), under_way(book.backwards(), "apply")
        named = os.environ.get(APPLY, "")
        if named and not (begun and str(begun.entry.number) == named and _is_about(begun, permission)):
            raise Refused(f"entry {named} of the ledger is no apply of what is approved", again(self.stack))
        if not named and not (begun and _is_about(begun, permission)):
            deed = permission.begun({BY: BY_HAND})
            last = book.append(deed, git.author(self.project), after=last.entry.number if last else 0)
        return last.entry.number if last else 0

    def _check_newest(self, opened: _Opened) -> None:
        """No newer plan has been approved since this apply began."""
        for link in opened.book.backwards():
            if link.entry.number <= opened.seen:
                return
            if link.entry.deed.kind in _SUPERSEDING:
                raise Overtaken(link)


def _is_about(begun: Link, permission: Permission) -> bool:
    return begun.entry.deed.of == permission.approval.number
