"""What CloudFront does with a request at the edge before anything else: a router function."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pulumi
from pulumi_aws import cloudfront

from slipway.errors import BadInput

__all__ = ["RouterFunction", "read_source"]

# Bytes of source, from the Amazon CloudFront developer guide, *Quotas on CloudFront Functions*.
_FUNCTION_LIMIT = 10_240


class RouterFunction(pulumi.ComponentResource):
    """The CloudFront Function of `source`, a file of JavaScript for runtime 2.0, published at once.

    What differs by stack is in `settings`, which the code reads as `SETTINGS.name`; see `read_source`.

    Replaced: by nothing, its name is of Pulumi's making. New code is an update in place, live at every distribution
    that uses the function: test it before.

    Raises BadInput as `read_source` does.
    """

    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        source: Path,
        settings: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:RouterFunction", name, None, opts)
        function = cloudfront.Function(
            name,
            code=read_source(source, settings),
            runtime="cloudfront-js-2.0",
            comment=source.name,
            publish=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = function.arn
        self.register_outputs({"arn": self.arn})


def read_source(source: Path, settings: Mapping[str, str] | None = None) -> str:
    """Return the code of a router function: the file, and before it `settings` as the line `const SETTINGS = {...};`.

    JSON is JavaScript, so no value can end its own string. Without settings the code is the file to the letter.

    Raises BadInput when the file is not readable UTF-8, when it reads other settings than are given, or when the whole
    is larger than CloudFront takes.
    """
    try:
        code = source.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{source}: {error}", "A router is a readable UTF-8 file of JavaScript.") from None
    given, read = set(settings or {}), set(re.findall(r"\bSETTINGS\.(\w+)", code))
    if given != read:
        raise BadInput(
            f"{source}: reads the settings {_listed(read)}, and is given {_listed(given)}",
            "Give a router exactly the settings that it reads.",
        )
    if settings:
        code = f"const SETTINGS = {json.dumps(dict(sorted(settings.items())))};\n{code}"
    if (size := len(code.encode())) > _FUNCTION_LIMIT:
        raise BadInput(f"{source}: {size} bytes, above the {_FUNCTION_LIMIT} that CloudFront takes", "Shorten it.")
    return code


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "(none)"
