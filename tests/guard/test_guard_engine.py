"""The guard inside the real engine: what is not approved is not done, whoever asks and however."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from guarded import Guarded

from slipway.cloud.provider.cloud import Cloud

BASE = """
class Pair(pulumi.ComponentResource):
    def __init__(self, name, bucket):
        super().__init__("test:index:Pair", name)
        aws.s3.Bucket(f"{{name}}-inside", bucket=bucket, opts=pulumi.ResourceOptions(parent=self))

def text(name, ttl, label=""):
    full = f"{{label or name}}.{domain}"
    return aws.route53.Record(name, zone_id=zone.zone_id, name=full, type="TXT", ttl=ttl, records=["x"])
"""
FIRST = """
kept, going = text("kept", 60), text("going", 60)
aws.s3.Bucket("files", bucket="{unique}-one")
Pair("pair", "{unique}-inside")
"""
AS_IT_IS = """
kept = text("kept", 300)
aws.s3.Bucket("files", bucket="{unique}-one")
Pair("pair", "{unique}-inside")
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, shell: dict[str, str], aws: Cloud) -> Guarded:
    """A guarded stack with its ledger in S3, deployed as it was approved."""
    unique = f"guard-{uuid.uuid4().hex[:8]}"
    aws.client("s3").create_bucket(Bucket=f"{unique}-ledger")
    place = f"s3://{unique}-ledger/cdn"
    stack = Guarded.made(tmp_path_factory.mktemp(unique), shell, f"{unique}.example.org", ledger=place)
    stack.commit((BASE + FIRST).format(domain=stack.domain, unique=unique), "the first deployment")
    refused = stack.up(expect=None)
    assert refused.returncode
    assert re.search("slipway: no create of [a-z]+: nothing is approved for production", refused.stdout)
    assert "Run: slipway preflight production && slipway approve production" in refused.stdout
    # The stack itself and the default provider are no things of the world.
    assert not [each for each in stack.resources().values() if each["type"].startswith("aws:")]
    stack.approved()
    stack.up()
    return stack


def edited(stack: Guarded, text: str) -> None:
    unique = stack.domain.partition(".")[0]
    stack.commit((BASE + text).format(domain=stack.domain, unique=unique))


@pytest.mark.parametrize(
    ("edit", "refused"),
    [
        (FIRST + 'aws.s3.Bucket("more", bucket="{unique}-more")', "create of more"),
        (FIRST + 'Pair("another", "{unique}-other")', "create of another"),
        (FIRST + 'west = aws.Provider("west", region="us-west-2")', "create of west"),
        (FIRST.replace("60", "300", 1), "update of kept"),
        (FIRST.replace("-one", "-two"), "delete of files"),  # A bucket with a name of its own goes first.
        (FIRST.replace(', text("going", 60)', ", None"), "delete of going"),
    ],
    ids=["create", "component", "provider", "update", "replacement", "removal"],
)
def test_without_approval_no_step_of_any_kind_is_taken(stack: Guarded, edit: str, refused: str) -> None:
    before = stack.resources()
    edited(stack, edit)
    said = stack.up("--refresh", expect=None)
    assert said.returncode
    assert f"slipway: no {refused}: it was approved for commit" in said.stdout, said.stdout
    assert shown(stack.resources()) == shown(before)


def shown(resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: (each["id"], each["inputs"]) for name, each in resources.items() if each["type"].startswith("aws:")}


def test_more_resources_than_the_program_has_threads_are_refused_as_well(stack: Guarded) -> None:
    """Registrations wait in the SDK's threads for an engine that waits for a hook."""
    edited(stack, FIRST + "many = [text(f'many-{{number}}', 60) for number in range(80)]")
    said = stack.up("--parallel", "100", expect=None)
    assert said.returncode
    assert "no create of many-" in said.stdout


def test_guarded_stack_is_not_destroyed(stack: Guarded) -> None:
    before = set(stack.resources())
    assert stack.pulumi("destroy", "--yes", "--skip-preview", expect=None).returncode
    said = stack.pulumi("destroy", "--yes", "--skip-preview", "--run-program", expect=None)
    assert said.returncode
    assert "slipway: no delete of" in said.stdout
    assert set(stack.resources()) == before


def test_approved_steps_of_each_kind_are_taken_and_those_alone(stack: Guarded) -> None:
    """An update, a replacement and a delete, one after the other; what was approved for one does not do the next."""
    changed = FIRST.replace('text("kept", 60)', 'text("kept", 300)')
    edited(stack, changed)
    stack.approved()
    stack.up()
    assert stack.resources()["kept"]["inputs"]["ttl"] == 300
    edited(stack, changed.replace('"going", 60', '"going", 60, "moved"'))
    stack.approved()
    stack.up()
    assert stack.resources()["going"]["inputs"]["name"] == f"moved.{stack.domain}"
    edited(stack, AS_IT_IS)
    assert "no delete of going: it was approved for commit" in stack.up(expect=None).stdout
    stack.approved()
    stack.up()
    assert "going" not in stack.resources()


def test_plan_that_grew_after_its_approval_is_stopped_where_it_grew(stack: Guarded) -> None:
    """The same commit and settings, and yet another plan: what the program reads from outside git."""
    read = AS_IT_IS.replace("300", 'int(os.environ.get("TTL", "300"))')
    edited(stack, "import os\n" + read)
    stack.slipway("preflight", "production", TTL="400")
    stack.slipway("approve", "production")
    assert "no update of kept: this step is not in the approved plan" in stack.up(expect=None, TTL="401").stdout
    edited(stack, AS_IT_IS.replace("300", "400"))
    stack.approved()
    edited(stack, AS_IT_IS)  # Nothing to do, and so nothing to refuse.
    stack.up()


def test_record_set_that_somebody_else_changed_is_left_alone(stack: Guarded, aws: Cloud) -> None:
    edited(stack, AS_IT_IS.replace("300", "600"))
    stack.approved()
    route53 = aws.client("route53")
    zone = stack.resources()["zone"]["id"]
    name = f"kept.{stack.domain}"
    theirs = {"Name": name, "Type": "TXT", "TTL": 5, "ResourceRecords": [{"Value": '"theirs"'}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": theirs}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    said = stack.up(expect=None).stdout
    assert f"no update of kept: {name} TXT is not what the stack's state says: somebody else has changed it" in said
    assert "slipway drift production" in said
    ours = {"Name": name, "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": '"x"'}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": ours}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    stack.slipway("apply", "production")
    assert stack.resources()["kept"]["inputs"]["ttl"] == 600
