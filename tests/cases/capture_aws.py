"""Capture the cases named `aws_...`: `python tests/cases/capture_aws.py` (two minutes; brings engine and cloud).

One site comes up on a local cloud of its own; then its program is edited in as many ways as there are cases, and each
edit previewed. What each case expects was decided by hand and stands beside its edit.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from slipway.cloud import environment, process
from slipway.engine import resolve

HERE = Path(__file__).parent
VOLATILE = {"created", "modified", "sourcePosition", "stackTrace"}
PROGRAM = """
import json, pulumi, pulumi_aws as aws

edit = json.load(open("edit.json"))
do = edit["do"]
options = pulumi.ResourceOptions

zone = aws.route53.Zone("zone", name="example.org")
bucket = aws.s3.Bucket("crates", bucket="crates-example-org")
oac = aws.cloudfront.OriginAccessControl("oac", name="crates", origin_access_control_origin_type="s3",
                                         signing_behavior="always", signing_protocol="sigv4")
if do != "aws_function_deleted_in_use":
    router = aws.cloudfront.Function("router", name="router", runtime="cloudfront-js-2.0",
                                     code="function handler(event) { return event.request; }").arn
else:
    router = edit["router"]

def validated(name, domain, opts=None):
    cert = aws.acm.Certificate(name, domain_name=domain, validation_method="DNS", opts=opts,
                               subject_alternative_names=["example.org"] if opts else None)
    option = cert.domain_validation_options[0]
    proof = aws.route53.Record(name + "-proof", zone_id=zone.zone_id, name=option.resource_record_name,
        type=option.resource_record_type, ttl=60, records=[option.resource_record_value], allow_overwrite=True)
    issued = aws.acm.CertificateValidation(name + "-issued", certificate_arn=cert.arn,
                                           validation_record_fqdns=[proof.fqdn])
    return cert, issued.certificate_arn

delete_first = do == "aws_certificate_replaced_delete_first"
cert, arn = validated("cert", "*.example.org", options(delete_before_replace=True) if delete_first else None)
if do != "aws_validation_record_shared":
    validated("twin", "*.example.org")

def serve(name, aliases, opts=None, certificate=arn, max_ttl=31536000):
    return aws.cloudfront.Distribution(name, enabled=True, aliases=aliases,
        origins=[{"origin_id": "s3", "domain_name": bucket.bucket_regional_domain_name,
                  "origin_access_control_id": oac.id}],
        default_cache_behavior={"target_origin_id": "s3", "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"],
            "min_ttl": 0, "default_ttl": 86400, "max_ttl": max_ttl,
            "forwarded_values": {"query_string": False, "cookies": {"forward": "none"}},
            "function_associations": [{"event_type": "viewer-request", "function_arn": router}]},
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"acm_certificate_arn": certificate, "ssl_support_method": "sni-only",
                            "minimum_protocol_version": "TLSv1.2_2021"}, opts=opts)

moved = do == "aws_alias_moved_the_adding_first"
green = serve("green", ["static.example.org"] if moved else [])
cdn = serve("cdn-renamed" if do == "aws_distribution_renamed" else "cdn", [] if moved else ["static.example.org"],
            options(depends_on=[green]) if moved else None,
            max_ttl=3600 if do == "aws_default_ttl_above_maximum" else 31536000)
