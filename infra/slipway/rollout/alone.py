"""One apply, rollout or rollback of a stack at a time on this machine: the ledger knows who began, but not whether that
one still lives."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from slipway.errors import BadInput
from slipway.guard.permission import Refused
from slipway.ledger import Kind
from slipway.state import state_folder

__all__ = ["alone"]


@contextmanager
def alone(
    project: str, stack: str, variables: Mapping[str, str], who: Callable[[], str], doing: Kind
) -> Iterator[None]:
    """Be the only one on this machine who does this to the stack; the kernel ends that when this process is gone,
    however.

    Raises Refused, with what `who` says, if somebody is at it here; BadInput if the state folder cannot be written to.
    """
    path = state_folder("applies", variables) / project / f"{stack}.{doing}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise BadInput(f"cannot open {path}: {error.strerror}", "Set XDG_STATE_HOME to a directory of yours.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(who(), f"It still runs on this machine. See: slipway ledger show {stack}") from None
        yield
