"""The provider's package schema, which `pulumi import` asks for to write the code of what it imported.

Made from the same SDK types that inputs are checked against, for the types that the local cloud serves. Outputs that
are not inputs are given as text: only their names matter to generated code.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from slipway.cloud.provider.row import ResourceType
from slipway.cloud.provider.schema import Shape
from slipway.cloud.provider.table import TABLE

__all__ = ["package_schema"]

_PLAIN = {"string": "string", "number": "number", "boolean": "boolean"}


@cache
def package_schema(version: str) -> str:
    """The package's schema as JSON (pulumi/pulumi, pkg/codegen/schema/pulumi.json)."""
    types: dict[str, Any] = {}
    document = {
        "name": "aws",
        "version": version,
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "resources": {token: _resource(row, types) for token, row in TABLE.items()},
        "types": types,
    }
    return json.dumps(document)


def _resource(row: ResourceType, types: dict[str, Any]) -> dict[str, Any]:
    package, _, name = row.token.removeprefix("aws:").replace("/", ":").split(":")
    shapes = sorted(row.shape.properties.items())
    inputs = {key: _property(shape, package, name + key[:1].upper() + key[1:], types) for key, shape in shapes}
    outputs = {key: {"type": "string"} for key in sorted(row.outputs - set(inputs))}
    return {
        "inputProperties": inputs,
        "requiredInputs": sorted(row.shape.required),
        "properties": {**inputs, **outputs},
        "required": sorted(row.shape.required),
    }


def _property(shape: Shape, package: str, name: str, types: dict[str, Any]) -> dict[str, Any]:
    """One property's type; an object becomes a named type of the package."""
    if shape.kind in _PLAIN:
        return {"type": _PLAIN[shape.kind]}
    if shape.kind == "asset":
        return {"$ref": "pulumi.json#/Asset"}
    if shape.kind == "list" and shape.element is not None:
        return {"type": "array", "items": _property(shape.element, package, name, types)}
    if shape.kind == "map" and shape.element is not None:
        return {"type": "object", "additionalProperties": _property(shape.element, package, name, types)}
    if shape.kind != "object":
        return {"$ref": "pulumi.json#/Any"}
    token = f"aws:{package}/{name}:{name}"
    inner = {
        key: _property(each, package, name + key[:1].upper() + key[1:], types) for key, each in shape.properties.items()
    }
    types[token] = {"type": "object", "properties": inner, "required": sorted(shape.required)}
    return {"$ref": f"#/types/{token}"}
