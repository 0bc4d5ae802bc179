"""Delete before replace, on an alarm and on a record."""

from __future__ import annotations

from cdn import Site
from pulumi import ResourceOptions

FIRST = ResourceOptions(delete_before_replace=True)


def good() -> None:
    Site(alarm=lambda args: args.update(opts=FIRST))


def bad() -> None:
    Site(record=lambda args: args.update(opts=FIRST))
