"""What the whole program registers, every service of it: what each service is for, as resources."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

Registered = dict[str, Any]
ROOT = Path(__file__).parents[2]
RECORD, DISTRIBUTION = "aws:route53/record:Record", "aws:cloudfront/distribution:Distribution"


@cache
def whole(stack: str) -> tuple[Registered, ...]:
    """The resources of a committed stack."""
    settings = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    flat = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in settings.items()
        if key.startswith("slipway:")
    }
    script = Path(__file__).with_name("record_program.py")
    done = subprocess.run(
        [sys.executable, str(script)], input=json.dumps(flat), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(item for item in json.loads(done.stdout) if item["custom"])


def named(token: str, name: str, stack: str = "production") -> dict[str, Any]:
    (found,) = [item for item in whole(stack) if item["type"] == token and item["name"] == name]
    return found["inputs"]


def records(host: str) -> list[dict[str, Any]]:
    return [item["inputs"] for item in whole("production") if item["type"] == RECORD and item["inputs"]["name"] == host]


def test_staging_and_production_differ_only_by_settings() -> None:
    """The same resources, but for the names of hosts in theirs."""
    kinds = [sorted(item["type"] for item in whole(stack)) for stack in ("staging", "production")]
    assert kinds[0] == kinds[1]


def test_crates_fail_over_to_a_copy_in_another_region() -> None:
    inputs = named(DISTRIBUTION, "crates")
    assert [each["originId"] for each in inputs["origins"]] == ["bucket", "fallback"]
    assert inputs["originGroups"][0]["failoverCriteria"] == {"statusCodes": [500, 502, 503]}
    assert inputs["defaultCacheBehavior"]["targetOriginId"] == inputs["originGroups"][0]["originId"]
    assert named("aws:s3/bucket:Bucket", "crates-fallback")["region"] == "us-west-1"
    (rule,) = named("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "crates-replication")["rules"]
    assert rule["filter"] == {"prefix": "crates/"}


def test_both_copies_admit_the_distribution_alone() -> None:
    for name in ("crates-read", "crates-read-fallback"):
        policy = json.loads(named("aws:s3/bucketPolicy:BucketPolicy", name)["policy"])
        (statement,) = policy["Statement"]
        assert statement["Condition"] == {"StringEquals": {"AWS:SourceArn": "arn:aws:test:::crates"}}


def test_the_first_config_of_the_index_is_written_once() -> None:
    found = named("aws:s3/bucketObjectv2:BucketObjectv2", "index-config")
    assert json.loads(found["content"]) == {"dl": "https://static.example.org/crates", "api": "https://example.org"}


def test_the_web_application_passes_everything_on_and_is_walled() -> None:
    inputs = named(DISTRIBUTION, "web")
    behavior = inputs["defaultCacheBehavior"]
    assert set(behavior["allowedMethods"]) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
    assert inputs["webAclId"] == "arn:aws:test:::web"
    origin = inputs["origins"][0]["customOriginConfig"]
    assert (origin["originProtocolPolicy"], origin["originKeepaliveTimeout"], origin["originReadTimeout"]) == (
        "https-only", 60, 60,
    )  # fmt: skip
    hsts = named("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "web-headers")["securityHeadersConfig"]
    assert hsts["strictTransportSecurity"]["accessControlMaxAgeSec"] == 31_536_000
    (rule,) = named("aws:wafv2/webAcl:WebAcl", "web")["rules"]
    assert rule["statement"]["rateBasedStatement"]["limit"] == 2000


def test_releases_forward_query_strings_and_have_a_page_for_what_is_missing() -> None:
    key = "parametersInCacheKeyAndForwardedToOrigin"
    policy = named("aws:cloudfront/cachePolicy:CachePolicy", "releases-cache")[key]
    assert policy["queryStringsConfig"] == {"queryStringBehavior": "all"}
    errors = named(DISTRIBUTION, "releases")["customErrorResponses"]
    assert {(each["errorCode"], each["responseCode"], each["responsePagePath"]) for each in errors} == {
        (403, 404, "/404.html"), (404, 404, "/404.html"),
    }  # fmt: skip


def test_releases_lose_their_cache_every_night() -> None:
    schedule = named("aws:scheduler/schedule:Schedule", "releases-nightly")
    assert schedule["scheduleExpression"] == "cron(30 0 * * ? *)"
    assert schedule["target"]["arn"] == "arn:aws:scheduler:::aws-sdk:cloudfront:createInvalidation"
    request = json.loads(schedule["target"]["input"])
    assert request["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/*"]}
    allowed = json.loads(named("aws:iam/rolePolicy:RolePolicy", "releases-nightly-role-policy")["policy"])
    assert allowed["Statement"] == [
        {"Effect": "Allow", "Action": "cloudfront:CreateInvalidation", "Resource": "arn:aws:test:::releases"}
    ]


def test_fonts_of_the_documentation_are_immutable() -> None:
    inputs = named(DISTRIBUTION, "documentation")
    assert inputs["origins"][0]["originPath"] == "/doc"
    (fonts,) = inputs["orderedCacheBehaviors"]
    assert fonts["pathPattern"] == "*.woff2"
    headers = named("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "documentation-immutable")
    assert "immutable" in headers["customHeadersConfig"]["items"][0]["value"]


def test_every_redirect_has_a_distribution_of_its_own() -> None:
    found = [item for item in whole("production") if item["type"] == DISTRIBUTION and "redirect" in item["name"]]
    assert len(found) == 10
    assert all(len(item["inputs"]["aliases"]) == 1 for item in found)


def test_a_shared_name_leads_to_both_networks_by_weight() -> None:
    members = {each["setIdentifier"]: each for each in records("static.example.org")}
    assert {(key, each["type"], each["ttl"], tuple(each["records"])) for key, each in members.items()} == {
        ("cloudfront", "CNAME", 300, ("cloudfront-static.example.org",)),
        ("fastly", "CNAME", 300, ("fastly-static.example.org",)),
    }
    assert members["fastly"]["weightedRoutingPolicies"] == [{"weight": 55}]
    (pool,) = records("fastly-static.example.org")
    assert (pool["type"], pool["ttl"], pool["records"]) == ("CNAME", 60, ["pool.cdn.example.com"])


def test_an_apex_is_shared_by_addresses() -> None:
    members = {(each["setIdentifier"], each["type"]): each for each in records("example.org")}
    assert set(members) == {(member, kind) for member in ("cloudfront", "fastly") for kind in ("A", "AAAA")}
    assert members["fastly", "AAAA"]["records"] == ["2001:db8::10", "2001:db8::11"]
    assert members["cloudfront", "A"]["aliases"]
    assert [each["type"] for each in records("fastly-app.example.org")] == ["CNAME"]


def test_a_shared_name_waits_for_what_it_leads_to() -> None:
    (member,) = [item for item in whole("production") if item["name"] == "crates-static.example.org-CNAME-cloudfront"]
    waits = " ".join(member["dependencies"])
    assert "cloudfront-static.example.org" in waits
    assert "fastly-static.example.org" in waits


@pytest.mark.parametrize("folder", ["cloudfront/", "fastly-requests/"])
def test_the_log_queue_hears_of_both_networks_logs(folder: str) -> None:
    events = named("aws:s3/bucketNotification:BucketNotification", "logs-queue-events")["queues"]
    assert folder in [each["filterPrefix"] for each in events]


def test_a_log_that_is_never_counted_becomes_a_dead_letter() -> None:
    """After five receipts, into a queue that takes those of this one alone, and keeps them as long as SQS does."""
    queue, dead = (named("aws:sqs/queue:Queue", name) for name in ("logs-queue", "logs-queue-dead"))
    arn = {"deadLetterTargetArn": "arn:aws:test:::logs-queue-dead", "maxReceiveCount": 5}
    assert json.loads(queue["redrivePolicy"]) == arn
    assert dead["messageRetentionSeconds"] == 14 * 86_400
    sources = named("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "logs-queue-dead-sources")
    assert json.loads(sources["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:aws:test:::logs-queue"],
    }


def test_the_table_of_logs_has_every_distributions_folder() -> None:
    """The partitions are worked out of what the distributions write, and nothing reads what a log means."""
    table = named("aws:glue/catalogTable:CatalogTable", "downloads_lines")
    said = table["parameters"]
    hosts = {item["inputs"]["comment"] for item in whole("production") if item["type"] == DISTRIBUTION}
    assert said["projection.host.values"] == ",".join(sorted(hosts))
    assert len(hosts) > 10
    assert said["projection.cdn.values"] == "cloudfront,fastly-requests"
    assert said["storage.location.template"] == "s3://logs-id/${cdn}/${host}/"
    assert [each["name"] for each in table["partitionKeys"]] == ["cdn", "host"]
    assert [each["name"] for each in table["storageDescriptor"]["columns"]] == ["line"]


def test_another_host_of_the_table_is_a_consequence_of_its_distribution() -> None:
    """Else a new redirect would be two changes."""
    (table,) = [item for item in whole("production") if item["type"] == "aws:glue/catalogTable:CatalogTable"]
    needed = set(table["property_dependencies"]["parameters"])
    assert needed >= {item["urn"] for item in whole("production") if item["type"] == DISTRIBUTION}


def test_queries_cost_no_more_than_the_workgroup_says() -> None:
    """Whatever a client asks for; results expire where they are, and go to nobody else's bucket."""
    settings = named("aws:athena/workgroup:Workgroup", "downloads")["configuration"]
    assert settings["enforceWorkgroupConfiguration"]
    assert settings["bytesScannedCutoffPerQuery"] == 200 * 10**9
    assert settings["resultConfiguration"] == {
        "outputLocation": "s3://logs-id/athena/",
        "expectedBucketOwner": "123456789012",
        "encryptionConfiguration": {"encryptionOption": "SSE_S3"},
    }


def test_logs_of_every_distribution_go_below_its_host() -> None:
    for item in whole("production"):
        if item["type"] == DISTRIBUTION:
            assert item["inputs"]["loggingConfig"]["prefix"] == f"cloudfront/{item['inputs']['comment']}/"
