"""Predictions held against the real engine and the local cloud's own rules: what is predicted is what comes.

One project stands, then two edits break it, each previewed, predicted, and applied with `--continue-on-error`, so that
the engine reaches every step. The edits are chosen so that no schedule avoids the refusal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from slipway.cloud.provider.cloud import Cloud
from slipway.plan import read_plan, urn_name
from slipway.preflight import AwsRefusal
from slipway.preflight.evidence import Evidence

pytestmark = pytest.mark.engine

PROGRAM = """
import json, pulumi, pulumi_aws as aws

edit = json.load(open("edit.json"))
creates, deletes, arns = edit["do"] == "creates", edit["do"] == "deletes", edit["arns"]
after = lambda *names: pulumi.ResourceOptions(depends_on=list(names))

zone = aws.route53.Zone("zone", name="refused.test")
if not deletes:
    spare = aws.route53.Zone("spare", name="spare.test")
    bucket = aws.s3.Bucket("logs-renamed" if creates else "logs", bucket="refused-test-logs")
    router = aws.cloudfront.Function("router", name="refused-router", runtime="cloudfront-js-2.0", code="function handler(event) { return event.request; }")
    oac = aws.cloudfront.OriginAccessControl("oac", name="refused-oac", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4")
    cert = aws.acm.Certificate("cert", domain_name="*.refused.test", validation_method="DNS")
    proof = cert.domain_validation_options[0]
    record = aws.route53.Record("proof", zone_id=zone.zone_id, name=proof.resource_record_name, type=proof.resource_record_type, ttl=60, records=[proof.resource_record_value])
    issued = aws.acm.CertificateValidation("issued", certificate_arn=cert.arn, validation_record_fqdns=[record.fqdn])

certificate = arns["cert"] if deletes else issued.certificate_arn
function = arns["router"] if deletes else router.arn
access = arns["oac"] if deletes else oac.id

def distribution(name, aliases, opts=None, arn=certificate, max_ttl=100):
    return aws.cloudfront.Distribution(name, enabled=True, aliases=aliases,
        origins=[{"origin_id": "s3", "domain_name": "refused-test-origin.s3.us-east-1.amazonaws.com", "origin_access_control_id": access}],
        default_cache_behavior={"target_origin_id": "s3", "viewer_protocol_policy": "redirect-to-https", "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"], "min_ttl": 0, "default_ttl": 60, "max_ttl": max_ttl,
            "forwarded_values": {"query_string": False, "cookies": {"forward": "none"}},
            "function_associations": [{"event_type": "viewer-request", "function_arn": function}]},
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"acm_certificate_arn": arn, "ssl_support_method": "sni-only", "minimum_protocol_version": "TLSv1.2_2021"}, opts=opts)

