"""URNs: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`, where only the name may hold `::`."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ROOT_STACK_TYPE", "Urn", "parse_urn", "provider_urn", "urn_name"]

ROOT_STACK_TYPE = "pulumi:pulumi:Stack"


class Urn(NamedTuple):
    """A URN's parts; `type` is the resource's own, without its parents'."""

    stack: str
    project: str
    type: str
    name: str


def parse_urn(text: str) -> Urn | None:
    """The parts of a URN, or None if the text is not one."""
    parts = text.split("::", 3)
    if len(parts) != 4 or not parts[0].startswith("urn:pulumi:"):
        return None
    stack, project, types, name = parts[0].removeprefix("urn:pulumi:"), *parts[1:]
    return Urn(stack, project, types.rpartition("$")[2], name) if stack and project and types else None


def urn_name(text: str) -> str:
    """The name a program gave the resource; the whole text if it is no URN."""
    parsed = parse_urn(text)
    return parsed.name if parsed else text


def provider_urn(reference: str) -> str:
    """The URN in a provider reference, `<urn>::<id>`: an id holds no `::`, a name may."""
    return reference.rpartition("::")[0]
