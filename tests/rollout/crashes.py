"""A guarded stack that is changed to and fro, and the processes of an apply, to be killed in the middle of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import IO, Any

from guarded import Guarded

from slipway.ledger import Entry, open_book

__all__ = ["Crashing", "Kill"]

LIMIT = 180.0  # seconds for one command: an engine that hangs shall not hold up everybody else
PROGRAM = """
import json

class Site(pulumi.ComponentResource):
    def __init__(self, names):
        super().__init__("test:index:Site", "site")
        own = pulumi.ResourceOptions(parent=self)
        files = aws.s3.Bucket("files", bucket="{unique}-files", opts=own)
        access = aws.cloudfront.OriginAccessControl("access", name="{unique}", signing_behavior="always",
            origin_access_control_origin_type="s3", signing_protocol="sigv4", opts=own)
        certificate = aws.acm.Certificate("certificate", domain_name=names[0], subject_alternative_names=names,
                                          validation_method="DNS", opts=own)
        self.text("noted", "noted", certificate.arn)
        self.text("named", certificate.arn.apply(lambda arn: arn[-8:]), "named")
        cached = {{"cookies_config": {{"cookie_behavior": "none"}}, "headers_config": {{"header_behavior": "none"}},
                  "query_strings_config": {{"query_string_behavior": "none"}}}}
        aws.cloudfront.CachePolicy("cache", name="{unique}", comment=certificate.arn, min_ttl=0, default_ttl=60,
                                   max_ttl=600, parameters_in_cache_key_and_forwarded_to_origin=cached, opts=own)
        options = certificate.domain_validation_options
        proofs = [self.proof(name, options) for name in names]
        issued = aws.acm.CertificateValidation("issued", certificate_arn=certificate.arn,
                                               validation_record_fqdns=[proof.fqdn for proof in proofs], opts=own)
        origin = {{"origin_id": "files", "domain_name": files.bucket_regional_domain_name,
                  "origin_access_control_id": access.id}}
        cdn = aws.cloudfront.Distribution("cdn", enabled=True, aliases=["www.{domain}"], comment="{unique}",
            origins=[origin], restrictions={{"geo_restriction": {{"restriction_type": "none"}}}},
            default_cache_behavior={{
                "target_origin_id": "files", "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6"}},
            viewer_certificate={{"acm_certificate_arn": issued.certificate_arn, "ssl_support_method": "sni-only"}},
            opts=own)
        policy = aws.s3.BucketPolicy("policy", bucket=files.bucket, policy=cdn.arn.apply(self.statement), opts=own)
        aws.route53.Record("www", zone_id=zone.zone_id, name="www.{domain}", type="A",
            aliases=[{{"name": cdn.domain_name, "zone_id": cdn.hosted_zone_id, "evaluate_target_health": False}}],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]))

    def proof(self, name, options):
        option = options.apply(lambda found: next(each for each in found if each.domain_name == name))
        return aws.route53.Record(f"proof-{{name}}", zone_id=zone.zone_id, name=option.resource_record_name, ttl=60,
            type=option.resource_record_type, records=[option.resource_record_value],
            opts=pulumi.ResourceOptions(parent=self))

    def text(self, name, label, value):
        aws.route53.Record(name, zone_id=zone.zone_id, name=pulumi.Output.concat(label, ".{domain}"), type="TXT",
                           ttl=60, records=[value], opts=pulumi.ResourceOptions(parent=self))

    def statement(self, arn):
        only = {{"StringEquals": {{"AWS:SourceArn": arn}}}}
        allow = {{"Effect": "Allow", "Principal": {{"Service": "cloudfront.amazonaws.com"}}, "Action": "s3:GetObject",
                 "Resource": "arn:aws:s3:::{unique}-files/*", "Condition": only}}
        return json.dumps({{"Version": "2012-10-17", "Statement": [allow]}})
"""
FORMS = ('Site(["www.{domain}"])', 'Site(["www.{domain}", "files.{domain}"])')
"""Between them lies one change, with steps of every kind: the certificate is replaced, what is named after it as well,
what tells of it is updated, and a record proves the other name or does so no more."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Who is killed, and when: this part of the time that an undisturbed apply takes."""

    who: str
    when: float


