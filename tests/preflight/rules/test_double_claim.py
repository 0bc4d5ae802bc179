"""The rule against letting go of what another resource claims."""

from __future__ import annotations

import json

import pytest

from slipway.plan import read_plan
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.double_claim import findings

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CNAME = {"type": "CNAME", "ttl": 300, "records": (["dcdn.cloudfront.net"], "cdn"), "zoneId": ("Zzone", "zone")}


def certificate_reissued(site, **names: object) -> None:
    unknown = (UNKNOWN, "cert")
    site.replace("cert", **names)
    site.replace("proof-static", name=unknown, type=unknown, records=([UNKNOWN], "cert"))
    site.replace("issued", certificateArn=unknown, validationRecordFqdns=([UNKNOWN], "proof-static"))


@pytest.fixture
def found(site):
    """Everything the rule has against the site as it is edited."""

    def ask():
        return list(findings(Evidence(read_plan(json.dumps(site.document())), ())))

    return ask


def test_a_record_renamed_without_an_alias_is_refused_with_the_line_to_add(site, found):
    """The create overwrites, the late delete removes the live record: exit 0, name gone."""
    site.create("record", "renamed", name="static.example.org", allowOverwrite=True, **CNAME)
    site.delete("static")
    (finding,) = found()
    assert "both static and renamed claim the record set CNAME static.example.org" in finding.message
    assert 'aliases=[pulumi.Alias(name="static")] in the options of renamed' in finding.advice
    assert [urn.rpartition("::")[2] for urn in finding.urns] == ["static", "renamed"]


def test_two_generations_of_one_record_set_are_refused(site, found):
    site.replace("static", allowOverwrite=True)
    (finding,) = found()
    assert "two generations of static" in finding.message
    assert "forces the replacement" in finding.advice


def test_a_delete_left_over_from_an_earlier_apply_takes_the_live_record(site, found):
    site.delete("static", left_over=True)
    (finding,) = found()
    assert "left over" in finding.advice


def test_a_record_replaced_delete_first_loses_nothing_to_itself(site, found):
    site.replace("static", delete_first=True, zoneId=("Zzone", "zone"))
    assert found() == []


def test_a_record_that_may_keep_its_unknown_name_is_not_held_against_the_plan(site, found):
    certificate_reissued(site, subjectAlternativeNames=["index.example.org"])
    assert found() == []


def test_a_shared_validation_record_stays_when_one_certificate_gains_a_name(site, found):
    """Its name depends on the domain alone, which that certificate keeps: the engine will replace nothing."""
    site.has("certificate", "other", domainName="static.example.org", validationMethod="DNS")
    site.proof("twin", "other", "_v.static.example.org")
    certificate_reissued(site, subjectAlternativeNames=["index.example.org"])
    assert found() == []


def test_a_shared_validation_record_goes_when_one_certificate_loses_the_domain(site, found):
    site.has("certificate", "other", domainName="static.example.org", validationMethod="DNS")
    site.proof("twin", "other", "_v.static.example.org")
    certificate_reissued(site, domainName="index.example.org")
    (finding,) = found()
    assert "both proof-static and twin claim the record set CNAME _v.static.example.org" in finding.message


def test_both_claims_going_is_a_removal_and_no_double_claim(site, found):
    site.has("record", "twin", name="static.example.org", **CNAME)
    site.delete("static")
    site.delete("twin")
    assert found() == []


def test_two_that_stand_and_one_that_goes_is_refused_with_a_way_to_let_go(site, found):
    site.has("record", "twin", name="static.example.org", **CNAME)
    site.delete("twin")
    (finding,) = found()
    assert "retain_on_delete=True on twin" in finding.advice


