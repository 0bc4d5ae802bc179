"""Views: what is read from where, and that a value of the wrong type is unknown, never absent."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.plan import State, Unknown
from slipway.preflight import resources
from slipway.preflight.resources import bucket_of_host, certificate, distribution, record_set

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "name", "type", "zoneId", "records", "aliases", "ttl", "setIdentifier", "weightedRoutingPolicies", "allowOverwrite",
    "enabled", "origins", "originGroups", "defaultCacheBehavior", "orderedCacheBehaviors", "viewerCertificate",
    "domainName", "subjectAlternativeNames", "certificateArn", "bucket", "policy", "code", "vpcs", "region",
)  # fmt: skip
READERS: tuple[Callable[[State], object], ...] = (
    resources.record_set, resources.distribution, resources.certificate, resources.validation, resources.bucket,
    resources.bucket_policy, resources.function, resources.origin_access, resources.zone,
)  # fmt: skip


def state(kept: bool = False, outputs: dict | None = None, **inputs: object) -> State:
    raw = (msgspec.Raw(msgspec.json.encode(values)) for values in (inputs, outputs or {}))
    return State("urn:x", "t", True, False, "id-1" if kept else "", *raw)


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8))
def test_no_garbage_makes_a_view_raise(inputs):
    for read in READERS:
        assert read(state(**inputs)).urn == "urn:x"


def test_an_updated_resource_keeps_what_aws_decided_once():
    old = state(kept=True, outputs={"arn": "arn:1", "domainName": "D1.cloudfront.net"}, aliases=["a.example.org"])
    view = distribution(state(aliases=["B.example.org."], enabled=True), old)
    assert (view.id, view.arn, view.domain) == ("id-1", "arn:1", "d1.cloudfront.net")
    assert view.aliases == {"b.example.org"}


def test_what_is_created_has_no_id_and_an_unknown_arn():
    view = distribution(state(aliases=7))
    assert view.id is None
    assert isinstance(view.arn, Unknown)
    assert view.aliases_unknown


def test_a_record_is_completed_from_its_zone_and_written_canonically():
    view = record_set(state(name="WWW", type="cname", records=["Target.Example.NET."]), zone_name="example.org")
    assert (view.name, view.type) == ("www.example.org", "CNAME")
    assert [target.value for target in view.targets] == ["target.example.net"]


@pytest.mark.parametrize("name", ["_acme-challenge.example.org", "a._domainkey.example.org"])
def test_a_name_with_an_underscore_answers_for_no_host(name):
    assert not record_set(state(name=name, type="CNAME", records=["x"])).answers_for_a_host


def test_a_certificate_covers_a_name_one_label_below_its_wildcard():
    view = certificate(state(domainName="example.org", subjectAlternativeNames=["*.example.org"]))
    assert view.covers("a.example.org")
    assert view.covers("a.b.example.org") is False
    assert certificate(state(domainName=[1])).covers("example.org") is None


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("files.s3.amazonaws.com", "files"),
        ("a.b.s3.eu-west-1.amazonaws.com", "a.b"),
        ("files.s3-website-us-east-1.amazonaws.com", "files"),
        ("files.s3-website.eu-central-1.amazonaws.com", "files"),
        ("origin.example.net", None),
    ],
)
def test_a_bucket_is_known_by_its_host_names(host, bucket):
    assert bucket_of_host(host) == bucket
