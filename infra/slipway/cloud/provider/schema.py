"""The properties of the SDK's resource types, read once a machine.

To read a type imports a module of `pulumi_aws` and translates its annotations: up to half a second, and a provider that
starts needs dozens. So what was read is kept in the user's cache, for this version of the SDK and of the reading.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from slipway.cloud.provider import sdk, shape
from slipway.cloud.provider.shape import ANY, Kind, Shape
from slipway.errors import SlipwayError
from slipway.files import user_cache, write_whole

__all__ = ["ANY", "Kind", "Shape", "input_shape", "output_names"]


@dataclass(frozen=True, slots=True)
class _Type:
    inputs: Shape
    outputs: frozenset[str]


def input_shape(token: str) -> Shape:
    """The inputs of a type such as `aws:route53/record:Record`; LookupError if the SDK has no such type."""
    return _type(token).inputs


def output_names(token: str) -> frozenset[str]:
    """The names of every output, the inputs' included; LookupError if the SDK has no such type."""
    return _type(token).outputs


# The SDK's modules import each other in circles, and lazily, when an annotation is read: of two threads at once the one
# would wait for the other for ever, or meet half a module.
_one_reads = threading.Lock()


@cache
def _type(token: str) -> _Type:
    with suppress(OSError, SlipwayError, msgspec.DecodeError):  # never kept, spoilt, or no place to keep it in
        return msgspec.json.decode(_kept(token).read_bytes(), type=_Type)
    with _one_reads:
        read = _Type(sdk.inputs(token), sdk.outputs(token))
    with suppress(OSError, SlipwayError):  # a cache that cannot be written costs time, and nothing else
        kept = _kept(token)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, msgspec.json.encode(read).decode())
    return read


def _kept(token: str) -> Path:
    return _place() / f"{token.replace(':', '.').replace('/', '.')}.json"


@cache
def _place() -> Path:
    """A directory for one version of the SDK, and of the modules that read it."""
    reading = hashlib.sha256()
    for module in (sdk, shape):
        reading.update(Path(str(module.__file__)).read_bytes())
    return user_cache() / "types" / f"{version('pulumi_aws')}-{reading.hexdigest()[:12]}"
