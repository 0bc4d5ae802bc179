"""Two small stacks that one change after another is rolled out to, and the processes of a rollout, to be killed in the
middle of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from guarded import Guarded, git

from slipway.ledger import Entry, open_book

__all__ = ["CREDENTIALS", "NETWORK", "STACKS", "Blow", "Crashing"]

STACKS = ("staging", "production")
NETWORK = "network"
CREDENTIALS = "credentials"
NOWHERE = "http://127.0.0.1:9"
LIMIT = 240.0  # seconds for one command: an engine that hangs shall not hold up everybody else
COMMAND = [sys.executable, "-c", "from slipway.cli import main; main()"]
PROGRAM = """
import json

import pulumi
import pulumi_aws as aws
from slipway import config
from slipway.guard import protect

stack = config.from_engine()
protect(stack)
domain, unique = stack.zone, stack.zone.partition(".")[0]
zone = aws.route53.Zone("zone", name=domain)
cached = {"cookies_config": {"cookie_behavior": "none"}, "headers_config": {"header_behavior": "none"},
          "query_strings_config": {"query_string_behavior": "none"}}

class Site(pulumi.ComponentResource):
    def __init__(self, names):
        super().__init__("test:index:Site", "site")
        own = pulumi.ResourceOptions(parent=self)
        files = aws.s3.Bucket("files", bucket=f"{unique}-files", opts=own)
        access = aws.cloudfront.OriginAccessControl("access", name=unique, signing_behavior="always",
            origin_access_control_origin_type="s3", signing_protocol="sigv4", opts=own)
        certificate = aws.acm.Certificate("certificate", domain_name=names[0], subject_alternative_names=names,
                                          validation_method="DNS", opts=own)
        self.text("noted", "noted", certificate.arn)
        self.text("named", certificate.arn.apply(lambda arn: arn[-8:]), "named")
        aws.cloudfront.CachePolicy("cache", name=unique, comment=certificate.arn, min_ttl=0, default_ttl=60,
                                   max_ttl=600, parameters_in_cache_key_and_forwarded_to_origin=cached, opts=own)
        options = certificate.domain_validation_options
        proofs = [self.proof(name, options) for name in names]
        issued = aws.acm.CertificateValidation("issued", certificate_arn=certificate.arn,
                                               validation_record_fqdns=[proof.fqdn for proof in proofs], opts=own)
        origin = {"origin_id": "files", "domain_name": files.bucket_regional_domain_name,
                  "origin_access_control_id": access.id}
        cdn = aws.cloudfront.Distribution("cdn", enabled=True, aliases=[f"www.{domain}"], comment=unique,
            is_ipv6_enabled=True, origins=[origin], restrictions={"geo_restriction": {"restriction_type": "none"}},
            default_cache_behavior={
                "target_origin_id": "files", "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6"},
            viewer_certificate={"acm_certificate_arn": issued.certificate_arn, "ssl_support_method": "sni-only",
                                "minimum_protocol_version": "TLSv1.2_2021"},
            opts=own)
        policy = aws.s3.BucketPolicy("policy", bucket=files.bucket, policy=cdn.arn.apply(self.statement), opts=own)
        for kind in ("A", "AAAA"):
            aws.route53.Record(f"www-{kind}", zone_id=zone.zone_id, name=f"www.{domain}", type=kind,
                aliases=[{"name": cdn.domain_name, "zone_id": cdn.hosted_zone_id, "evaluate_target_health": False}],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]))

    def proof(self, name, options):
        option = options.apply(lambda found: next(each for each in found if each.domain_name == name))
        return aws.route53.Record(f"proof-{name}", zone_id=zone.zone_id, name=option.resource_record_name, ttl=60,
            type=option.resource_record_type, records=[option.resource_record_value],
            opts=pulumi.ResourceOptions(parent=self))

    def text(self, name, label, value):
        aws.route53.Record(name, zone_id=zone.zone_id, name=pulumi.Output.concat(label, f".{domain}"), type="TXT",
                           ttl=60, records=[value], opts=pulumi.ResourceOptions(parent=self))

    def statement(self, arn):
        only = {"StringEquals": {"AWS:SourceArn": arn}}
        allow = {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
                 "Resource": f"arn:aws:s3:::{unique}-files/*", "Condition": only}
        return json.dumps({"Version": "2012-10-17", "Statement": [allow]})