green = distribution("green", ["a.refused.test"] if creates else [])
blue = distribution("blue", [] if creates else ["a.refused.test"], after(green))
slow = distribution("slow", [], max_ttl=30 if creates else 100)
aws.route53.Record("static-renamed" if creates else "static", zone_id=zone.zone_id, name="static.refused.test", type="A", ttl=60, records=["192.0.2.1"])
aws.route53.Record("plain", zone_id=zone.zone_id, name="plain", type="A", ttl=60, records=["192.0.2.1"])
if creates:
    pending = aws.acm.Certificate("pending", domain_name="pending.refused.test", validation_method="DNS")
    distribution("early", ["pending.refused.test"], arn=pending.arn)
    aws.route53.Record("beside", zone_id=zone.zone_id, name="plain", type="CNAME", ttl=60, records=["a.example.net"])
    aws.route53.Record("share", zone_id=zone.zone_id, name="plain", type="A", ttl=60, records=["192.0.2.2"], set_identifier="share", weighted_routing_policies=[{"weight": 1}])
    aws.route53.Record("apex", zone_id=zone.zone_id, name="refused.test", type="CNAME", ttl=60, records=["a.example.net"])
    aws.cloudfront.Function("router-too", name="refused-router", runtime="cloudfront-js-2.0", code="function handler(event) { return event.request; }")
    aws.cloudfront.OriginAccessControl("oac-too", name="refused-oac", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4")
"""  # noqa: E501 a program under test, not ours to lay out

DELETES = {
    ("ResourceInUseException", "cert"),
    ("FunctionInUse", "router"),
    ("OriginAccessControlInUse", "oac"),
    ("BucketNotEmpty", "logs"),
    ("HostedZoneNotEmpty", "spare"),
}
CREATES = {
    ("InvalidChangeBatch", "static-renamed"),
    ("InvalidChangeBatch", "beside"),
    ("InvalidChangeBatch", "share"),
    ("InvalidChangeBatch", "apex"),
    ("CNAMEAlreadyExists", "green"),
    ("InvalidViewerCertificate", "early"),
    ("InvalidTTLOrder", "slow"),
    ("FunctionAlreadyExists", "router-too"),
    ("OriginAccessControlAlreadyExists", "oac-too"),
    ("BucketAlreadyExists", "logs-renamed"),
}
# Told all the same, so that it is not met in the next apply: deletes are not begun where a create has failed.
NOT_REACHED = {("BucketNotEmpty", "logs")}


@dataclass(frozen=True, slots=True)
class Seen:
    """One edit: what was predicted from its preview, and what the engine said of its update."""

    predicted: tuple[AwsRefusal, ...]
    said: str

    def steps(self) -> set[tuple[str, str]]:
        return {(refusal.error, urn_name(refusal.urn)) for refusal in self.predicted}

    def complaint(self, name: str) -> str:
        """What the engine printed under the diagnostics of one resource."""
        found = re.search(rf"^  \S+ \({re.escape(name)}\):\n((?:    .*\n|\n)*)", self.said, re.MULTILINE)
        return found[1] if found else ""


@pytest.fixture(scope="module")
def seen(new_project: Callable[..., Any], aws: Cloud) -> dict[str, Seen]:
    """The project brought up, and both edits."""
    project = new_project("refused", PROGRAM)

    def edited(do: str, arns: dict[str, str]) -> None:
        (project.directory / "edit.json").write_text(json.dumps({"do": do, "arns": arns}))

    edited("nothing", {})
    project.up()
    state = project.state()
    arns = {"cert": state["cert"]["id"], "router": state["router"]["outputs"]["arn"], "oac": state["oac"]["id"]}
    fill(aws, state)
    found = {}
    for do in ("deletes", "creates"):
        edited(do, arns)
        plan = read_plan(json.dumps(project.preview()))
        predicted = Evidence(plan, ()).prediction.refusals
        found[do] = Seen(predicted, project.up("--continue-on-error", expect=None).text)
    return found


def fill(aws: Cloud, state: dict[str, dict[str, Any]]) -> None:
    """Contents that no plan holds."""
    aws.client("s3").put_object(Bucket=state["logs"]["id"], Key="log", Body=b"1")
    record = {"Name": "x.spare.test", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    aws.client("route53").change_resource_record_sets(HostedZoneId=state["spare"]["id"], ChangeBatch=batch)


def test_every_refused_step_is_predicted_and_no_other(seen: dict[str, Seen]) -> None:
    """The predictions name exactly the steps that the edits break."""
    assert seen["deletes"].steps() == DELETES
    assert seen["creates"].steps() == CREATES | NOT_REACHED


@pytest.mark.parametrize(("error", "name"), sorted(DELETES))
def test_a_delete_fails_with_the_predicted_error(seen: dict[str, Seen], error: str, name: str) -> None:
    """The engine's diagnostics of that very resource carry AWS's code."""
    assert error in seen["deletes"].complaint(name), seen["deletes"].said


@pytest.mark.parametrize(("error", "name"), sorted(CREATES))
def test_a_create_or_update_fails_with_the_predicted_error(seen: dict[str, Seen], error: str, name: str) -> None:
    """The engine's diagnostics of that very resource carry AWS's code."""
    assert error in seen["creates"].complaint(name), seen["creates"].said
