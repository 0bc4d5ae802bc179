"""Programs that are not ours: explicit providers, default tags, data sources, secrets, renames, bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud

pytestmark = pytest.mark.engine

PROGRAM = """
import json, pulumi, pulumi_aws as aws

cfg = pulumi.Config()
west = aws.Provider("west", region="eu-west-1", default_tags={"tags": {"team": "cdn"}})
here = aws.get_caller_identity()
zone = aws.route53.Zone("zone", name="other.example")
copy = aws.s3.Bucket("copy", tags={"own": "yes"}, opts=pulumi.ResourceOptions(provider=west))
oai = aws.cloudfront.OriginAccessIdentity("oai")
document = aws.iam.get_policy_document_output(statements=[{
    "actions": ["s3:GetObject"], "resources": [copy.arn.apply(lambda arn: arn + "/*")],
    "principals": [{"type": "AWS", "identifiers": [oai.iam_arn]}],
}])
aws.s3.BucketPolicy("copy-policy", bucket=copy.id, policy=document.json, opts=pulumi.ResourceOptions(provider=west))
aws.s3.BucketObjectv2("file", bucket=copy.id, source=pulumi.FileAsset("file.txt"),
                      opts=pulumi.ResourceOptions(provider=west))
aws.route53.Record(cfg.get("name") or "txt", zone_id=zone.zone_id, name="txt", type="TXT", ttl=60,
                   records=[cfg.require_secret("word")],
                   opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="txt")]))
for cdn, weight in (("a", 1), ("b", cfg.get_int("weight") or 0)):
    aws.route53.Record("www-" + cdn, zone_id=zone.zone_id, name="www.other.example", type="CNAME", ttl=300,
                       records=[cdn + ".example.net"], set_identifier=cdn,
                       weighted_routing_policies=[{"weight": weight}])
found = aws.route53.get_zone_output(zone_id=zone.zone_id)
managed = aws.cloudfront.get_cache_policy_output(name="Managed-CachingOptimized")
pulumi.export("account", here.account_id)
pulumi.export("zone", found.name)
pulumi.export("policy", managed.id)
pulumi.export("word", cfg.require_secret("word"))
"""


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Any]) -> Any:
    project = new_project("other", PROGRAM)
    (project.directory / "file.txt").write_text("one")
    project.pulumi("config", "set", "--secret", "word", "hush")
    project.up()
    return project


def test_program_with_providers_and_data_sources_comes_up_and_stays(project: Any, aws: Cloud) -> None:
    """A second preview and a refresh change nothing; the bucket is in its provider's region with its tags."""
    assert project.steps("--refresh") == {}
    outputs = json.loads(project.pulumi("stack", "output", "--json").out)
    assert outputs["account"] == "123456789012"
    assert outputs["zone"] == "other.example"
    assert outputs["policy"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    state = project.state()["copy"]
    assert state["outputs"]["region"] == "eu-west-1"
    assert state["outputs"]["tagsAll"] == {"team": "cdn", "own": "yes"}
    bucket = state["id"]
    tags = aws.within("eu-west-1").client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "cdn", "own": "yes"}


def test_secret_stays_secret(project: Any) -> None:
    """Neither state nor preview shows a value that the program marked secret."""
    assert "hush" not in project.pulumi("stack", "export").out
    assert "hush" not in json.dumps(project.preview())


def test_changed_file_is_an_update(project: Any) -> None:
    """The engine compares assets by their content's hash."""
    (project.directory / "file.txt").write_text("two")
    assert project.steps() == {"file": "update"}
    project.up()
    assert project.steps() == {}


def test_weight_step_is_one_update(project: Any) -> None:
    """One member of a weighted set, in place."""
    project.pulumi("config", "set", "weight", "5")
    assert project.steps() == {"www-b": "update"}
    project.up()


def test_renamed_record_with_an_alias_changes_nothing(project: Any) -> None:
    """The same record set under another logical name."""
    project.pulumi("config", "set", "name", "renamed")
    assert project.steps() == {}
    project.up()
    assert "renamed" in project.state()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")', "aws:ec2/vpc:Vpc"),
        (
            'aws.route53.Record("r", zone_id="Z1", name="a", type="A", ttl=-5, records=["192.0.2.1"])',
            "ttl",
        ),
        ('aws.s3.Bucket("b", bucket="No_Good")', "bucket"),
        ('aws.ec2.get_ami(most_recent=True, owners=["self"])', "aws:ec2/getAmi:getAmi"),
    ],
    ids=["unknown type", "limit", "bucket name", "unknown data source"],
)
def test_what_the_local_cloud_cannot_do_is_said_by_name(new_project: Callable[..., Any], line: str, words: str) -> None:
    """At preview, without a traceback of the provider's."""
    project = new_project("wrong", f"import pulumi_aws as aws\n{line}\n")
    run = project.pulumi("preview", expect=None)
    assert run.status != 0
    assert words in run.text
    assert "bug in the local provider" not in run.text


def test_refusal_of_aws_stops_the_apply_with_its_own_code(new_project: Callable[..., Any]) -> None:
    """A CNAME beside an A record: MiniStack would take it."""
    program = """
import pulumi, pulumi_aws as aws
zone = aws.route53.Zone("zone", name="refused.example")
a = aws.route53.Record("a", zone_id=zone.zone_id, name="www", type="A", ttl=60, records=["192.0.2.1"])
aws.route53.Record("c", zone_id=zone.zone_id, name="www", type="CNAME", ttl=60, records=["x.example.net"],
                   opts=pulumi.ResourceOptions(depends_on=[a]))
"""
    run = new_project("refused", program).up(expect=None)
    assert run.status != 0
    assert "InvalidChangeBatch" in run.text
    assert "conflicting RRSet of type A" in run.text


def test_package_schema_is_one_the_engine_reads(project: Any) -> None:
    """`pulumi import` needs it to write code, where the Python host can (the built one cannot)."""
    launcher = f"{project.shell['SLIPWAY_CLOUD_DIR']}/bin/pulumi-resource-aws"
    schema = json.loads(project.pulumi("package", "get-schema", launcher).out)
    assert "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration" in schema["resources"]
