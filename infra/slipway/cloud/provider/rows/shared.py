"""What several services' rows say the same way: tags as lists, and errors that mean 'not there'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import ClientError

__all__ = ["absent", "error_code", "tag_list", "tag_map"]


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
