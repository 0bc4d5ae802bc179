"""Scenarios worked out by hand: is the simulator right where the answer is known?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from oracle.hand import BLUE, BUCKET, CODE, GREEN, ISSUED, STATIC, WWW, green, site, statuses, without
from oracle.previews import Ref, Resource
from oracle.worlds import DECLARED, UNDECLARED, distribution, policy, record


def test_nothing_but_a_comment_is_lit():
    """An operation that touches no link leaves every name lit."""
    before = site()
    assert statuses(before, before | {"zone": before["zone"].having(comment="new")}) == {WWW: "lit"}


def test_alias_moved_between_distributions_is_dark():
    """Two updates without an edge: the one that takes the alias away may come first."""
    before = site(green=green())
    after = before | {"blue": before["blue"].having(aliases=[]), "green": green(WWW)}
    assert statuses(before, after) == {WWW: "dark"}


def test_alias_handed_to_a_wildcard_is_lit():
    """While a wildcard elsewhere stands, taking the exact alias away moves the name without a gap."""
    before = site(green=green("*.example.org"))
    assert statuses(before, before | {"blue": before["blue"].having(aliases=[])}) == {WWW: "lit"}


def test_wildcard_taken_after_the_exact_alias_is_lit_and_unordered_is_dark():
    """The order of the two updates decides."""
    before = site(green=green("*.example.org"), www=record(WWW, GREEN, alias=True))
    gone, stays = green(), before["blue"].having(aliases=[])
    assert statuses(before, before | {"green": gone}) == {WWW: "lit"}
    assert statuses(before, before | {"green": gone, "blue": stays}) == {WWW: "dark"}


def test_record_exchanged_for_another_type_by_two_urns_keeps_both_for_a_while():
    """The delete comes after the create, so some record always answers (AWS refuses the pair, which is not asked)."""
    before = site()
    after = without(before, "www") | {"www-cname": record(WWW, BLUE, alias=False)}
    assert statuses(before, after) == {WWW: "lit"}


def test_record_removed_first_and_created_by_another_urn_is_dark():
    """A delete-first replacement to another name, whose old name another resource takes over, leaves a gap."""
    before = site()
    moved = replace(before["www"].having(name=STATIC), delete_first=True)
    after = before | {"www": moved, "other": record(WWW, BLUE, alias=False)}
    assert statuses(before, after)[WWW] == "dark"


def test_type_changed_inside_one_urn_is_lit():
    """Route 53 takes DELETE and CREATE in one batch."""
    before = site()
    assert statuses(before, before | {"www": record(WWW, BLUE, alias=False)}) == {WWW: "lit"}


def test_certificate_reissued_create_first_is_lit():
    """A name added: certificate, proof and validation are replaced, the distribution follows, deletes come last."""
    before = site()
    after = before | {"cert": before["cert"].having(subjectAlternativeNames=["*.example.org", STATIC, "x.example.org"])}
    assert statuses(before, after) == {WWW: "lit"}


def test_certificate_reissued_delete_first_is_dark():
    """The certificate in use goes before the new one is there."""
    before = site()
    cert = before["cert"].having(subjectAlternativeNames=["*.example.org"])
    assert statuses(before, before | {"cert": replace(cert, delete_first=True)}) == {WWW: "dark"}


def test_distribution_that_does_not_wait_for_issuance_is_dark():
    """The certificate's ARN without its validation is a certificate that is not issued yet."""
    before = site(blue=distribution([WWW], Ref("cert", "arn"), BUCKET, CODE))
    after = before | {"cert": before["cert"].having(subjectAlternativeNames=["*.example.org"])}
    assert statuses(before, after) == {WWW: "dark"}


def test_certificate_that_loses_the_name_is_dark():
    """What the new certificate does not cover is not served."""
    before = site(www=record(STATIC, BLUE, alias=True))
    before["blue"] = before["blue"].having(aliases=[STATIC])
    after = before | {"cert": before["cert"].having(subjectAlternativeNames=[])}
    assert statuses(before, after) == {STATIC: "dark"}


def weighted(a: int, b: int) -> dict[str, Resource]:
    site_ = without(site(green=green("*.example.org")), "www")
    members = {
        "a": record(WWW, BLUE, alias=False, weight=a, member="a"),
        "b": record(WWW, DECLARED, alias=False, weight=b, member="b"),
    }
    return site_ | members


def test_weighted_member_broken_is_dim():
    """The other member goes on answering."""
    before = weighted(1, 1)
    off = before["blue"].having(enabled=False)
    assert statuses(before, before | {"blue": off}) == {WWW: "dim"}


def test_weighted_member_without_weight_is_not_answered():
    """A broken member of weight 0 harms nobody; when every weight is 0 it does."""
    for weights, status in (((0, 1), "lit"), ((0, 0), "dim"), ((1, 0), "dark")):
        before = weighted(*weights)
        assert statuses(before, before | {"blue": before["blue"].having(enabled=False)}) == {WWW: status}


def test_member_raised_from_nothing_must_work():
    """Weight 0 to 1 on a member that leads nowhere."""
    before = weighted(0, 1)
    before["blue"] = before["blue"].having(enabled=False)
    raised = before["a"].having(weightedRoutingPolicies=[{"weight": 5}])
    assert statuses(before, before | {"a": raised}) == {WWW: "dim"}