aws.s3.BucketPolicy("read-renamed" if do == "aws_bucket_policy_renamed" else "read", bucket=bucket.id,
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": pulumi.Output.concat(bucket.arn, "/*"),
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": [cdn.arn, green.arn]}}}]}))

def record(name, host, type="CNAME", values=None, opts=None, **more):
    return aws.route53.Record(name, zone_id=zone.zone_id, name=host, type=type, ttl=300,
                              records=values or [cdn.domain_name], opts=opts, **more)

share = lambda name: {"set_identifier": name, "weighted_routing_policies": [{"weight": 1}]}
converted = do == "aws_member_added_while_the_other_is_converted"
renames = ("aws_record_renamed", "aws_record_renamed_overwriting", "aws_record_renamed_with_an_alias")
record("static-renamed" if do in renames else "static", "static.example.org",
       opts=options(aliases=[pulumi.Alias(name="static")]) if do == renames[2] else None,
       **({"allow_overwrite": True} if do == renames[1] else {}), **(share("cloudfront") if converted else {}))
if converted:
    record("static-fastly", "static.example.org", values=["fastly.example.net"], **share("fastly"))
if do == "aws_address_beside_a_cname":
    record("static-v6", "static.example.org", "AAAA", ["2001:db8::1"])
if do == "aws_certificate_not_awaited":
    new = aws.acm.Certificate("new", domain_name="new.example.com", validation_method="DNS")
    serve("new", ["new.example.com"], certificate=new.arn)
"""

CASES: dict[str, tuple[int, tuple[str, ...], tuple[str, ...], str]] = {  # exit, rules, AWS's errors, why
    "aws_record_renamed": (
        1, ("aws-refusal", "double-claim"), ("InvalidChangeBatch",), "the create finds the old record set standing"),
    "aws_record_renamed_overwriting": (
        1, ("double-claim",), (), "the create overwrites, and the late delete removes the live record set"),
    "aws_record_renamed_with_an_alias": (0, (), (), "one URN for one record set: the engine keeps it"),
    "aws_address_beside_a_cname": (1, ("aws-refusal",), ("InvalidChangeBatch",), "a CNAME stands alone at its name"),
    "aws_member_added_while_the_other_is_converted": (
        1, ("aws-refusal",), ("InvalidChangeBatch",), "nothing makes the new member wait for the conversion"),
    "aws_alias_moved_the_adding_first": (
        1, ("aws-refusal",), ("CNAMEAlreadyExists",), "the alias is added before the other distribution lets go"),
    "aws_distribution_renamed": (
        1, ("aws-refusal", "double-claim"), ("CNAMEAlreadyExists",), "the old distribution goes only at the end"),
    "aws_certificate_not_awaited": (
        1, ("aws-refusal",), ("InvalidViewerCertificate",), "a new distribution takes a pending certificate"),
    "aws_certificate_replaced_delete_first": (
        1, ("aws-refusal",), ("ResourceInUseException",), "the distribution still serves with the one that goes"),
    "aws_function_deleted_in_use": (
        1, ("aws-refusal",), ("FunctionInUse",), "the distribution names the function by its ARN alone"),
    "aws_default_ttl_above_maximum": (1, ("aws-refusal",), ("InvalidTTLOrder",), "made twice in real life"),
    "aws_bucket_policy_renamed": (
        1, ("double-claim",), (), "the late delete removes the policy that the create has put"),
    "aws_validation_record_shared": (
        1, ("double-claim",), (), "two certificates share the validation record that goes with one of them"),
}  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        running = process.start(home / "cloud")
        try:
            capture(home, environment.within(running, resolve()))
        finally:
            process.stop(home / "cloud")


def capture(home: Path, shell: dict[str, str]) -> None:
    """Bring the site up, then preview every edit and write it down."""
    (home / "Pulumi.yaml").write_text("name: cdn\nruntime: python\n")
    (home / "__main__.py").write_text(PROGRAM)
    edited(home, "nothing")
    pulumi(home, shell, "stack", "init", "production")
    pulumi(home, shell, "up", "--yes", "--skip-preview")
    state = json.loads(pulumi(home, shell, "stack", "export"))["deployment"]["resources"]
    router = next(one["outputs"]["arn"] for one in state if one["urn"].endswith("::router"))
    for name, (status, rules, errors, why) in CASES.items():
        edited(home, name, router)
        options = ("--json", "--show-sames", "--show-replacement-steps")
        document = json.loads(pulumi(home, shell, "preview", *options))
        document.pop("diagnostics", None)
        expected = {"args": [], "exit": status, "rules": rules, "aws": errors, "why": why}
        (HERE / name).mkdir(exist_ok=True)
        (HERE / name / "preview.json").write_text(json.dumps(lasting(document), indent=1) + "\n")
        (HERE / name / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
        print(name)


def edited(home: Path, do: str, router: str = "") -> None:
    (home / "edit.json").write_text(json.dumps({"do": do, "router": router}))


def pulumi(home: Path, shell: dict[str, str], *arguments: str) -> str:
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=home, env={**os.environ, **shell}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def lasting(value: Any) -> Any:
    """Without what differs from one preview of a thing to the next, and where the program stood."""
    if isinstance(value, dict):
        return {key: lasting(item) for key, item in value.items() if key not in VOLATILE}
    return [lasting(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
