"""The text of a preview -> the JSON document, or one sentence that says what the text is instead."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from slipway.errors import BadInput
from slipway.plan.model import State

__all__ = ["HOW", "Document", "RawStep", "decode", "one_line"]

HOW = "Take it with: pulumi preview --json --show-sames --show-replacement-steps > preview.json"
_KINDS = {"str": "a string", "bool": "true or false", "object": "an object", "array": "a list"}


class RawStep(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A step as it is printed: only the fields that mean something, everything else is skipped unread."""

    op: str
    urn: str
    old_state: State | None = None
    new_state: State | None = None
    diff_reasons: tuple[str, ...] | None = None
    replace_reasons: tuple[str, ...] | None = None


class Document(msgspec.Struct, rename="camel"):
    """A preview's document."""

    steps: list[RawStep]
    change_summary: Any = None
    diagnostics: Any = None


def decode(text: str | bytes) -> Document:
    """The preview's document. Raises BadInput, naming what the text looks like or where it goes wrong, for anything
    but an object with `steps`."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data[:64].strip() and not data.strip():
        raise BadInput("the preview is empty", HOW)
    try:
        if not data.isascii():
            data.decode()  # What is skipped must be text as well.
        return msgspec.json.decode(data, type=Document)
    except RecursionError:
        raise BadInput("the preview is nested too deeply to be one", HOW) from None
    except msgspec.ValidationError as error:
        raise BadInput(_why_no_preview(data, str(error)), HOW) from None
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadInput(_why_not_json(data, str(error)), HOW) from None


def _why_not_json(data: bytes, error: str) -> str:
    """What the text is, if it is no JSON."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return "the preview is not UTF-8 text"
    first, _, rest = data.strip().partition(b"\n")
    if rest and _is_object(first):
        return "this is a stream of engine events, one JSON object a line, not a preview document"
    if not data.lstrip().startswith((b"{", b"[")):
        return "the preview is not JSON: it starts with other text"
    if "truncated" in error:
        return f"the preview is truncated: the JSON ends in the middle, after {len(data)} bytes"
    return f"the preview is not valid JSON, or truncated: {one_line(error)}"


def _why_no_preview(data: bytes, error: str) -> str:
    """What the document is, or which of its fields is of the wrong type."""
    try:
        document = msgspec.json.decode(data)
    except RecursionError:
        return "the preview is nested too deeply to be one"
    except (ValueError, msgspec.MsgspecError) as grammar:
        return _why_not_json(data, str(grammar))
    if not isinstance(document, dict):
        return f"this is not a preview: a JSON {_name_of(document)}, not an object with steps"
    if "steps" not in document:
        return f"this is not a preview with steps: {_looks_like(document)}"
    said, _, path = error.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    if missing := re.search("missing required field `(.*)`", said):
        return f"{one_line(path)}.{missing[1]} is missing"
    wanted = re.match("Expected `([a-z]+)", said)
    return f"{one_line(path)} is not {_KINDS.get(wanted[1], wanted[1])}" if wanted else one_line(error)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return False


def _looks_like(document: dict[str, Any]) -> str:
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


def _first_error(document: dict[str, Any]) -> str:
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
