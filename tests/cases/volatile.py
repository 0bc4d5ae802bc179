"""What of a captured preview is worth keeping: nothing that differs from one capture to the next.

Times, source positions and entity tags are left out, dependencies (a set) are sorted, and identifiers that the cloud or
the engine drew are numbered by their first appearance, in their own form.
"""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["lasting"]

_VOLATILE = {"created", "modified", "sourcePosition", "stackTrace", "duration", "callerReference"}
_VOLATILE_OUTPUTS = {"etag", "liveStageEtag", "lastModifiedTime", "notAfter", "notBefore"}
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_HOLDERS = re.compile(r'"(?:id|provider|domainName|regionalDomainName|s3CanonicalUserId)": "([^"]*)"')
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DRAWN = re.compile(rf"\b(?:{_UUID}|[EZ](?=[A-Z]*[0-9])[0-9A-Z]{{13}}|d[0-9a-z]{{13}}(?=\.cloudfront\.net))\b")


def lasting(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is volatile; of diagnostics the errors alone: the others tell of the machine."""
    errors = [entry for entry in document.pop("diagnostics", []) if entry.get("severity") == "error"]
    kept: dict[str, Any] = _numbered(_without(document))
    return {**kept, "diagnostics": errors} if errors else kept


def _without(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        dropped = _VOLATILE | (_VOLATILE_OUTPUTS if key == "outputs" else set())
        return {name: _without(item, name) for name, item in value.items() if name not in dropped}
    if isinstance(value, list):
        listed = [_without(item, key) for item in value]
        return sorted(listed) if key == "dependencies" or _are_urns(listed) else listed
    return value


def _are_urns(values: list[Any]) -> bool:
    return all(isinstance(value, str) and value.startswith("urn:pulumi:") for value in values)


def _numbered(document: Any) -> Any:
    text = json.dumps(document)
    drawn = [token for holder in _HOLDERS.findall(text) for token in _DRAWN.findall(holder) if token != _UNKNOWN]
    for number, token in enumerate(dict.fromkeys(drawn), 1):
        text = text.replace(token, _in_form_of(token, number))
    return json.loads(text)


def _in_form_of(token: str, number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}" if "-" in token else f"{token[0]}{number:013d}"
