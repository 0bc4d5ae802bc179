"""The text of a preview -> the JSON document, or one sentence that says what the text is instead."""

from __future__ import annotations

import json
from typing import cast

from slipway.errors import BadInput

__all__ = ["HOW", "decode", "one_line"]

HOW = "Take it with: pulumi preview --json --show-sames --show-replacement-steps > preview.json"


def decode(text: str) -> dict[str, object]:
    """The preview's document. Raises BadInput, naming what the text looks like, for anything but an object with
    `steps`."""
    if not text.strip():
        raise BadInput("the preview is empty", HOW)
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise BadInput("the preview is nested too deeply to be one", HOW) from None
    except ValueError as error:
        raise BadInput(_why_not_json(text, error), HOW) from None
    if not isinstance(document, dict):
        raise BadInput(f"this is not a preview: a JSON {_name_of(document)}, not an object with steps", HOW)
    if "steps" not in document:
        raise BadInput(f"this is not a preview with steps: {_looks_like(document)}", HOW)
    return cast("dict[str, object]", document)


def _why_not_json(text: str, error: ValueError) -> str:
    first, _, rest = text.strip().partition("\n")
    if rest and _is_object(first):
        return "this is a stream of engine events, one JSON object a line, not a preview document"
    if not text.lstrip().startswith(("{", "[")):
        return "the preview is not JSON: it starts with other text"
    if isinstance(error, json.JSONDecodeError) and error.pos >= len(text.rstrip()) - 1:
        return f"the preview is truncated: the JSON ends in the middle, at character {error.pos}"
    return f"the preview is not valid JSON, or truncated: {error}"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _looks_like(document: dict[str, object]) -> str:
    if "deployment" in document:
        return "it looks like the output of `pulumi stack export`"
    if "resource_changes" in document or "terraform_version" in document:
        return "it looks like a Terraform plan"
    if "sequence" in document and "timestamp" in document:
        return "it looks like one engine event"
    if "resourcePlans" in document:
        return "it looks like an update plan saved with --save-plan"
    if "diagnostics" in document:
        return f"the preview failed before its first step{_first_error(document)}"
    return "it is another kind of JSON object"


def _first_error(document: dict[str, object]) -> str:
    diagnostics = document["diagnostics"]
    for entry in diagnostics if isinstance(diagnostics, list) else []:
        if isinstance(entry, dict) and entry.get("severity") == "error":
            return f" ({one_line(str(entry.get('message', '')))})"
    return ""


def one_line(text: str, limit: int = 160) -> str:
    """Untrusted text as one printable line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _name_of(value: object) -> str:
    match value:
        case list():
            return "array"
        case str():
            return "string"
        case None:
            return "null"
        case bool():
            return "boolean"
        case _:
            return "number"
