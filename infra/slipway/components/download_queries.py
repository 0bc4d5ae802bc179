"""The access logs as a table that Athena reads, and the workgroup that may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws
from pulumi_aws import athena, glue

from slipway.components.buckets import RESULTS, LogBucket

__all__ = ["DownloadQueries"]

_CDNS = "cloudfront,fastly-requests"  # the folders of the log bucket, one for each CDN
_LINE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
# Fields of a row are parted by what no log has: the whole line is the first of them.
_NEVER = "\x01"


class DownloadQueries(pulumi.ComponentResource):
    """A table of the lines of both CDNs' access logs in `logs`; queries of its workgroup scan at most `scan_bytes`.

    The table has one column, `line`, text as it lies there: compressed files are read by their extensions, and what a
    line means is for the query. Its partitions, `cdn` and `host`, are projected out of the table's own properties
    (Amazon Athena user guide, *Use partition projection with Amazon Athena*), so that no crawler runs and a new host
    needs no statement. `folders` are those that the distributions write, `cloudfront/<host>/`: as outputs of theirs,
    so that another host of the table is a consequence of another distribution, and no change of its own.

    The workgroup's settings hold whatever a client asks for. Results go to a folder of the log bucket that is emptied
    after days, since they are of the same people as the logs.

    Replaced: nothing. Names are of Pulumi's making; a new definition of the table is an update in place.
    """

    database: pulumi.Output[str]
    table: pulumi.Output[str]
    workgroup: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        logs: LogBucket,
        folders: Sequence[pulumi.Input[str]],
        scan_bytes: int,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:components:DownloadQueries", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        place = pulumi.Output.concat("s3://", logs.bucket.id, "/")
        database = glue.CatalogDatabase(
            name, description="Access logs, to count downloads", tags=dict(tags), opts=inside
        )
        table = glue.CatalogTable(
            f"{name}_lines",
            # Not its name: that is drawn in a preview already, and another one in the apply, which is then not what was
            # approved. The ARN is known once the database is there.
            database_name=database.arn.apply(lambda arn: arn.rpartition("/")[2]),
            description="A row for each line of an access log",
            table_type="EXTERNAL_TABLE",
            parameters=_projection(place, folders),
            partition_keys=[{"name": "cdn", "type": "string"}, {"name": "host", "type": "string"}],
            storage_descriptor={
                "location": place,
                "columns": [{"name": "line", "type": "string"}],
                "input_format": "org.apache.hadoop.mapred.TextInputFormat",
                "output_format": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "ser_de_info": {"serialization_library": _LINE, "parameters": {"field.delim": _NEVER}},
            },
            opts=inside,
        )
        account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(parent=self)).account_id
        workgroup = athena.Workgroup(
            name,
            description="Queries of the access logs",
            configuration={
                "enforce_workgroup_configuration": True,
                "bytes_scanned_cutoff_per_query": scan_bytes,
                "publish_cloudwatch_metrics_enabled": True,
                "result_configuration": {
                    "output_location": pulumi.Output.concat(place, RESULTS),
                    "expected_bucket_owner": account,
                    "encryption_configuration": {"encryption_option": "SSE_S3"},
                },
            },
            # Its history is not worth keeping a workgroup for.
            force_destroy=True,
            tags=dict(tags),
            opts=inside,
        )
        self.database, self.table, self.workgroup = database.name, table.name, workgroup.name
        self.register_outputs({"workgroup": self.workgroup})

    @property
    def outputs(self) -> dict[str, pulumi.Output[str]]:
        """What the download counter asks of it."""
        return {"workgroup": self.workgroup, "database": self.database, "table": self.table}


def _projection(place: pulumi.Output[str], folders: Sequence[pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    hosts = pulumi.Output.all(*folders).apply(lambda every: ",".join(sorted(each.split("/")[1] for each in every)))
    return {
        "EXTERNAL": "TRUE",
        "projection.enabled": "true",
        "projection.cdn.type": "enum",
        "projection.cdn.values": _CDNS,
        "projection.host.type": "enum",
        "projection.host.values": hosts,
        "storage.location.template": pulumi.Output.concat(place, "${cdn}/${host}/"),
    }
