"""The index's `config.json`: where clients download from, changed by one conditional write and undone by another.

    read the document -> fetch a crate through the new URL -> write if nobody else has -> (caller: drop it from caches)

The old document is kept by the bucket's own versioning: a copy of ours would be a second write that can fail between
the two, and a public file. Each write notes in the object's metadata which version it replaced, so undoing means that
version and no other, and a document that somebody wrote by hand is never taken for one of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from slipway.aws import ClientError, code_of, reported
from slipway.errors import BadInput, SlipwayError
from slipway.fetch import Fetch, Fetched, NotFetched, fetch
from slipway.urls import crate_url

__all__ = ["CONFIG_PATH", "Change", "Check", "Config", "Crate", "Refused", "checksum_of", "index_key", "parse_crate",
           "read_config", "set_dl", "undo_dl"]  # fmt: skip

CONFIG_PATH = "/config.json"
"""The path that clients ask the index for."""

_KEY = CONFIG_PATH[1:]
_REPLACES = "slipway-replaces"
_LARGEST_CONFIG = 64 * 1024  # bytes
_LARGEST_FILE = 32 * 1024 * 1024  # bytes; the crate with the most versions has a few MiB
_MOVED = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class Refused(SlipwayError):
    """What was asked for would break downloads, or cannot be undone; nothing was changed."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Crate:
    """One version of a crate, as the index writes both."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Config:
    """`config.json` as it stands in the bucket. `replaces` is the version that `set_dl` replaced, if it wrote this."""

    document: dict[str, Any]
    text: bytes
    etag: str
    version: str
    replaces: str
    cache_control: str

    @property
    def dl(self) -> str:
        return str(self.document["dl"])


@dataclass(frozen=True, slots=True)
class Check:
    """The download that proved a `dl`: where it was fetched from, and what came."""

    url: str
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Change:
    """The `dl` before and after; the same if there was nothing to write."""

    was: str
    now: str
    check: Check | None = None


def set_dl(s3: Any, bucket: str, dl: str, crate: Crate, hosts: Iterable[str] = (), *, get: Fetch = fetch) -> Change:
    """Make clients download from `dl`, if `crate` comes from there as its checksum in the index says.

    `hosts` are names that downloads are known to come from; they only make a refusal's advice better. Raises BadInput
    for what is no `dl`; Refused if the crate does not come, the bucket keeps no versions, or somebody wrote meanwhile.
    """
    config = read_config(s3, bucket)
    check = _proof(dl, crate, checksum_of(s3, bucket, crate), (*hosts, urlsplit(config.dl).hostname or ""), get)
    if config.dl != dl:
        text = json.dumps({**config.document, "dl": dl}, indent=2, ensure_ascii=False) + "\n"
        _write(s3, bucket, config, text.encode())
    return Change(config.dl, dl, check)


def undo_dl(s3: Any, bucket: str) -> Change:
    """Put back the document that the last `set_dl` replaced; once more brings the newer one back.

    Nothing is fetched first: the old URL has served, and this is for when the new one does not. Raises Refused when
    `config.json` was last written by something else, or somebody wrote meanwhile.
    """
    config = read_config(s3, bucket)
    if not config.replaces:
        raise Refused(
            "config.json was not last written by set-dl: there is nothing to undo", f"Its dl is {config.dl!r}."
        )
    old = read_config(s3, bucket, config.replaces)
    _write(s3, bucket, config, old.text)
    return Change(config.dl, old.dl)


def read_config(s3: Any, bucket: str, version: str = "") -> Config:
    """`config.json`, the newest or a given version. Raises BadInput if there is none, or it is another thing."""
    answer, text = _get(s3, bucket, _KEY, _LARGEST_CONFIG, version)
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("dl"), str):
        raise BadInput(
            f"config.json in {bucket} is no JSON object with a dl", "See The Cargo Book, Registry Index, and mend it."
        )
    return Config(
        document,
        text,
        answer["ETag"],
        answer.get("VersionId", ""),
        answer["Metadata"].get(_REPLACES, ""),
        answer.get("CacheControl", ""),
    )


def checksum_of(s3: Any, bucket: str, crate: Crate) -> str:
    """The SHA-256 of a crate file as the index has it. Raises BadInput for a crate or a version that it has not."""
    _, text = _get(s3, bucket, index_key(crate.name), _LARGEST_FILE)
    try:
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        found = {str(line["vers"]): str(line["cksum"]) for line in lines if line["name"] == crate.name}
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"{index_key(crate.name)} in {bucket} is no file of an index", "Publish it again.") from None
    if crate.version not in found:
        newest = ", ".join(list(found)[-3:]) or "no crate of exactly this name"
        raise BadInput(f"the index has no {crate.name} {crate.version}", f"It has {newest}.")
    return found[crate.version]


def index_key(name: str) -> str:
    """Where the index keeps a crate: *The Cargo Book*, Registry Index, Index Files."""
    lower = name.lower()
    if len(lower) <= 2:
        return f"{len(lower)}/{lower}"
    return f"3/{lower[0]}/{lower}" if len(lower) == 3 else f"{lower[:2]}/{lower[2:4]}/{lower}"


def parse_crate(text: str) -> Crate:
    """Read NAME@VERSION; BadInput otherwise."""
    name, _, version = text.partition("@")
    if not (name and version):
        raise BadInput(f"{text!r} is no crate and version", "Write it like serde@1.0.219.")
    return Crate(name, version)


def _proof(dl: str, crate: Crate, checksum: str, hosts: tuple[str, ...], get: Fetch) -> Check:
    url = crate_url(dl, crate.name, crate.version, checksum)
    try:
        fetched = get(url)
    except NotFetched as error:
        raise Refused(f"clients would fetch {url}, and it does not come: {error.message}", _slash(url, hosts)) from None
    if fetched.sha256 != checksum:
        raise Refused(
            f"clients would fetch {url}, and refuse it: its SHA-256 is {fetched.sha256}, in the index {checksum}",
            f"{fetched.size} bytes came. Is it the crate file, and of this registry?",
        )
    return Check(url, fetched)


def _slash(url: str, hosts: tuple[str, ...]) -> str:
    """The advice for a host that is a known one with the path's beginning stuck to it: the outage of 2023-07-20."""
    asked = urlsplit(url).hostname or ""
    for host in sorted(filter(None, hosts), key=len, reverse=True):
        rest = asked.removeprefix(host)
        if asked.startswith(host) and rest and not rest.startswith("."):
            return f"A slash is missing after {host}: {asked} is taken for the host. Is https://{host}/{rest} meant?"
    return "config.json is as it was. Mend the URL, or what answers to it, and try again."


