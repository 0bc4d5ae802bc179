"""The `aws.iam.getPolicyDocument` data source: an IAM policy document from statements, as the official provider has it.

Rules read in the provider's documentation: `Allow` is the default effect, one-element lists become plain values,
statements with the same sid override earlier ones, `source` documents come before the own statements.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from slipway.cloud.provider.values import Properties

__all__ = ["policy_document"]

_LISTS = {
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
}


def policy_document(arguments: Properties) -> Properties:
    """`json`, `minifiedJson` and an id, from the data source's arguments."""
    statements: list[dict[str, Any]] = []
    _extend(statements, _parsed(arguments.get("sourcePolicyDocuments")))
    _extend(statements, [_statement(item) for item in arguments.get("statements") or []])
    _extend(statements, _parsed(arguments.get("overridePolicyDocuments")))
    document: dict[str, Any] = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    document["Statement"] = statements
    text = json.dumps(document, separators=(",", ":"))
    return {
        **arguments,
        "id": str(zlib.crc32(text.encode())),
        "json": json.dumps(document, indent=2),
        "minifiedJson": text,
    }


def _parsed(documents: Any) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = []
    for text in documents or []:
        found = json.loads(text).get("Statement", [])
        statements += found if isinstance(found, list) else [found]
    return statements


def _extend(statements: list[dict[str, Any]], more: Iterable[dict[str, Any]]) -> None:
    """Append, a statement with a sid taking the place of the one that had it."""
    for statement in more:
        same = [
            i for i, other in enumerate(statements) if statement.get("Sid") and other.get("Sid") == statement["Sid"]
        ]
        if same:
            statements[same[0]] = statement
        else:
            statements.append(statement)


def _statement(item: Properties) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": item["sid"]} if item.get("sid") else {}
    statement["Effect"] = item.get("effect") or "Allow"
    for name, member in _LISTS.items():
        if item.get(name):
            statement[member] = _short(sorted(item[name]))
    for name, member in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if item.get(name):
            statement[member] = _principals(item[name])
    conditions: dict[str, dict[str, Any]] = {}
    for condition in item.get("conditions") or []:
        conditions.setdefault(condition["test"], {})[condition["variable"]] = _short(condition["values"])
    if conditions:
        statement["Condition"] = conditions
    return statement


def _principals(items: list[Properties]) -> Any:
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(item["type"], []).extend(item["identifiers"])
    if found in ({"*": ["*"]}, {"AWS": ["*"]}):
        return "*" if "*" in found else {"AWS": "*"}
    return {kind: _short(sorted(names)) for kind, names in found.items()}


def _short(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
