"""What single predictions hold on to: the order, unknown values, retained things, and what a report needs."""

from __future__ import annotations

import json

import pytest

from slipway.plan import read_plan
from slipway.preflight.evidence import Evidence

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.fixture
def errors(predicted):
    """The codes predicted for an edit."""
    return lambda edit: sorted(refusal.error for refusal in predicted(edit))


def test_a_late_delete_is_named_as_what_comes_too_late(plans, predicted):
    (found,) = predicted(plans.weighted_beside_simple)
    assert found.urn.endswith("::share")
    assert "deleting static, which frees it, comes only later" in found.because
    assert found.others[0].endswith("::static")


def test_a_race_is_named_as_one(plans, predicted):
    (found,) = predicted(plans.member_added_while_the_other_is_converted)
    assert "the engine may run both at once" in found.because


def test_what_nothing_takes_away_is_named_as_that(plans, predicted):
    (found,) = predicted(plans.address_beside_a_cname)
    assert "nothing in this plan takes it away" in found.because


def test_of_two_creates_that_exclude_each_other_one_is_named(site, predicted):
    def edit(site):
        for name in ("one", "two"):
            zone = {"ttl": 60, "zoneId": ("Zzone", "zone")}
            site.create("record", name, name="www.example.org", type="CNAME", records=[f"{name}.example.net"], **zone)

    (found,) = predicted(edit)
    assert found.urn.endswith("::two")
    assert "nothing orders that before or after creating one" in found.because


def test_the_move_of_an_alias_names_the_command_with_the_target(plans, predicted):
    (found,) = predicted(plans.alias_moved)
    assert "associate-alias --target-distribution-id id-green --alias static.example.org" in found.advice


def test_a_renamed_distribution_is_told_of_the_pulumi_alias(plans, predicted):
    (found,) = predicted(plans.distribution_renamed)
    assert 'aliases=[pulumi.Alias(name="cdn")] in the options of cdn-2' in found.advice


def test_a_distribution_that_is_retained_keeps_its_aliases(errors):
    def edit(site):
        site.states["cdn"]["retainOnDelete"] = True
        site.create(
            "distribution", "cdn-2", aliases=["static.example.org"], viewerCertificate={"acmCertificateArn": "arn:cert"}
        )
        site.delete("cdn")

    assert errors(edit) == ["CNAMEAlreadyExists"]


def test_a_certificate_without_any_validation_is_never_known_to_be_issued(plans, errors):
    assert errors(plans.certificate_without_validation) == ["InvalidViewerCertificate"]


def test_an_imported_certificate_needs_no_issuance(plans, errors):
    assert errors(plans.certificate_imported) == []


def test_waiting_for_the_validation_without_taking_its_value_is_enough(errors):
    def edit(site):
        site.create("certificate", "new", domainName="new.example.org", validationMethod="DNS")
        site.create("validation", "waited", certificateArn=(UNKNOWN, "new"))
        secure = {"acmCertificateArn": UNKNOWN}
        site.create(
            "distribution",
            "cdn-2",
            aliases=["new.example.org"],
            viewerCertificate=(secure, "new"),
            comment=("", "waited"),
        )

    assert errors(edit) == []


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", None])
def test_the_provider_decides_the_region_of_a_new_certificate(errors, region):
    def edit(site):
        site.has("provider", "where", **({"region": region} if region else {}))
        reference = site.states["where"]["urn"] + "::id"
        site.create("certificate", "new", {"provider": reference}, domainName="n.example.org", validationMethod="DNS")
        site.create("validation", "waited", certificateArn=(UNKNOWN, "new"))
        secure = ({"acmCertificateArn": UNKNOWN}, "waited")
        site.create("distribution", "cdn-2", aliases=["n.example.org"], viewerCertificate=secure)

    assert errors(edit) == (["InvalidViewerCertificate"] if region == "eu-west-1" else [])


def test_a_fault_that_stands_already_is_not_this_plans(errors):
    """A comment is edited on a distribution that the certificate in the state does not seem to cover."""

    def edit(site):
        site.serve("odd", ["elsewhere.example.com"], "arn:cert", "issued")
        site.update("odd", comment="edited")

    assert errors(edit) == []


def test_an_unknown_policy_reference_is_not_the_deleted_one(errors):
    def edit(site):
        site.has("aws:cloudfront/cachePolicy:CachePolicy", "policy", name="policy")
        site.create("aws:cloudfront/cachePolicy:CachePolicy", "next", name="next")
        site.has("distribution", "user", aliases=[], behaviour=({"cachePolicyId": "id-policy"}, "policy"))
        site.update("user", behaviour=({"cachePolicyId": UNKNOWN}, "next"))
        site.delete("policy")

    assert errors(edit) == []


def test_what_is_retained_is_not_deleted_in_use(errors):
    def edit(site):
        site.states["router"]["retainOnDelete"] = True
        site.delete("router")

    assert errors(edit) == []


def test_a_zone_deleted_before_a_record_that_is_kept_is_refused(predicted):
    def edit(site):
        site.has("zone", "other", name="example.net")
        record = {"type": "A", "ttl": 60, "records": ["192.0.2.1"], "zoneId": ("Zother", "other")}
        site.has("record", "www", {"retainOnDelete": True}, name="www.example.net", **record)
        site.delete("other")
        site.delete("www")

    (found,) = predicted(edit)
    assert found.error == "HostedZoneNotEmpty"
    assert "www" in found.because


def test_a_name_server_record_set_comes_with_its_zone(errors, predicted):
    def edit(site, **more):
        zone = {"ttl": 60, "zoneId": ("Zzone", "zone")}
        site.create("record", "ns", name="example.org", type="NS", records=["ns.example.net"], **zone, **more)

    assert errors(edit) == ["InvalidChangeBatch"]
    assert errors(lambda site: edit(site, allowOverwrite=True)) == []


def test_names_from_a_plan_are_told_on_one_line(predicted):
    def edit(site):
        site.create("record", "a\nb\x1b[31m", name="static.example.org", type="A", ttl=60, zoneId=("Zzone", "zone"))

    (found,) = predicted(edit)
    assert found.because.isprintable()


def test_two_thousand_members_of_one_name_do_not_stand_in_each_others_way(previews):
    """They are of one routing policy; nothing is compared in pairs."""
    site = previews.Site()
    for number in range(2_000):
        share = {"setIdentifier": str(number), "weightedRoutingPolicies": [{"weight": 1}], "ttl": 60}
        zone = {"zoneId": ("Zzone", "zone")}
        site.create("record", f"r{number}", name="w.example.org", type="A", records=["192.0.2.1"], **share, **zone)
    seen = Evidence(read_plan(json.dumps(site.document())), ())
    assert seen.prediction.refusals == ()
