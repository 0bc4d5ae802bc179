"""The rule that refuses to delete what is protected or stateful."""

from __future__ import annotations

import pytest
from msgspec import Raw

from slipway.plan import Op, Plan, State, Step
from slipway.preflight import Finding
from slipway.preflight.evidence import Evidence
from slipway.preflight.rules.protected_delete import findings

BUCKET = "aws:s3/bucket:Bucket"
PLAIN = "aws:cloudfront/function:Function"
URN = "urn:pulumi:s::p::t::thing"


def found(op: Op, old: State, new: State | None = None, blocked: tuple[str, ...] = ()) -> list[Finding]:
    plan = Plan("p", "s", (Step(op, URN, old, new),), blocked, "sha256:0")
    return list(findings(Evidence(plan, ())))


def state(type_: str = PLAIN, **fields: object) -> State:
    return State(URN, type_, **fields)


@pytest.mark.parametrize("op", [Op.DELETE, Op.DELETE_REPLACED, Op.REPLACE])
def test_a_protected_resource_may_not_go(op):
    (finding,) = found(op, state(protect=True), state(protect=True))
    assert "is protected" in finding.message


def test_dropping_the_protection_in_the_same_apply_does_not_help():
    (finding,) = found(Op.REPLACE, state(protect=True), state())
    assert "dropped in the same apply" in finding.message


def test_protection_asked_for_only_now_counts_too():
    assert found(Op.REPLACE, state(), state(protect=True))


def test_what_the_engine_itself_stopped_over_always_refuses():
    (finding,) = found(Op.DELETE, state(protect=True), blocked=(URN,))
    assert finding.always


@pytest.mark.parametrize("op", [Op.UPDATE, Op.SAME, Op.READ, Op.CREATE_REPLACEMENT])
def test_what_stays_is_nobodys_business(op):
    assert not found(op, state(BUCKET, protect=True), state(BUCKET))


@pytest.mark.parametrize("type_", [BUCKET, "aws:s3/bucketV2:BucketV2", "aws:route53/zone:Zone"])
@pytest.mark.parametrize("op", [Op.DELETE, Op.REPLACE])
def test_stateful_things_may_not_go(type_, op):
    assert found(op, state(type_), state(type_))


def test_ordinary_things_may_go():
    assert not found(Op.DELETE, state())


def test_a_bucket_retained_by_the_engines_option_is_only_let_go():
    assert not found(Op.DELETE, state(BUCKET, retain_on_delete=True))


def test_a_replaced_bucket_is_refused_even_if_the_old_one_is_retained():
    assert found(Op.REPLACE, state(BUCKET, retain_on_delete=True), state(BUCKET))


def test_the_distributions_own_retain_input_still_disables_it():
    (finding,) = found(
        Op.DELETE, state("aws:cloudfront/distribution:Distribution", raw_inputs=Raw(b'{"retainOnDelete": true}'))
    )
    assert "still disables it" in finding.message


def test_an_external_resource_is_not_ours_to_delete():
    assert not found(Op.DELETE, state(BUCKET, external=True))


def test_one_resource_is_told_once():
    old = state(BUCKET)
    plan = Plan("p", "s", (Step(Op.REPLACE, URN, old, old), Step(Op.DELETE_REPLACED, URN, old)), (), "sha256:0")
    assert len(list(findings(Evidence(plan, ())))) == 1
