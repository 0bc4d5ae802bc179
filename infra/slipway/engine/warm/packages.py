"""Which packages a stack's program imports, going by the types of what is deployed. Pure."""

from __future__ import annotations

import json
import keyword
import re

__all__ = ["packages"]

_COMPONENTS = ("boto3", "pydantic")  # what Slipway's own components are made with, whichever stand in the commit
_TYPE = re.compile(r"([\w-]+):(\w+)(?:/\w+)?:\w+")


def packages(state: str) -> tuple[str, ...]:
    """The Python packages for the types in an exported state, `pulumi_aws.s3` for an `aws:s3/bucket:Bucket`. Where a
    type is a component's, there may be no such package. None of the types where the state cannot be read."""
    try:
        resources = json.loads(state)["deployment"]["resources"]
        types = {str(resource["type"]) for resource in resources}
    except (ValueError, KeyError, TypeError):
        types = set()
    found = {_package(match[1], match[2]) for each in types if (match := _TYPE.fullmatch(each))}
    return (*_COMPONENTS, *sorted(found))


def _package(provider: str, module: str) -> str:
    """Source: Pulumi, pkg/codegen/python, which names a module `lambda_` since the word is Python's."""
    return f"pulumi_{provider.replace('-', '_')}.{module}{'_' if keyword.iskeyword(module) else ''}"
