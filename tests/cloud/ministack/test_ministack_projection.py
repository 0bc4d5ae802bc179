"""Which partitions a Glue table's properties make."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.cloud.ministack.projection import Partition, is_projected, partitions

PROPERTIES = {
    "projection.enabled": "true",
    "projection.cdn.type": "enum",
    "projection.cdn.values": "cloudfront,fastly-requests",
    "projection.host.type": " Enum ",
    "projection.host.values": "a.example.org",
    "storage.location.template": "s3://logs/${cdn}/${host}/",
}


def table(**edits: str | None) -> dict[str, Any]:
    """A table over logs; a property edited, or taken away by None."""
    said = {**PROPERTIES, **edits}
    return {
        "PartitionKeys": [{"Name": "cdn"}, {"Name": "host"}],
        "Parameters": {key: value for key, value in said.items() if value is not None},
        "StorageDescriptor": {"Location": "s3://logs/all/"},
    }


def test_every_combination_is_a_partition() -> None:
    assert partitions(table()) == (
        Partition({"cdn": "cloudfront", "host": "a.example.org"}, "logs", "cloudfront/a.example.org/"),
        Partition({"cdn": "fastly-requests", "host": "a.example.org"}, "logs", "fastly-requests/a.example.org/"),
    )


def test_without_a_template_folders_are_named_as_hives() -> None:
    first, _ = partitions(table(**{"storage.location.template": None}))
    assert (first.bucket, first.prefix) == ("logs", "all/cdn=cloudfront/host=a.example.org/")


def test_white_space_is_part_of_a_value() -> None:
    assert partitions(table(**{"projection.host.values": "a, b"}))[1].values["host"] == " b"


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ({"projection.cdn.type": "date"}, "projects enum alone"),
        ({"projection.cdn.type": None}, "projects enum alone"),
        ({"projection.host.values": None}, r"projection\.host\.values is missing"),
        ({"storage.location.template": "s3://logs/${cdn}/"}, r"has no \$\{host\}"),
    ],
)
def test_properties_that_make_no_partitions_fail(edits: dict[str, str | None], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        partitions(table(**edits))


@pytest.mark.parametrize("edits", [{"projection.enabled": "false"}, {"projection.enabled": None}])
def test_table_that_is_not_projected_is_left_to_ministack(edits: dict[str, str | None]) -> None:
    assert is_projected(table())
    assert not is_projected(table(**edits))