@dataclass(frozen=True)
class Crashing:
    """The stack."""

    stack: Guarded

    @property
    def unique(self) -> str:
        return self.stack.domain.partition(".")[0]

    def change(self, form: int) -> None:
        """Commit one of the two forms, preflight and approve it."""
        written = (PROGRAM + FORMS[form] + "\n").format(domain=self.stack.domain, unique=self.unique)
        self.stack.commit(written, f"form {form}")
        self.stack.approved()

    def apply(self, *words: str, output: IO[str] | None = None) -> subprocess.Popen[str]:
        """Begin `slipway apply production`."""
        command = [sys.executable, "-c", "from slipway.cli import main; main()", "apply", "production", *words]
        out = output or subprocess.PIPE
        return subprocess.Popen(
            command,
            cwd=self.stack.directory,
            env=self.stack.shell,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self, begun: subprocess.Popen[str]) -> tuple[int, str]:
        """The exit status of an apply, and what it said."""
        try:
            said, _ = begun.communicate(timeout=LIMIT)
        finally:
            begun.kill()
        return begun.returncode, said

    def carried_through(self, *words: str) -> None:
        """Apply to the end."""
        status, said = self.ended(self.apply(*words))
        assert status == 0, said

    def struck(self, kill: Kill, usual: float, *words: str) -> tuple[int, str]:
        """Begin an apply, and kill one of its processes, or what there is of it by then; its exit status,
        and what it said."""
        driver = self.apply(*words)
        time.sleep(kill.when * usual)
        if victim := _victim(driver.pid, kill.who):
            os.kill(victim, signal.SIGKILL)
        if kill.who == "driver":
            driver.kill()  # What it has started goes on, and holds its output open: nobody waits for that.
            driver.wait()
            if driver.stdout:
                driver.stdout.close()
            return -signal.SIGKILL, ""
        return self.ended(driver)

    def shown(self) -> dict[str, Any]:
        """What is deployed, by URN: the inputs, with the names of the resources instead of ids that AWS drew; and what
        of the stack's things there is in AWS, in the state or not."""
        exported = json.loads(self.stack.pulumi("stack", "export").stdout)["deployment"]
        assert not exported.get("pending_operations"), exported["pending_operations"]
        resources = exported["resources"]
        drawn = {str(each["id"]): each["urn"].split("::")[-1] for each in resources if each.get("id")}
        drawn |= {id_[-8:]: f"end of {name}" for id_, name in drawn.items() if id_.startswith("arn:")}
        shown = {}
        for each in resources:
            assert not each.get("delete"), f"{each['urn']} is still to be deleted"
            text = json.dumps(each.get("inputs", {}), sort_keys=True)
            for id_, name in sorted(drawn.items(), key=lambda pair: -len(pair[0])):
                text = text.replace(id_, f"<{name}>")
            assert each["urn"] not in shown, f"{each['urn']} is there twice"
            shown[each["urn"]] = text
        return shown

    @property
    def entries(self) -> list[Entry]:
        """What the ledger has."""
        return [link.entry for link in open_book(self.stack.ledger, "production", self.stack.shell).entries()]

    @property
    def is_done(self) -> bool:
        """Whether the last apply was carried through, by the ledger."""
        deed = self.entries[-1].deed
        return (deed.kind, deed.outcome) == ("apply", "done")

    def deeds(self, since: int) -> list[tuple[str, str, str]]:
        """What the ledger has after an entry: kinds, outcomes and plans, without the applies that failed."""
        entries = self.entries[since:]
        failed = {each.number for each in entries if each.deed.outcome == "failed"}
        failed |= {each.deed.of for each in entries if each.number in failed}
        kept = [each.deed for each in entries if each.number not in failed]
        return [(deed.kind, deed.outcome, deed.plan) for deed in kept]


def _victim(driver: int, who: str) -> int:
    """The process id of the engine or the provider that a driver has started; 0 if there is none yet."""
    shown = subprocess.run(
        ["ps", "-ax", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout
    found = [
        (int(pid), int(parent), command)
        for pid, parent, command in (line.split(None, 2) for line in shown.splitlines())
    ]
    engines = [pid for pid, parent, command in found if parent == driver and "pulumi" in command]
    if who == "engine":
        return engines[0] if engines else 0
    plugins = [pid for pid, parent, command in found if parent in engines and "slipway.cloud.provider" in command]
    return plugins[0] if who == "plugin" and plugins else 0
