"""When an edit follows from others, and when it is somebody's own: single steps, single doubts."""

from __future__ import annotations

import json

from slipway.plan import read_plan
from slipway.preflight.causes import diagnose
from slipway.preflight.changes import changes_of
from slipway.preflight.world import world_of

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
VALIDATED = {"acmCertificateArn": UNKNOWN, "sslSupportMethod": "sni-only"}


def roots(site) -> dict[str, bool]:
    """For each edited resource by name: is it a root?"""
    found = diagnose(world_of(read_plan(json.dumps(site.document()))))
    return {urn.rpartition("::")[2]: diagnosis.is_root for urn, diagnosis in found.items()}


def test_an_unknown_computed_from_something_replaced_follows(site):
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.update("issued", certificateArn=(UNKNOWN, "cert"))
    assert roots(site) == {"cert": True, "issued": False}


def test_an_unknown_computed_from_something_unchanged_follows_from_nothing(site):
    site.update("issued", certificateArn=(UNKNOWN, "cert"))
    assert roots(site) == {"issued": True}


def test_an_unknown_does_not_follow_from_an_update_whose_outputs_are_known(site):
    site.update("cert", keyAlgorithm="RSA")
    site.steps["cert"][0]["newState"]["outputs"] = {"arn": "arn:cert"}
    site.update("issued", certificateArn=(UNKNOWN, "cert"))
    assert roots(site) == {"cert": True, "issued": True}


def test_a_known_value_follows_from_the_update_that_brought_it(site):
    site.update("router", name="router-two")
    site.update("cdn", comment=None, webAclId=("acl/router-two", "router"))
    assert roots(site) == {"router": True, "cdn": False}


def test_a_known_value_does_not_follow_from_an_update_that_left_it(site):
    site.update("cdn", enabled=False)
    site.update("static", records=(["dcdn.cloudfront.net", "d2"], "cdn"))
    assert roots(site) == {"cdn": True, "static": True}


def test_one_literal_beside_what_follows_makes_a_root(site):
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.update("cdn", enabled=False, viewerCertificate=(VALIDATED, "cert"))
    assert roots(site) == {"cert": True, "cdn": True}


def test_a_label_beside_what_follows_makes_none(site):
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.update("cdn", comment="new", viewerCertificate=(VALIDATED, "cert"))
    assert roots(site) == {"cert": True, "cdn": False}


def test_a_literal_under_the_same_input_makes_a_root(site):
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.update("cdn", viewerCertificate=({**VALIDATED, "sslSupportMethod": "vip"}, "cert"))
    assert roots(site)["cdn"]


def test_a_created_record_follows_when_its_name_does(site):
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.create("record", "proof", name=(UNKNOWN, "cert"), type="CNAME", ttl=60)
    site.create("record", "public", name="a.example.org", type="CNAME", records=([UNKNOWN], "cert"))
    assert roots(site) == {"cert": True, "proof": False, "public": True}


def test_a_created_policy_follows_when_the_bucket_it_is_of_does(site):
    site.create("bucket", "new", bucket="new-example-org")
    site.create("policy", "new-read", bucket=("new-example-org", "new"), policy="{}")
    assert roots(site) == {"new": True, "new-read": False}


def test_a_name_the_provider_made_up_is_not_written_in_the_program(site):
    site.create("bucket", "source", bucket="b-1a2b", __defaults=["bucket"])
    site.create("function", "made-up", name="made-up-1a2b", code=(UNKNOWN, "source"), __defaults=["name"])
    assert roots(site) == {"source": True, "made-up": False}


def test_a_deleted_record_follows_when_what_named_it_goes(site):
    site.delete("proof-static")
    site.delete("static")
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.update("cdn", enabled=False)
    assert roots(site) == {"cert": True, "cdn": True, "proof-static": False, "static": True}


def test_a_step_without_any_difference_follows_from_its_provider_or_is_a_root(site):
    site.has("provider", "east", region="us-east-1")
    site.has("alarm", "with", {"provider": site.states["east"]["urn"] + "::id"}, name="with")
    site.has("alarm", "without", name="without")
    site.update("east", region="us-east-2")
    site.update("with")
    site.update("without")
    assert roots(site) == {"east": True, "with": False, "without": True}


def test_what_is_replaced_with_another_follows_from_it(site):
    site.replace("cert", keyAlgorithm="EC_prime256v1")
    site.replace("router", {"replaceWith": [site.states["cert"]["urn"]]})
    assert roots(site) == {"cert": True, "router": False}


def test_an_edge_to_a_component_leads_to_what_changes_inside_it(site):
    site.component("tls")
    site.has("certificate", "inner", {"parent": "tls"}, domainName="a.example.org")
    site.replace("inner", domainName="b.example.org")
    site.update("issued", certificateArn=(UNKNOWN, "tls"))
    assert roots(site) == {"inner": True, "issued": False}


def test_a_circle_of_explanations_still_counts_as_a_change(site):
    site.replace("cert", domainName=(UNKNOWN, "issued"))
    site.replace("issued", certificateArn=(UNKNOWN, "cert"))
    assert roots(site) == {"cert": False, "issued": False}
    assert len(changes_of(world_of(read_plan(json.dumps(site.document()))))) == 1
