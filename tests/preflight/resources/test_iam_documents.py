"""Policy documents: who may read a bucket's objects, and what nobody can tell."""

from __future__ import annotations

import json

import pytest

from slipway.plan import Unknown, UnknownKind
from slipway.preflight.resources import Admission, Caller
from slipway.preflight.resources.iam import admitted, read_statements

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
BUCKET = frozenset({"arn:aws:s3:::files"})
NEW = Unknown(UnknownKind.STRING, "04da6b54-80e4-46f7-96ec-b56ff0331ba9")
ALLOW = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::files/*",
    "Condition": {"StringEquals": {"AWS:SourceArn": ARN}},
}


def admission(*statements: dict, caller: Caller = Caller(distribution=ARN)) -> Admission:  # noqa: B008
    read = read_statements(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    assert read is not None
    return admitted(read, caller, BUCKET)


def changed(**elements: object) -> dict:
    return {key: value for key, value in {**ALLOW, **elements}.items() if value is not None}


@pytest.mark.parametrize(
    "statement",
    [
        ALLOW,
        changed(Action=["s3:ListBucket", "s3:Get*"]),
        changed(Action="*"),
        changed(Resource=["arn:aws:s3:::other/*", "arn:aws:s3:::files/*"]),
        changed(Principal="*", Condition=None),
        changed(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}}),
        changed(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
        changed(NotAction="s3:PutObject", Action=None),
    ],
)
def test_these_statements_admit_the_distribution(statement):
    assert admission(statement) is Admission.YES


@pytest.mark.parametrize(
    "statement",
    [
        changed(Condition={"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E2"}}),
        changed(Condition={"StringEquals": {"AWS:SourceArn": ARN.replace("E1", "*")}}),
        changed(Principal={"Service": "logging.s3.amazonaws.com"}),
        changed(Action="s3:PutObject"),
        changed(Resource="arn:aws:s3:::other/*"),
        changed(Resource="arn:aws:s3:::files"),
        changed(NotAction="s3:GetObject", Action=None),
    ],
)
def test_these_statements_do_not(statement):
    assert admission(statement) is Admission.NO


@pytest.mark.parametrize(
    "statement",
    [
        changed(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        changed(Condition=["odd"]),
        changed(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::1:root"}),
        changed(Resource=None, NotResource="arn:aws:s3:::files/private/*"),
        changed(Action=7),
    ],
)
def test_of_these_nobody_can_tell(statement):
    assert admission(statement) is Admission.UNKNOWN


def test_a_deny_that_matches_wins_wherever_it_stands():
    deny = changed(Effect="Deny", Principal="*", Condition=None)
    assert admission(ALLOW, deny) is admission(deny, ALLOW) is Admission.NO


def test_a_deny_of_plain_http_does_not_concern_cloudfront():
    deny = changed(Effect="Deny", Principal="*", Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert admission(ALLOW, deny) is Admission.YES


def test_nobody_can_have_written_down_the_arn_of_a_new_distribution():
    new = Caller(distribution=NEW)
    assert admission(ALLOW, caller=new) is Admission.NO
    pattern = changed(Condition={"ArnLike": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}})
    assert admission(pattern, caller=new) is Admission.YES


def test_an_access_identity_is_admitted_by_any_of_its_names():
    caller = Caller(identities=frozenset({"canonical", "arn:aws:iam::cloudfront:user/x"}))
    assert admission(changed(Principal={"CanonicalUser": "canonical"}, Condition=None), caller=caller) is Admission.YES
    assert admission(changed(Condition=None), caller=caller) is Admission.NO


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"Statement": 1}', '{"Statement": [{"Effect": "Maybe"}]}', "[" * 9000]
)
def test_what_is_no_policy_is_not_read_and_does_not_raise(text):
    assert read_statements(text) is None
