"""A Pulumi program that declares what site.json says: one side of a case, `before` or `after` its edit.

    {"before": [RESOURCE, ...], "after": [RESOURCE, ...]}
    RESOURCE = {"name": "cdn", "type": "aws:cloudfront/distribution:Distribution",
                "properties": {"aliases": ["static.example.org"], "comment": "for ${bucket.arn}"},
                "options": {"depends_on": ["bucket"], "parent": "service", "protect": true}}

Names are those of the Python SDK. `${NAME.PATH}` is an output of another resource, as in Pulumi's YAML; a resource
stands below what it refers to. `{"secret": VALUE}` is a secret. In `options`, `aliases` holds earlier names, or what
`pulumi.Alias` takes. A type outside `aws` is a component. The config value `side` says which side (before).
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pulumi

REFERENCE = re.compile(r"\$\{([^.}]+)\.([^}]+)\}")
made: dict[str, Any] = {}


def declare(resource: dict[str, Any]) -> None:
    given = resource.get("options", {})
    options = pulumi.ResourceOptions(
        **{key: value for key, value in given.items() if key not in ("depends_on", "parent", "provider", "aliases")},
        depends_on=[made[name] for name in given.get("depends_on", [])],
        parent=made.get(given.get("parent", "")),
        provider=made.get(given.get("provider", "")),
        aliases=[pulumi.Alias(**({"name": one} if isinstance(one, str) else one)) for one in given.get("aliases", [])],
    )
    properties = {key: valued(value) for key, value in resource.get("properties", {}).items()}
    made[resource["name"]] = constructor(resource["type"])(resource["name"], opts=options, **properties)


def constructor(type_: str) -> Any:
    package, module, name = type_.split(":")
    if package == "pulumi":  # pulumi:providers:aws
        return importlib.import_module("pulumi_aws").Provider
    if package == "aws":
        return getattr(importlib.import_module(f"pulumi_aws.{module.partition('/')[0]}"), name)
    return lambda name, opts: pulumi.ComponentResource(type_, name, None, opts)


def valued(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"secret"}:
        return pulumi.Output.secret(value["secret"])
    if isinstance(value, dict):
        return {key: valued(item) for key, item in value.items()}
    if isinstance(value, list):
        return [valued(item) for item in value]
    return referred(value) if isinstance(value, str) and REFERENCE.search(value) else value


def referred(text: str) -> Any:
    """The output itself where the text is nothing but one reference; otherwise the text with the outputs put in."""
    if whole := REFERENCE.fullmatch(text):
        return output(whole[1], whole[2])
    parts = REFERENCE.split(text)
    outputs = [output(*parts[at + 1 : at + 3]) if at + 2 < len(parts) else "" for at in range(0, len(parts), 3)]
    return pulumi.Output.concat(*(piece for at, found in enumerate(outputs) for piece in (parts[3 * at], found)))


def output(name: str, path: str) -> Any:
    found: Any = made[name]
    for key in re.findall(r"\w+", path):
        found = found[int(key)] if key.isdigit() else getattr(found, key)
    return found


side = pulumi.Config().get("side") or "before"
for resource in json.loads(Path("site.json").read_text())[side]:
    declare(resource)
