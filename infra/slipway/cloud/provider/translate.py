"""Pulumi properties <-> the structures boto3 takes and returns, guided by botocore's own service model.

The official provider's schema and AWS's API differ in regular ways: letter case, `{Quantity, Items}` around lists, a
single block where the API has a list. botocore knows every structure, so only the irregular names need a table
(`renames`). The same model carries AWS's limits (ranges, enumerations, lengths, patterns), checked on the way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape
from botocore.model import Shape as AwsShape

from slipway.cloud.provider.paths import Path, dotted, written
from slipway.cloud.provider.schema import Shape
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["Failure", "Translation", "Unmapped", "member_shape", "service_model"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One input that AWS would not take: its path, and why."""

    path: str
    reason: str


class Unmapped(Exception):
    """A property this table has no AWS member for: never dropped in silence."""


@cache
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service, from the installed data files; no network."""
    return botocore.session.get_session().get_service_model(service)


def member_shape(service: str, operation: str, *members: str) -> StructureShape:
    """The structure at `members` within an operation's input, such as PutBucketCors, CORSConfiguration."""
    shape: Any = service_model(service).operation_model(operation).input_shape
    for member in members:
        shape = shape.members[member]
    return shape


@dataclass(frozen=True, slots=True)
class Translation:
    """One structure's mapping. `renames`: dotted Pulumi path -> AWS member, or "" for what is not sent."""

    shape: StructureShape
    renames: Mapping[str, str] = field(default_factory=dict)
    empty_counts: bool = False  # a structure says something by being there, whatever is in it

    def to_aws(self, value: Mapping[str, Any], failures: list[Failure] | None = None) -> dict[str, Any]:
        """The request structure. Limits broken are appended to `failures`; UNKNOWN values are left out."""
        found: list[Failure] = [] if failures is None else failures
        result: dict[str, Any] = self._structure(value, self.shape, (), found)
        return result

    def from_aws(self, value: Mapping[str, Any], wanted: Shape) -> Properties:
        """The Pulumi properties of a response, as far as `wanted` (the SDK's inputs) has them."""
        return self._object(value, self.shape, wanted, ())

    # -- towards AWS ---------------------------------------------------------------------------------------------

    def _structure(self, value: Any, shape: StructureShape, path: Path, failures: list[Failure]) -> Any:
        result: dict[str, Any] = {}
        for name, inner in value.items():
            if inner is None or inner is UNKNOWN or name == "__defaults":
                continue
            member = self._member(shape, (*path, name))
            if inner == [] and member and isinstance(shape.members[member], ListShape):
                continue  # as good as absent, and the API would refuse it
            if member:
                result[member] = self._value(inner, shape.members[member], (*path, name), failures)
        return _completed(result, shape)

    def _value(self, value: Any, shape: AwsShape, path: Path, failures: list[Failure]) -> Any:
        if isinstance(shape, StructureShape):
            if isinstance(value, list) and "Items" in shape.members:
                items = self._value(value, shape.members["Items"], path, failures)
                return _completed({"Items": items}, shape)
            wrapped = _wrapped_list(shape)
            if wrapped and value and isinstance(value, list) and not any(isinstance(item, Mapping) for item in value):
                return {wrapped: self._value(value, shape.members[wrapped], path, failures)}
            if not isinstance(value, Mapping):
                value = {} if value in ([], None) or value[0] is UNKNOWN else value[0]
            return self._structure(value, shape, path, failures)
        if isinstance(shape, ListShape):
            if isinstance(value, Mapping) and _is_tag(shape.member):
                return [{"Key": key, "Value": str(text)} for key, text in value.items() if text is not UNKNOWN]
            values = value if isinstance(value, list) else [value]
            known = [(i, item) for i, item in enumerate(values) if item is not UNKNOWN]
            return [self._value(item, shape.member, (*path, index), failures) for index, item in known]
        if isinstance(shape, MapShape):
            return {key: str(item) for key, item in value.items() if item is not UNKNOWN}
        return _scalar(value, shape, path, failures)

    def _member(self, shape: StructureShape, path: Path) -> str:
        renamed = self.renames.get(dotted(path))
        if renamed is not None:
            return renamed
        wanted = str(path[-1]).lower()
        for spelling in (wanted, f"{wanted}s", wanted.removesuffix("s")):
            for member in shape.members:
                if member.lower() == spelling:
                    return str(member)
        raise Unmapped(written(path))

    # -- towards Pulumi ------------------------------------------------------------------------------------------

    def _object(self, value: Mapping[str, Any], shape: StructureShape, wanted: Shape, path: Path) -> Properties:
        result: Properties = {}
        for name, kind in wanted.properties.items():
            try:
                member = self._member(shape, (*path, name))
            except Unmapped:
                continue
            if member and value.get(member) is not None:
                target = shape.members[member]
                inner = self._back(value[member], target, kind, (*path, name))
                # The presence of a structure that can hold nothing is what it says: SimplePrefix, SSES3.
                says_by_presence = isinstance(target, StructureShape) and (self.empty_counts or not target.members)
                if inner not in (None, [], {}, "") or (says_by_presence and inner == {}):
                    result[name] = inner
        return result

    def _back(self, value: Any, shape: AwsShape, wanted: Shape, path: Path) -> Any:
        if wanted.kind == "any":
            return _open_back(value)
        if wanted.kind == "list":
            if isinstance(shape, StructureShape) and "Items" in shape.members:
                value, shape = value.get("Items", []), shape.members["Items"]
            wrapped = _wrapped_list(shape) if wanted.element and wanted.element.kind != "object" else ""
            if wrapped and isinstance(shape, StructureShape):
                value, shape = value.get(wrapped, []), shape.members[wrapped]
            inner = shape.member if isinstance(shape, ListShape) else shape
            values = value if isinstance(value, list) else [value]
            element = wanted.element or wanted
            return [self._back(item, inner, element, path) for item in values]
        if wanted.kind == "object":
            if isinstance(shape, ListShape):
                return self._back(value[0], shape.member, wanted, path) if value else None
            return self._object(value, shape, wanted, path)
        if wanted.kind == "map" and isinstance(shape, ListShape):
            return {tag["Key"]: tag["Value"] for tag in value}
        if wanted.kind == "number":
            return int(value) if float(value).is_integer() else float(value)
        if wanted.kind == "string":
            return _text_back(value)
        return value


