"""What several services' rows say the same way: tags, names, documents, and errors that mean 'not there'."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from slipway.cloud.provider.row import Operation
from slipway.cloud.provider.translate import Failure, Translation
from slipway.cloud.provider.values import Properties

__all__ = [
    "absent",
    "document_failures",
    "error_code",
    "limits",
    "physical_name",
    "read_document",
    "sync_tags",
    "tag_list",
    "tag_map",
]


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as AWS's list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tag_map(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """AWS's list of Key and Value as a map."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def error_code(error: ClientError) -> str:
    """AWS's own code for what went wrong."""
    return str(error.response["Error"].get("Code", ""))


@contextmanager
def absent(*codes: str) -> Iterator[None]:
    """Leave the block quietly when AWS answers with one of these codes, which all mean that the thing is gone."""
    try:
        yield
    except ClientError as error:
        if error_code(error) not in codes:
            raise


def sync_tags(
    current: Mapping[str, str],
    wanted: Mapping[str, str],
    untag: Callable[[list[str]], object],
    tag: Callable[[dict[str, str]], object],
) -> None:
    """Make the tags of a thing the wanted ones, with as few calls as that takes."""
    gone = sorted(set(current) - set(wanted))
    changed = {key: value for key, value in wanted.items() if current.get(key) != value}
    if gone:
        untag(gone)
    if changed:
        tag(changed)


def physical_name(op: Operation, suffix: str = "") -> str:
    """The name that the program gave or `check` filled in, or else its prefix and 26 characters no other has."""
    if op.new.get("name"):
        return str(op.new["name"])
    return f"{op.new.get('namePrefix', '')}{datetime.now(UTC):%Y%m%d%H%M%S}{uuid.uuid4().hex[:12]}{suffix}"


def document_failures(properties: Properties, *names: str) -> Iterator[Failure]:
    """The properties that ought to be JSON documents and are not, as the official provider finds them at preview."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str) and value:
            try:
                json.loads(value)
            except ValueError as error:
                yield Failure(name, f"is no JSON document: {error}")


def limits(
    translation: Callable[[], Translation], *documents: str, prefix: bool = True
) -> Callable[[Properties, list[Failure]], None]:
    """The check of a type whose inputs are one structure: AWS's limits, documents that are JSON, one kind of name."""

    def validate(properties: Properties, failures: list[Failure]) -> None:
        translation().to_aws(properties, failures)
        failures.extend(document_failures(properties, *documents))
        if prefix and properties.get("name") is not None and properties.get("namePrefix") is not None:
            failures.append(Failure("namePrefix", "conflicts with name"))

    return validate


def read_document(value: Any) -> str:
    """A policy document of an answer as text: botocore has parsed the ones that IAM encodes."""
    return value if isinstance(value, str) else json.dumps(value)