"""
FORMS = ('Site([f"www.{domain}"])', 'Site([f"www.{domain}", f"files.{domain}"])')
"""Between them lies one change, with steps of every kind: the certificate is replaced, what is named after it as well,
what tells of it is updated, and a record proves the other name or does so no more."""


@dataclass(frozen=True, slots=True)
class Blow:
    """Who is killed, and when: this part of the time that an undisturbed rollout takes. Or the credentials expire then.
    Or the network is away, all the time."""

    who: str
    when: float


@dataclass(frozen=True)
class Crashing:
    """The stacks of one program, in a work tree with a ledger beside it."""

    site: Guarded
    expire: Callable[[str], None]

    @classmethod
    def made(cls, directory: Path, shell: dict[str, str], unique: str, expire: Callable[[str], None]) -> Crashing:
        """Both stacks, nothing deployed yet. `expire` lets temporary credentials expire, named by their key."""
        site = Guarded.made(directory, shell, f"production-{unique}.example.org")
        site.pulumi("stack", "init", "staging", own_stack=False)
        for stack in STACKS:
            file = site.directory / f"Pulumi.{stack}.yaml"
            found = yaml.safe_load(file.read_text()) if file.exists() else {}
            host = f"www.{stack}-{unique}.example.org"
            config = {
                "aws:region": "us-east-1",
                "slipway:environment": stack,
                "slipway:guarded": stack == "production",
                "slipway:protect": stack == "production",
                "slipway:zone": host.removeprefix("www."),
                "slipway:log_retention_days": 330,
                "slipway:ledger": site.ledger,
                "slipway:rollout": {"soak": 2},
                "slipway:crates": {"host": host, "names": {host: "served"}, "default_ttl": 60, "max_ttl": 600},
            }
            file.write_text(yaml.safe_dump({**found, "config": config}, sort_keys=False))
        return cls(site, expire)

    @property
    def form(self) -> int:
        """The form that is checked out."""
        return FORMS.index(self._program.read_text().splitlines()[-1])

    @property
    def _program(self) -> Path:
        return self.site.directory / "__main__.py"

    def change(self, form: int) -> None:
        """Commit one of the two forms."""
        self._program.write_text(PROGRAM + FORMS[form] + "\n")
        git(self.site.directory, "add", "-A")
        git(self.site.directory, "commit", "-q", "--allow-empty", "-m", f"form {form}")

    def begin(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Begin `slipway WORDS --yes`."""
        return subprocess.Popen(
            [*COMMAND, *words, "--yes"],
            cwd=self.site.directory,
            env={**self.site.shell, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self, begun: subprocess.Popen[str]) -> tuple[int, str]:
        """The exit status of such a command, and what it said."""
        try:
            said, _ = begun.communicate(timeout=LIMIT)
        finally:
            begun.kill()
        return begun.returncode, said

    def carried_through(self, *words: str) -> str:
        """Such a command, which succeeds; what was said."""
        status, said = self.ended(self.begin(*words))
        assert status == 0, said
        return said

    def struck(self, blow: Blow, usual: float, *words: str) -> tuple[int, str]:
        """Begin such a command, and kill one of its processes, or the driver where there is no such one by then; its
        exit status, and what it said."""
        if blow.who == NETWORK:
            return self.ended(self.begin(*words, AWS_ENDPOINT_URL=NOWHERE, SLIPWAY_CLOUD_ENDPOINT=NOWHERE))
        if blow.who == CREDENTIALS:
            key = f"ASIA{uuid.uuid4().hex[:16].upper()}"
            driver = self.begin(*words, AWS_ACCESS_KEY_ID=key, AWS_SESSION_TOKEN="of a session")
            time.sleep(blow.when * usual)
            self.expire(key)
            return self.ended(driver)
        driver = self.begin(*words)
        time.sleep(blow.when * usual)
        if blow.who != "driver" and self.kill(driver, blow.who):
            return self.ended(driver)
        driver.kill()  # What it has started goes on, and holds its output open: nobody waits for that.
        driver.wait()
        if driver.stdout:
            driver.stdout.close()
        return driver.returncode, ""

    def kill(self, driver: subprocess.Popen[str], who: str) -> bool:
        """Kill the engine or the plugin of a command, if there is one by now."""
        victim = _victim(driver.pid, who)
        if victim:
            os.kill(victim, signal.SIGKILL)
        return victim != 0

    def shown(self) -> dict[str, Any]:
        """What is deployed, by URN: the inputs, with the names of the resources instead of ids that AWS drew."""
        return {urn: text for stack in STACKS for urn, text in _shown(self.exported(stack)).items()}

    def exported(self, stack: str) -> dict[str, Any]:
        """A stack's state."""
        done = self.site.pulumi("stack", "export", "--stack", stack, own_stack=False)
        found: dict[str, Any] = json.loads(done.stdout)["deployment"]
        return found

    def entries(self, stack: str) -> list[Entry]:
        """What the ledger has."""
        return [link.entry for link in open_book(self.site.ledger, stack, self.site.shell).entries()]

    def deeds(self, stack: str, since: int) -> list[tuple[str, str, str]]:
        """What a stack's ledger has after an entry: kinds, outcomes and plans. Of what failed and was begun again, the
        first beginning and the last end."""
        kept: list[tuple[str, str, str]] = []
        again: set[str] = set()
        for deed in (entry.deed for entry in self.entries(stack)[since:]):
            if deed.outcome == "failed":
                again.add(deed.kind)
            elif deed.outcome == "begun" and deed.kind in again:
                again.remove(deed.kind)
            else:
                kept.append((deed.kind, deed.outcome, deed.plan))
        return kept


def _shown(deployment: dict[str, Any]) -> dict[str, Any]:
    assert not deployment.get("pending_operations"), deployment["pending_operations"]
    resources = deployment["resources"]
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
