"""A small site, and what somebody does to it behind Pulumi's back."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from slipway.cloud.provider.cloud import Cloud

__all__ = ["PROGRAM", "Hand", "Repository", "settings"]

ROOT = Path(__file__).parents[2]
ZONE = "drift.example"
PROGRAM = f'''
import pulumi
import pulumi_aws as aws

DOCS_TTL = 300

zone = aws.route53.Zone("zone", name="{ZONE}")
certificate = aws.acm.Certificate("certificate", domain_name="static.{ZONE}", validation_method="DNS")
wanted = certificate.domain_validation_options[0]
proof = aws.route53.Record(
    "proof",
    zone_id=zone.zone_id,
    name=wanted.resource_record_name,
    type=wanted.resource_record_type,
    ttl=60,
    records=[wanted.resource_record_value],
)
issued = aws.acm.CertificateValidation(
    "issued", certificate_arn=certificate.arn, validation_record_fqdns=[proof.fqdn]
)
content = aws.s3.Bucket("content", force_destroy=True, tags={{"team": "infrastructure"}})
distribution = aws.cloudfront.Distribution(
    "distribution",
    enabled=True,
    aliases=["static.{ZONE}"],
    origins=[{{"origin_id": "content", "domain_name": content.bucket_regional_domain_name}}],
    default_cache_behavior={{
        "target_origin_id": "content",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    }},
    restrictions={{"geo_restriction": {{"restriction_type": "none"}}}},
    viewer_certificate={{"acm_certificate_arn": issued.certificate_arn, "ssl_support_method": "sni-only"}},
)
for name, kind, ttl, answer in (
    ("www", "CNAME", 300, "static.{ZONE}"),
    ("docs", "CNAME", DOCS_TTL, "static.{ZONE}"),
    ("note", "TXT", 300, "hello"),
):
    aws.route53.Record(name, zone_id=zone.zone_id, name=f"{{name}}.{ZONE}", type=kind, ttl=ttl, records=[answer])
'''


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody with the console open, at the site that a stack's state describes."""

    cloud: Cloud
    state: dict

    def _id(self, name: str) -> str:
        return next(each["id"] for urn, each in self.state.items() if urn.endswith(f"::{name}") and "id" in each)

    def _change(self, action: str, **record: object) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        self.cloud.client("route53").change_resource_record_sets(HostedZoneId=self._id("zone"), ChangeBatch=batch)

    def sets_ttl(self, ttl: int, name: str = "www") -> None:
        answer = [{"Value": f"static.{ZONE}"}]
        self._change("UPSERT", Name=f"{name}.{ZONE}", Type="CNAME", TTL=ttl, ResourceRecords=answer)

    def ttls(self) -> dict[str, int]:
        """What is there of the CNAMEs, by the first label."""
        found = self.cloud.client("route53").list_resource_record_sets(HostedZoneId=self._id("zone"))
        names = [each for each in found["ResourceRecordSets"] if each["Type"] == "CNAME"]
        return {each["Name"].partition(".")[0]: each["TTL"] for each in names if not each["Name"].startswith("_")}

    def deletes_note(self) -> None:
        self._change("DELETE", Name=f"note.{ZONE}", Type="TXT", TTL=300, ResourceRecords=[{"Value": '"hello"'}])

    def tags_bucket(self, **tags: str) -> None:
        found = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.cloud.client("s3").put_bucket_tagging(Bucket=self._id("content"), Tagging={"TagSet": found})

    def compresses(self, wanted: bool) -> None:
        """Change the distribution: whatever it is changed to, it gets another ETag and another date."""
        cloudfront, found = self.cloud.client("cloudfront"), self._id("distribution")
        known = cloudfront.get_distribution_config(Id=found)
        config = known["DistributionConfig"]
        config["DefaultCacheBehavior"]["Compress"] = wanted
        cloudfront.update_distribution(Id=found, IfMatch=known["ETag"], DistributionConfig=config)


NAMES = {
    "project": "Pulumi.yaml",
    "staging": "Pulumi.staging.yaml",
    "program": "__main__.py",
    "lock": "requirements.lock",
    "ignored": ".gitignore",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository of one project; its author is Ada, on one machine."""

    directory: Path

    def git(self, *arguments: str, at: str = "") -> str:
        """Run git; `at` is when a commit is made."""
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
        command = [*((shutil.which("env") or "env", f"GIT_COMMITTER_DATE={at}") if at else ()), "git", *identity]
        done = subprocess.run([*command, *arguments], cwd=self.directory, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commits(self, subject: str, at: str = "", **files: str) -> str:
        """Write files, which go by the names in `NAMES` or by their own, and commit everything. The commit's id."""
        for name, text in files.items():
            (self.directory / NAMES.get(name, name)).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject, at=at)
        return self.git("rev-parse", "HEAD")


def settings(**more: str) -> str:
    """The committed settings of staging, with a ledger in a folder that git ignores."""
    text = (ROOT / "Pulumi.staging.yaml").read_text()
    lines = "".join(f"  slipway:{key}: {value}\n" for key, value in {"ledger": "past", **more}.items())
    return text.replace("config:\n", f"config:\n{lines}", 1)


def compact(document: str) -> str:
    """A recorded document without what nobody reads: where in the program a resource was made, and when."""
    read = json.loads(document)
    for step in read["steps"]:
        for side in ("oldState", "newState"):
            for key in ("stackTrace", "sourcePosition", "created", "modified"):
                (step.get(side) or {}).pop(key, None)
    kept = {key: read[key] for key in ("steps", "changeSummary")}
    return json.dumps(kept, separators=(",", ":")) + "\n"
