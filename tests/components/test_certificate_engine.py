"""A certificate that gains a name, on the real engine: alone, and while something else is applied before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_aws import route53
from slipway.components import Certificate, HostedZone

config = pulumi.Config()
zone = HostedZone("zone", domain="{domain}", protect=False, tags={{}})
certificate = Certificate("www", names=config.require_object("names"), zone_id=zone.id, tags={{}})
note = route53.Record("note", zone_id=zone.id, name="note.{domain}", type="TXT", ttl=60,
                      records=[config.require("note")])
pulumi.export("arn", certificate.issued_arn)
"""
DOMAIN = "certificate-target.example.org"


def test_something_else_is_applied_first_while_the_certificate_is_to_gain_a_name(
    new_project: Callable[..., Any],
) -> None:
    """With a target that is not the certificate, the program gets the names that it has still."""
    project = new_project("certificate", PROGRAM.format(domain=DOMAIN))
    project.pulumi("config", "set", "--path", "names[0]", f"www.{DOMAIN}")
    project.pulumi("config", "set", "note", "before")
    project.up()
    project.pulumi("config", "set", "--path", "names[1]", f"files.{DOMAIN}")
    project.pulumi("config", "set", "note", "after")
    wanted = {"note", "www", "www-issued", f"www-validation-www.{DOMAIN}", f"www-validation-files.{DOMAIN}"}
    assert set(project.steps()) == wanted
    note = next(step["urn"] for step in project.preview()["steps"] if step["urn"].endswith("::note"))
    project.up(f"--target={note}")
    assert set(project.steps()) == wanted - {"note"}
    project.up()
    assert not project.steps()