def _wrapped_list(shape: AwsShape) -> str:
    """The only member of a structure that does nothing but hold a list, such as BlockedEncryptionTypes; else empty."""
    names = list(shape.members) if isinstance(shape, StructureShape) else []
    return names[0] if len(names) == 1 and isinstance(shape.members[names[0]], ListShape) else ""


def _is_tag(shape: AwsShape) -> bool:
    return isinstance(shape, StructureShape) and set(shape.members) == {"Key", "Value"}


def _open_back(value: Any) -> Any:
    """What the SDK leaves open, in camel case: botocore knows where the words of `IPSetReferenceStatement` end."""
    if isinstance(value, Mapping):
        return {_camel(name): _open_back(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_open_back(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


def _camel(name: str) -> str:
    first, *rest = str(botocore.xform_name(name)).split("_")
    return first + "".join(word.capitalize() for word in rest)


def _text_back(value: Any) -> str:
    if isinstance(value, datetime):
        return _instant(value)
    return value.decode() if isinstance(value, bytes) else str(value)


def _instant(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second, as the official provider writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _completed(result: dict[str, Any], shape: StructureShape) -> dict[str, Any]:
    """Fill in what AWS requires and the official provider writes itself: quantities, empty lists, `Enabled`."""
    if "Quantity" in shape.members:
        result["Quantity"] = len(result.get("Items", []))
        if not result["Quantity"]:
            result.pop("Items", None)
        if "Enabled" in shape.required_members:
            result.setdefault("Enabled", bool(result["Quantity"]))
    for name in shape.required_members:
        inner = shape.members[name]
        if name not in result and isinstance(inner, StructureShape) and "Quantity" in inner.members:
            result[name] = _completed({}, inner)
        elif name not in result and inner.type_name == "boolean":
            result[name] = False
    return result


def _scalar(value: Any, shape: AwsShape, path: Path, failures: list[Failure]) -> Any:
    kind = shape.type_name
    if kind in ("integer", "long", "float", "double"):
        number = float(value)
        _check_range(number, shape.metadata, path, failures)
        return number if kind in ("float", "double") else int(number)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind == "blob":
        return value if isinstance(value, bytes) else str(value).encode()
    if kind == "timestamp":
        try:
            datetime.fromisoformat(str(value))
        except ValueError:
            failures.append(
                Failure(written(path), f"{value!r} is no instant in RFC 3339, such as 2030-01-31T00:00:00Z")
            )
        return value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    _check_text(text, shape, path, failures)
    return text


def _check_range(number: float, limits: Mapping[str, Any], path: Path, failures: list[Failure]) -> None:
    low, high = limits.get("min"), limits.get("max")
    if (low is not None and number < low) or (high is not None and number > high):
        allowed = f"from {low} to {high}" if low is not None and high is not None else f"{low=}, {high=}"
        failures.append(Failure(written(path), f"{number:g} is outside what AWS allows: {allowed}"))


def _check_text(text: str, shape: AwsShape, path: Path, failures: list[Failure]) -> None:
    allowed = getattr(shape, "enum", None)
    if allowed and text not in allowed:
        failures.append(Failure(written(path), f"{text!r} is not one of {', '.join(allowed)}"))
        return
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if high is not None and len(text) > high:
        failures.append(Failure(written(path), f"is {len(text)} characters long; AWS allows at most {high}"))
    elif low is not None and len(text) < low:
        failures.append(Failure(written(path), f"is {len(text)} characters long; AWS demands at least {low}"))
    elif not _matches(shape.metadata.get("pattern"), text):
        failures.append(Failure(written(path), f"{text!r} does not match what AWS allows, {shape.metadata['pattern']}"))


def _matches(pattern: str | None, text: str) -> bool:
    """Whether the model's pattern admits the text; a pattern in a dialect `re` does not know admits everything."""
    if pattern is None:
        return True
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True
