"""The input and output properties of a resource type, read from the installed `pulumi_aws` SDK.

The SDK's argument classes are generated from the official provider's schema, so they are the one list of names, types
and required inputs that cannot fall behind the programs that use them.
"""

from __future__ import annotations

import inspect
import keyword
import re
import types
import typing
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import pulumi
from pulumi import _types as sdk

from slipway.cloud.provider.shape import ANY, Shape

__all__ = ["inputs", "outputs"]

_SCALARS: dict[object, Shape] = {
    str: Shape("string"),
    bool: Shape("boolean"),
    int: Shape("number"),
    float: Shape("number"),
}


def inputs(token: str) -> Shape:
    """The inputs of a type such as `aws:route53/record:Record`; LookupError if the SDK has no such type."""
    module, name = _locate(token)
    # Where a nested type already has the name, the SDK calls the resource's own arguments `InitArgs`.
    return _object(getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args"), ())


def outputs(token: str) -> frozenset[str]:
    """The names of every output, the inputs' included; LookupError if the SDK has no such type."""
    module, name = _locate(token)
    return frozenset(sdk.resource_types(getattr(module, name)))


def _locate(token: str) -> tuple[types.ModuleType, str]:
    match = re.fullmatch(r"aws:(\w+)/(\w+):(\w+)", token)
    if match is None:
        raise LookupError(token)
    package, module, name = match.groups()
    path = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", module).lower()
    package += "_" if keyword.iskeyword(package) else ""
    try:
        return import_module(f"pulumi_aws.{package}.{path}"), name
    except ModuleNotFoundError as error:
        raise LookupError(token) from error


def _object(args: type, within: tuple[type, ...]) -> Shape:
    """One arguments class; a type that contains itself (a WAF statement) is open at the third level."""
    if within.count(args) == 2:
        return ANY
    within = (*within, args)
    names = sdk.input_type_py_to_pulumi_names(args)
    parameters = inspect.signature(args.__init__).parameters  # type: ignore[misc]
    required = frozenset(
        names[name]
        for name, parameter in parameters.items()
        if name in names and parameter.default is inspect.Parameter.empty
    )
    return Shape(
        "object",
        properties={name: _shape(annotation, within) for name, annotation in sdk.input_type_types(args).items()},
        required=required,
    )


def _shape(annotation: Any, within: tuple[type, ...]) -> Shape:
    """Translate one annotation; `Input[T]` is a union of T with awaitables and outputs of it."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments, within)
    if origin is not None and issubclass(origin, Sequence):
        return Shape("list", element=_shape(arguments[0], within))
    if origin is not None and issubclass(origin, Mapping):
        return Shape("map", element=_shape(arguments[1], within))
    if inspect.isclass(annotation) and sdk.is_input_type(annotation):
        return _object(annotation, within)
    if inspect.isclass(annotation) and issubclass(annotation, pulumi.Asset | pulumi.Archive):
        return Shape("asset")
    return ANY


def _union(arguments: tuple[Any, ...], within: tuple[type, ...]) -> Shape:
    """The first member that says something; a policy document may be text or an object, so text wins."""
    shapes = [_shape(argument, within) for argument in arguments if argument is not type(None)]
    plain = [shape for shape in shapes if shape.kind != "any"]
    for shape in plain:
        if shape.kind in ("string", "asset"):
            return shape
    return plain[0] if plain else ANY