def _write(s3: Any, bucket: str, config: Config, text: bytes) -> None:
    """Replace `config` by `text`, unless it is no longer what stands there."""
    if config.version in {"", "null"}:
        raise Refused(f"the bucket {bucket} keeps no versions, so this could not be undone", "Turn versioning on.")
    kept = {"CacheControl": config.cache_control} if config.cache_control else {}
    with reported(f"config.json in {bucket} cannot be written"):
        try:
            s3.put_object(
                Bucket=bucket,
                Key=_KEY,
                Body=text,
                ContentType="application/json",
                IfMatch=config.etag,
                Metadata={_REPLACES: config.version},
                **kept,
            )
        except ClientError as error:
            if code_of(error) in _MOVED:
                raise Refused(
                    "somebody else wrote config.json meanwhile; it is as they left it", "Try again."
                ) from None
            raise


def _get(s3: Any, bucket: str, key: str, largest: int, version: str = "") -> tuple[dict[str, Any], bytes]:
    which = {"VersionId": version} if version else {}
    with reported(f"{key} in {bucket} cannot be read"):
        try:
            answer = s3.get_object(Bucket=bucket, Key=key, **which)
        except ClientError as error:
            if code_of(error) in {"NoSuchKey", "NoSuchVersion"}:
                what = f"version {version} of {key}" if version else key
                raise BadInput(f"the bucket {bucket} has no {what}", "Is it the index's, and the name right?") from None
            raise
        with answer["Body"] as body:
            text: bytes = body.read(largest + 1)
    if len(text) > largest:
        raise BadInput(f"{key} in {bucket} has more than {largest} bytes", "That is no file of an index.")
    return answer, text
