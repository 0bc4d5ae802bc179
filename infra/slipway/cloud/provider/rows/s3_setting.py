"""One bucket setting as data, and the resource type that any such setting makes.

A setting belongs to its bucket: creating it is a Put that overwrites, deleting it is keyed by the bucket alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.s3_api import call
from slipway.cloud.provider.rows.shared import absent
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, member_shape, service_model
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["Setting", "clear", "failures_of", "fetch", "put", "resource_type"]

# Inputs of the resource types that are no part of the setting itself.
_AROUND = dict.fromkeys(("bucket", "expectedBucketOwner", "region", "skipDestroy", "timeouts"), "")


def _as_it_is(properties: Properties) -> Properties:
    return properties


def _nothing_more(answer: Mapping[str, Any], hint: Properties) -> Properties:
    return {}


def _no_failures(properties: Properties) -> Iterable[Failure]:
    return ()


def _always(properties: Properties) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Setting:
    """How the inputs of the resource type `token` map to S3's operations, named as in the API Reference."""

    token: str
    put: str
    get: str
    remove: str  # the operation that ends it; empty when nothing does
    removal: Mapping[str, Any] = field(default_factory=dict)  # its arguments, for a Put that stands for a deletion
    absent: str = ""  # the error code of a bucket without the setting
    body: tuple[str, ...] = ()  # the members of the request around the structure that the inputs describe
    renames: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)  # inputs that go beside the body, by request member
    keys: Mapping[str, str] = field(default_factory=dict)  # inputs that every operation needs beside the bucket
    separator: str = ","  # between the parts of an id
    name_in_id: str = ""  # the input that an id may end with
    # Where names differ irregularly: inputs into the structure's terms, and an answer (with what was recorded) back.
    encode: Callable[[Properties], Properties] = _as_it_is
    decode: Callable[[Mapping[str, Any], Properties], Properties] = _nothing_more
    limits: Callable[[Properties], Iterable[Failure]] = _no_failures
    applies: Callable[[Properties], bool] = _always  # False when there is nothing to put or to remove

    @property
    def translation(self) -> Translation:
        elsewhere = dict.fromkeys(self.beside, "")
        return Translation(member_shape("s3", self.put, *self.body), {**_AROUND, **elsewhere, **self.renames})


def put(cloud: Cloud, setting: Setting, bucket: str, properties: Properties) -> None:
    """Set the bucket's setting to these inputs, whatever it was."""
    if setting.applies(properties):
        call(cloud, setting.put, Bucket=bucket, **_keys(setting, properties), **_request(setting, properties))


def fetch(cloud: Cloud, setting: Setting, bucket: str, hint: Properties) -> Properties | None:
    """The setting in the terms of its resource type's inputs; None without it. `hint`: what was recorded."""
    with absent("NoSuchBucket", setting.absent):
        answer: Any = call(cloud, setting.get, Bucket=bucket, **_keys(setting, hint))
        shape: Any = service_model("s3").operation_model(setting.get).output_shape
        for member in setting.body:  # most answers hold the structure without its envelope
            if member in shape.members:
                shape, answer = shape.members[member], answer.get(member)
            if answer is None:
                return None
        found = setting.translation.from_aws(answer, input_shape(setting.token))
        return {**found, **setting.decode(answer, hint)}
    return None


def clear(cloud: Cloud, setting: Setting, bucket: str, properties: Properties) -> None:
    """Take the setting away; a bucket without it, or no bucket, is fine."""
    if setting.remove and setting.applies(properties):
        with absent("NoSuchBucket", setting.absent):
            call(cloud, setting.remove, Bucket=bucket, **_keys(setting, properties), **setting.removal)


def failures_of(setting: Setting, properties: Properties, failures: list[Failure]) -> None:
    """Append what S3 would not take; raises Unmapped for an input that has no place in the request."""
    before = len(failures)
    failures.extend(setting.limits(properties))
    if setting.applies(properties) and len(failures) == before:
        _request(setting, properties, failures)


def _request(setting: Setting, properties: Properties, failures: list[Failure] | None = None) -> dict[str, Any]:
    encoded = setting.encode(properties)
    request = setting.translation.to_aws(encoded, failures)
    for member in reversed(setting.body):
        request = {member: request}
    return {**_members(setting.beside, encoded), **request}


def _keys(setting: Setting, properties: Properties) -> dict[str, Any]:
    return _members({**setting.keys, "expectedBucketOwner": "ExpectedBucketOwner"}, properties)


def _members(names: Mapping[str, str], properties: Properties) -> dict[str, Any]:
    return {member: properties[name] for name, member in names.items() if properties.get(name) not in (None, UNKNOWN)}


# -- the resource type -----------------------------------------------------------------------------------------------


def resource_type(setting: Setting, **options: Any) -> ResourceType:
    """The row of a setting's own resource type. `options`: sets, local, write_only and the like of ResourceType."""

    def create(op: Operation) -> str:
        put(op.cloud, setting, op.new["bucket"], op.new)
        return _written_id(setting, op.new)

    def read(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
        known = _parsed_id(setting, resource_id)
        found = fetch(cloud, setting, known["bucket"], {**known, **state} if state else known)
        if found is None:
            return None
        fixed = ("bucket", "expectedBucketOwner", *setting.keys)
        return {**found, **{name: (state.get(name) or known[name]) for name in fixed if name in known or name in state}}

    def update(op: Operation) -> None:
        put(op.cloud, setting, op.new["bucket"], op.new)

    def delete(op: Operation) -> None:
        if not op.old.get("skipDestroy"):
            clear(op.cloud, setting, _parsed_id(setting, op.id)["bucket"], op.old)

    def validate(properties: Properties, failures: list[Failure]) -> None:
        failures_of(setting, properties, failures)

    return ResourceType(setting.token, create, read, update, delete, validate, **options)


def _written_id(setting: Setting, properties: Properties) -> str:
    parts = ("bucket", "expectedBucketOwner", setting.name_in_id)
    return setting.separator.join(str(properties[part]) for part in parts if part and properties.get(part))


def _parsed_id(setting: Setting, resource_id: str) -> Properties:
    """The inputs that an id holds: the bucket, an account of twelve digits, and what the setting puts last."""
    bucket, *rest = resource_id.split(setting.separator)
    known: Properties = {"bucket": bucket}
    for part in rest:
        is_account = setting.separator == "," and re.fullmatch(r"\d{12}", part)
        known["expectedBucketOwner" if is_account else setting.name_in_id] = part
    return known