def test_distribution_deleted_after_dns_moved_is_stale():
    """Resolvers still answer with the domain of the deleted distribution."""
    before = without(site(green=green("*.example.org"), blue=green(WWW)), "read")
    after = without(before, "blue") | {"www": record(WWW, GREEN, alias=True)}
    assert statuses(before, after) == {WWW: "stale"}


def test_policy_deleted_before_the_distribution_that_still_has_the_alias_is_dark():
    """DNS points elsewhere already, but CloudFront takes the exact alias until the distribution is gone."""
    before = site(green=green("*.example.org"))
    after = without(before, "blue", "read") | {"www": record(WWW, GREEN, alias=True)}
    assert statuses(before, after) == {WWW: "dark"}


def test_link_behind_a_cname_deleted_after_the_switch_is_stale():
    """A cached CNAME leads to a name that is gone."""
    before = site(through=record("cdn.example.org", BLUE, alias=True))
    before["blue"] = before["blue"].having(aliases=[WWW, "cdn.example.org"])
    before["www"] = record(WWW, Ref("through", "name"), alias=False)
    after = without(before, "through") | {"www": record(WWW, BLUE, alias=True)}
    assert statuses(before, after) == {WWW: "stale", "cdn.example.org": "retired"}


def test_new_name_in_order_is_new():
    """Alias first, and the record after the distribution."""
    before = site()
    after = before | {"blue": before["blue"].having(aliases=[WWW, STATIC]), "static": record(STATIC, BLUE, alias=True)}
    assert statuses(before, after) == {WWW: "lit", STATIC: "new"}


def test_new_name_that_does_not_wait_for_its_alias_is_dark():
    """The same with the domain written by hand."""
    before = site()
    by_hand = record(STATIC, "dblue.cloudfront.net", alias=True)
    after = before | {"blue": before["blue"].having(aliases=[WWW, STATIC]), "static": by_hand}
    assert statuses(before, after) == {WWW: "lit", STATIC: "dark"}


def test_new_name_on_a_new_distribution_waits_for_the_bucket_policy_or_is_dark():
    """The old policy is known not to admit it; the new one is unknown, and a new name may rest on that."""
    before = site()
    both = policy([Ref("blue", "arn"), Ref("green", "arn")])
    made = {"green": distribution([STATIC], ISSUED, BUCKET, None), "read": both}
    early, late = record(STATIC, GREEN, alias=True), replace(record(STATIC, GREEN, alias=True), after=("read",))
    assert statuses(before, before | made | {"static": early})[STATIC] == "dark"
    assert statuses(before, before | made | {"static": late}) == {WWW: "unknown", STATIC: "new"}


def test_record_replaced_by_overwriting_is_dark():
    """Create-first over the same record set: the late delete takes the new one away (H16)."""
    before = site()
    before["www"] = before["www"].having(allowOverwrite=True)
    assert statuses(before, before | {"www": replace(before["www"], replaced=True)}) == {WWW: "dark"}


def test_record_taken_over_by_overwriting_is_dark():
    """The same with two URNs."""
    before = site()
    after = without(before, "www") | {"www-new": before["www"].having(allowOverwrite=True)}
    assert statuses(before, after) == {WWW: "dark"}


def test_record_deleted_is_retired():
    before = site()
    assert statuses(before, without(before, "www")) == {WWW: "retired"}


def test_record_let_go_of_stays():
    """`retainOnDelete` leaves the record set where it is."""
    before = site()
    before["www"] = replace(before["www"], retained=True)
    assert statuses(before, without(before, "www")) == {WWW: "lit"}


def test_target_outside_the_plan_is_trusted_where_it_is_declared_or_answered_before():
    """Nobody knows whether another one serves the name."""
    before = site()
    for target, status in ((DECLARED, "lit"), (UNDECLARED, "unknown")):
        moved = record(WWW, target, alias=False)
        assert statuses(before, before | {"www": moved}) == {WWW: status}
        assert statuses(before | {"www": moved}, before | {"www": moved.having(ttl=60)}) == {WWW: "lit"}
        assert statuses(without(before, "www"), without(before, "www") | {"www": moved}) == {WWW: "new"}


def test_function_deleted_first_while_attached_is_dark():
    before = site()
    router = replace(before["router"].having(name="router-2"), delete_first=True)
    assert statuses(before, before | {"router": router}) == {WWW: "dark"}
    assert statuses(before, before | {"router": replace(router, delete_first=False)}) == {WWW: "lit"}


def test_bucket_replaced_delete_first_is_dark():
    before = site()
    files = replace(before["files"].having(bucket="other-files"), delete_first=True)
    assert statuses(before, before | {"files": files}) == {WWW: "dark"}


def test_policy_that_forgets_the_distribution_is_dark():
    before = site(green=green())
    assert statuses(before, before | {"read": policy([Ref("green", "arn")])}) == {WWW: "dark"}


@pytest.mark.parametrize("pattern", ["*.example.org", "www.example.org", "WWW.Example.org."])
def test_names_match_as_dns_does(pattern: str):
    """Case and the final dot do not count; a wildcard is one label."""
    before = site(blue=distribution([pattern], ISSUED, BUCKET, CODE))
    assert statuses(before, before | {"zone": before["zone"].having(comment="new")}) == {WWW: "lit"}