def test_a_record_that_is_retained_takes_nothing_away(site, found):
    site.has("record", "twin", {"retainOnDelete": True}, name="static.example.org", **CNAME)
    site.delete("twin")
    assert found() == []


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("policy", {"policy": "{}"}),
        ("lifecycle", {"rules": [{"id": "a"}]}),
        ("aws:s3/bucketVersioning:BucketVersioning", {}),
        ("aws:s3/bucketObjectv2:BucketObjectv2", {"key": "index.html"}),
    ],
)
def test_one_setting_of_one_bucket_under_two_names_is_refused(site, found, kind, inputs):
    of_bucket = {"bucket": ("attic", "attic"), **inputs}
    site.has("bucket", "attic", bucket="attic")
    site.has(kind, "before", **of_bucket)
    site.create(kind, "after", **of_bucket)
    site.delete("before")
    (finding,) = found()
    assert "of the bucket attic" in finding.message
    assert "aliases=" in finding.advice


def test_settings_of_two_buckets_are_two_things(site, found):
    site.has("bucket", "attic", bucket="attic")
    site.create("policy", "other", bucket=("attic", "attic"), policy="{}")
    site.delete("read")
    assert found() == []


def test_a_setting_that_moves_to_the_bucket_that_replaces_its_own_is_no_double_claim(site, found):
    site.replace("crates", delete_first=True, bucket="crates-2")
    site.replace("read", bucket=(UNKNOWN, "crates"))
    assert found() == []


def test_a_bucket_renamed_in_the_program_under_its_own_name_is_refused(site, found):
    site.has("bucket", "attic", bucket="attic")
    site.create("bucket", "loft", bucket="attic")
    site.delete("attic")
    (finding,) = found()
    assert "the bucket attic" in finding.message


def test_a_distribution_renamed_in_the_program_is_refused(site, found):
    site.create("distribution", "cdn-2", aliases=["static.example.org"])
    site.delete("cdn")
    (finding,) = found()
    assert "the alias static.example.org" in finding.message
    assert 'pulumi.Alias(name="cdn")' in finding.advice


def test_an_alias_moved_between_distributions_is_refused_without_advising_two_applies(site, found):
    site.serve("green", [], "arn:cert", "issued")
    site.update("cdn", aliases=[])
    site.update("green", aliases=["static.example.org"])
    (finding,) = found()
    assert "associate-alias" in finding.advice


# -- validation records


def test_a_validation_record_that_a_staying_certificate_needs_may_not_go(site, found):
    site.has("certificate", "other", domainName="*.static.example.org", validationMethod="DNS")
    site.delete("proof-static")
    (finding,) = found()
    assert "cannot renew" in finding.message
    assert "_v.static.example.org" in finding.message


def test_a_validation_record_renamed_while_its_certificate_is_reissued_is_refused(site, found):
    """Whatever the new record's name turns out to be, the certificate still has the domain of the one that goes."""
    unknown = (UNKNOWN, "cert")
    site.replace("cert", subjectAlternativeNames=["index.example.org"])
    zone = {"zoneId": ("Zzone", "zone")}
    site.create("record", "proof-renamed", name=unknown, type=unknown, ttl=60, records=([UNKNOWN], "cert"), **zone)
    site.delete("proof-static")
    site.replace("issued", certificateArn=(UNKNOWN, "cert"), validationRecordFqdns=([UNKNOWN], "proof-renamed"))
    assert [finding.rule for finding in found()] == ["double-claim"]


def test_a_validation_record_may_go_with_the_last_certificate_that_has_its_domain(site, found):
    site.has("certificate", "spare", domainName="spare.example.org", validationMethod="DNS")
    site.proof("proof-spare", "spare", "_v.spare.example.org")
    site.delete("spare")
    site.delete("proof-spare")
    assert found() == []


def test_a_name_taken_off_a_certificate_takes_its_validation_record_along(site, found):
    site.has("certificate", "pair", domainName="a.example.org", subjectAlternativeNames=["b.example.org"])
    site.proof("proof-b", "pair", "_v.b.example.org")
    site.replace("pair", subjectAlternativeNames=None)
    site.delete("proof-b")
    assert found() == []


def test_an_ordinary_record_is_no_proof(site, found):
    site.has("record", "dkim", name="_k.static.example.org", **{**CNAME, "records": ["mail.example.net"]})
    site.delete("dkim")
    assert found() == []
