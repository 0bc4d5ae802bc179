"""One entry of a ledger: who did what when, sealed by its hash and chained to the entry before it. Pure.

A file is `{"entry": {...}, "hash": "sha256:..."}`; the hash is over the entry's very bytes, in which the hash of the
entry before it stands. So one changed byte anywhere shows in its own file, and again in the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias, get_args

import msgspec

__all__ = ["KINDS", "Deed", "Entry", "Kind", "Link", "Malformed", "Outcome", "Step", "Value", "opened", "sealed"]

Kind: TypeAlias = Literal[
    "preflight", "rehearsal", "approval", "apply", "smoke", "soak", "rollout", "rollback", "move", "drift", "override"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Value: TypeAlias = str | int | float | bool
Outcome: TypeAlias = Literal["approved", "refused", "passed", "failed", "begun", "done", "inconclusive"]


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a plan, so that the very step can be told from another when the engine takes it. `old` and `new` are
    digests of the resource's inputs before and after it, empty where there are none; `unknown` are JSON pointers
    into the new ones to what is not known before the apply, or secret, and so not digested."""

    op: str
    urn: str
    old: str = ""
    new: str = ""
    unknown: tuple[str, ...] = ()


class Malformed(ValueError):
    """A file that is no entry; the message says why."""


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written down. `commit` is that of the program, `plan` and `config` are digests of the plan and of the
    stack's settings; `changes` are titles, `proof` counts hostnames by status, `rules` are those that refused.
    `results` hold what else there is to know, by name. None of it is secret.

    Of a preflight: `steps` are the plan's, `base` is a digest of the deployed resources that it leaves alone, `same`
    has one of each change, equal in every environment where the same is changed; `targets` are the URNs that it was
    restricted to, `serving` the hostnames that answer before it and shall after it. `of` is the number of the entry
    that this one is about: an approval's preflight, an apply's approval, and of an end its beginning."""

    kind: Kind
    outcome: Outcome
    commit: str = ""
    plan: str = ""
    config: str = ""
    changes: tuple[str, ...] = ()
    proof: Mapping[str, int] = {}
    rules: tuple[str, ...] = ()
    reason: str = ""
    expires: datetime | None = None
    results: Mapping[str, Value] = {}
    base: str = ""
    same: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    targets: tuple[str, ...] = ()
    serving: tuple[str, ...] = ()
    of: int = 0


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A deed in its place. `number` counts from 1, `previous` is the hash of the entry before it, empty for the first;
    `nonce` tells apart what two writers wrote of the same at the same moment. Times are UTC."""

    schema: Literal["slipway.ledger/1"] = "slipway.ledger/1"
    environment: str
    number: int
    previous: str
    nonce: str
    at: datetime
    who: str
    deed: Deed


class Link(msgspec.Struct, frozen=True):
    """An entry and its hash."""

    entry: Entry
    hash: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: msgspec.Raw
    hash: str


def sealed(entry: Entry) -> tuple[Link, bytes]:
    """An entry with its hash, and the bytes of its file."""
    raw = msgspec.json.encode(entry)
    link = Link(entry, _hash(raw))
    return link, msgspec.json.encode(_File(msgspec.Raw(raw), link.hash)) + b"\n"


def opened(file: bytes) -> Link:
    """The entry in a file's bytes. Raises Malformed if they are none, or other than they were written."""
    try:
        found = msgspec.json.decode(file, type=_File)
        if _hash(bytes(found.entry)) != found.hash:
            raise Malformed("what it says is not what was written: its hash is another")
        entry = msgspec.json.decode(found.entry, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:  # ValidationError is a DecodeError.
        raise Malformed(f"it is no entry of a ledger: {error}") from None
    if entry.at.utcoffset() is None:
        raise Malformed("its time has no zone")
    return Link(entry, found.hash)


def _hash(raw: bytes) -> str:
    return "sha256:" + hashlib.sha256(raw).hexdigest()
