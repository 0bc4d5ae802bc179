"""Glue's data catalog: databases, and the tables that Athena reads.

A database's id is `CATALOG:NAME`, a table's `CATALOG:DATABASE:NAME`; the catalog is the account. An update replaces a
whole definition (Glue API Reference, UpdateTable), so what the program no longer says is sent as empty.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.row import Operation, ResourceType
from slipway.cloud.provider.rows.shared import absent, physical_name, sync_tags
from slipway.cloud.provider.schema import input_shape
from slipway.cloud.provider.translate import Failure, Translation, Unmapped, member_shape
from slipway.cloud.provider.values import UNKNOWN, Properties

__all__ = ["ROWS"]

_DATABASE = "aws:glue/catalogDatabase:CatalogDatabase"
_TABLE = "aws:glue/catalogTable:CatalogTable"
_GONE = "EntityNotFoundException"
# What MiniStack forgets, or cannot take away again, and nobody who reads logs needs.
_UNSERVED = {
    _DATABASE: ("createTableDefaultPermissions", "federatedDatabase", "targetDatabase"),
    _TABLE: ("openTableFormatInput", "owner", "partitionIndices", "retention", "targetTable", "viewDefinition"),
}
# Of the suffix's hexadecimal digits: an automatic name of Glue's has letters alone, as Athena reads them unquoted.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _automatic_name(name: str, suffix: str) -> str:
    """As the official plugin makes it: lower case, and an underscore where others have a hyphen."""
    return f"{name}_{suffix.translate(_LETTERS)}".lower()


@cache
def _database() -> Translation:
    renames = dict.fromkeys(("catalogId", "region", "tags"), "")
    return Translation(member_shape("glue", "CreateDatabase", "DatabaseInput"), renames)


@cache
def _table() -> Translation:
    renames = dict.fromkeys(("catalogId", "databaseName", "region"), "")
    return Translation(member_shape("glue", "CreateTable", "TableInput"), renames)


def _validate_database(properties: Properties, failures: list[Failure]) -> None:
    _refuse_unserved(_DATABASE, properties)
    _database().to_aws(properties, failures)
    _check_case(properties, failures, "name")


def _validate_table(properties: Properties, failures: list[Failure]) -> None:
    _refuse_unserved(_TABLE, properties)
    _table().to_aws(properties, failures)
    _check_case(properties, failures, "name", "databaseName")


def _refuse_unserved(token: str, properties: Properties) -> None:
    for name in _UNSERVED[token]:
        if properties.get(name) not in (None, [], {}):
            raise Unmapped(name)


def _check_case(properties: Properties, failures: list[Failure], *names: str) -> None:
    """Glue would fold the name, and every later read would show another than the program's."""
    for name in names:
        value = properties.get(name)
        if value is not UNKNOWN and isinstance(value, str) and value != value.lower():
            failures.append(Failure(name, f"{value!r} has capital letters; Glue's names have none"))


# -- databases -------------------------------------------------------------------------------------------------------


def _database_input(op: Operation, name: str) -> dict[str, Any]:
    return {"Description": "", "Parameters": {}, **_database().to_aws(op.new), "Name": name}


def _create_database(op: Operation) -> str:
    name = physical_name(op)
    op.cloud.client("glue").create_database(DatabaseInput=_database_input(op, name), Tags=op.tags)
    return f"{op.cloud.account}:{name}"


def _read_database(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    catalog, _, name = resource_id.partition(":")
    client, arn = cloud.client("glue"), _arn(cloud, f"database/{name}")
    with absent(_GONE):
        found = client.get_database(Name=name)["Database"]
        tags = client.get_tags(ResourceArn=arn).get("Tags", {})
        return {**_database().from_aws(found, input_shape(_DATABASE)), "arn": arn, "catalogId": catalog, "tags": tags}
    return None


def _update_database(op: Operation) -> None:
    client, name = op.cloud.client("glue"), op.id.partition(":")[2]
    arn = _arn(op.cloud, f"database/{name}")
    client.update_database(Name=name, DatabaseInput=_database_input(op, name))
    sync_tags(
        client.get_tags(ResourceArn=arn).get("Tags", {}),
        op.tags,
        lambda keys: client.untag_resource(ResourceArn=arn, TagsToRemove=keys),
        lambda tags: client.tag_resource(ResourceArn=arn, TagsToAdd=tags),
    )


def _delete_database(op: Operation) -> None:
    """With its tables, as AWS does."""
    with absent(_GONE):
        op.cloud.client("glue").delete_database(Name=op.id.partition(":")[2])


# -- tables ----------------------------------------------------------------------------------------------------------


def _table_input(op: Operation, name: str) -> dict[str, Any]:
    empty = {"Description": "", "Parameters": {}, "PartitionKeys": [], "StorageDescriptor": {}}
    return {**empty, **_table().to_aws(op.new), "Name": name}


def _create_table(op: Operation) -> str:
    name, database = physical_name(op), op.new["databaseName"]
    op.cloud.client("glue").create_table(DatabaseName=database, TableInput=_table_input(op, name))
    return f"{op.cloud.account}:{database}:{name}"


def _read_table(cloud: Cloud, resource_id: str, state: Properties) -> Properties | None:
    catalog, database, name = resource_id.split(":")
    with absent(_GONE):
        found = cloud.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
        return {
            **_table().from_aws(found, input_shape(_TABLE)),
            "arn": _arn(cloud, f"table/{database}/{name}"),
            "catalogId": catalog,
            "databaseName": database,
        }
    return None


def _update_table(op: Operation) -> None:
    _, database, name = op.id.split(":")
    op.cloud.client("glue").update_table(DatabaseName=database, TableInput=_table_input(op, name))


def _delete_table(op: Operation) -> None:
    _, database, name = op.id.split(":")
    with absent(_GONE):
        op.cloud.client("glue").delete_table(DatabaseName=database, Name=name)


def _arn(cloud: Cloud, resource: str) -> str:
    return f"arn:aws:glue:{cloud.region}:{cloud.account}:{resource}"


ROWS = (
    ResourceType(
        _DATABASE,
        create=_create_database,
        read=_read_database,
        update=_update_database,
        delete=_delete_database,
        validate=_validate_database,
        automatic_name=_automatic_name,
        filled=frozenset({"catalogId"}),
    ),
    ResourceType(
        _TABLE,
        create=_create_table,
        read=_read_table,
        update=_update_table,
        delete=_delete_table,
        validate=_validate_table,
        automatic_name=_automatic_name,
        filled=frozenset({"catalogId", "tableType"}),
    ),
)
