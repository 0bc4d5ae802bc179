"""Invalidations: which paths CloudFront takes, and how their completion is awaited."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from slipway.cloud.provider.cloud import Cloud
from slipway.errors import BadInput, CloudError
from slipway.invalidation import EVERYTHING, Invalidation, check_paths, start, wait

HERE = Invalidation("I2J0I21PCUYOIK", "EDFDVBD6EXAMPLE", ("/*",))


@dataclass
class Edges:
    """A CloudFront whose edges need some questions' time; it may be full, or forget."""

    questions: int = 0
    full: bool = False
    lost: bool = False

    def create_invalidation(self, **_: Any) -> Any:
        assert self.full
        raise ClientError({"Error": {"Code": "TooManyInvalidationsInProgress", "Message": "no"}}, "CreateInvalidation")

    def get_invalidation(self, **asked: Any) -> Any:
        assert asked == {"DistributionId": HERE.distribution_id, "Id": HERE.id}
        if self.lost:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not\x1b[2J you"}}, "GetInvalidation")
        self.questions -= 1
        return {"Invalidation": {"Status": "Completed" if self.questions < 0 else "InProgress"}}


@dataclass
class Time:
    """A clock that only sleeping moves, and a progress that remembers."""

    now: float = 100.0
    told: list[str] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def note(self, text: str) -> None:
        self.told.append(text)

    tick = note


def awaited(edges: Edges, time: Time, limit: float = 900) -> float:
    return wait(edges, HERE, time, limit=limit, clock=time.clock, sleep=time.sleep)


def test_no_path_means_everything() -> None:
    """The nightly invalidation is the same."""
    assert check_paths(()) == (EVERYTHING,) == ("/*",)


@pytest.mark.parametrize(
    ("given_path", "sent"),
    [
        ("/config.json", "/config.json"),
        ("/se/rd/serde", "/se/rd/serde"),
        ("/crates/gtk/gtk-0.1.0+v3.14.crate", "/crates/gtk/gtk-0.1.0+v3.14.crate"),
        ("/crates/gtk/gtk-0.1.0%2Bv3.14.crate", "/crates/gtk/gtk-0.1.0%2Bv3.14.crate"),
        ("/dist/2023-01-26/*", "/dist/2023-01-26/*"),
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/größe", "/gr%C3%B6%C3%9Fe"),
        ('/<">{}|\\^[]`', "/%3C%22%3E%7B%7D%7C%5C%5E%5B%5D%60"),
        ("/list?prefix=dist&marker=a", "/list?prefix=dist&marker=a"),
    ],
)
def test_path_is_encoded_where_cloudfront_wants_it_and_nowhere_else(given_path: str, sent: str) -> None:
    """A path encoded otherwise than viewers ask for it would drop nothing."""
    assert check_paths([given_path]) == (sent,)


@given(st.text().map(lambda text: f"/{text}"))
def test_encoding_twice_is_encoding_once(path: str) -> None:
    """What came out may be put in again; it is plain ASCII without spaces."""
    try:
        (once,) = check_paths([path])
    except BadInput:
        return
    assert check_paths([once]) == (once,)
    assert once.isascii()
    assert once.isprintable()
    assert " " not in once


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["config.json"], "'config.json' does not begin with a slash"),
        ([""], "does not begin with a slash"),
        (["/dist/*/x"], "has a * before its end"),
        (["/a**"], "has a * before its end"),
        (["/a#b"], "has a fragment"),
        (["/a\x1b[2J"], r"'/a\x1b[2J' has control characters"),
        (["/" + "ä" * 1000], "6001 characters, and CloudFront takes 4000"),
        ([f"/{number}" for number in range(3001)], "3001 paths, and CloudFront takes 3000"),
        ([f"/{number}/*" for number in range(16)], "16 paths with a wildcard, and CloudFront takes 15"),
    ],
)
def test_what_cloudfront_would_refuse_is_refused_before_it_is_asked(paths: list[str], said: str) -> None:
    """Each limit with its number."""
    with pytest.raises(BadInput) as caught:
        check_paths(paths)
    assert said in caught.value.message
    assert caught.value.advice


def test_limits_themselves_are_taken_and_doubles_count_once() -> None:
    """3,000 single paths and 15 wildcards each fit alone."""
    assert len(check_paths([f"/{number}" for number in range(3000)] * 2)) == 3000
    assert len(check_paths([f"/{number}/*" for number in range(15)] * 2)) == 15


def test_waiting_ends_when_the_edges_are_done_and_tells_the_time() -> None:
    """Three questions unanswered, five seconds apart."""
    time = Time()
    assert awaited(Edges(questions=3), time) == 15
    assert time.told == [f"invalidation {HERE.id} in progress: {seconds} s" for seconds in (0, 5, 10)]


def test_time_limit_names_the_invalidation_which_goes_on() -> None:
    """The limit is kept to the second, not to the next question."""
    time = Time()
    with pytest.raises(CloudError) as caught:
        awaited(Edges(questions=99), time, limit=12)
    assert time.now == 112
    assert HERE.id in caught.value.message
    assert "it goes on" in caught.value.message
    assert HERE.distribution_id in caught.value.advice


def test_state_that_cannot_be_read_says_that_the_invalidation_goes_on() -> None:
    """AWS's words come without their control characters, and with who may ask."""
    with pytest.raises(CloudError) as caught:
        awaited(Edges(lost=True), Time())
    assert "goes on" in caught.value.message
    assert "AccessDenied: not [2J you" in caught.value.message
    assert "slipway access" in caught.value.advice


def test_too_many_in_progress_says_where_they_are_listed() -> None:
    """The quota is of all invalidations of a distribution together."""
    with pytest.raises(CloudError, match="too many invalidations in progress") as caught:
        start(Edges(full=True), HERE.distribution_id, ("/*",))
    assert "list-invalidations" in caught.value.advice


@pytest.fixture(scope="module")
def distribution(aws: Cloud) -> Iterator[str]:
    """A distribution of the local cloud."""
    origin = {"Id": "o", "DomainName": "o.example.org", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "CallerReference": "invalidation",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
    }
    made = aws.client("cloudfront").create_distribution(DistributionConfig=config)
    yield made["Distribution"]["Id"]
    config = aws.client("cloudfront").get_distribution_config(Id=made["Distribution"]["Id"])
    off = aws.client("cloudfront").update_distribution(
        Id=made["Distribution"]["Id"],
        IfMatch=config["ETag"],
        DistributionConfig={**config["DistributionConfig"], "Enabled": False},
    )
    aws.client("cloudfront").delete_distribution(Id=made["Distribution"]["Id"], IfMatch=off["ETag"])


def test_the_cloud_gets_the_paths_and_each_time_a_new_invalidation(aws: Cloud, distribution: str) -> None:
    """The caller reference differs, so the same paths can be dropped again."""
    client = aws.client("cloudfront")
    ids = []
    for _ in range(2):
        made = start(client, distribution, check_paths(["/a b", "/config.json"]))
        assert wait(client, made, Time(), limit=60) < 60
        batch = client.get_invalidation(DistributionId=distribution, Id=made.id)["Invalidation"]["InvalidationBatch"]
        assert sorted(batch["Paths"]["Items"]) == ["/a%20b", "/config.json"]
        ids.append(made.id)
    assert all(one != other for one, other in itertools.pairwise(ids))


def test_distribution_that_is_not_there_is_named(aws: Cloud) -> None:
    """As when the stack's outputs are older than the distribution's end."""
    with pytest.raises(CloudError, match="distribution ENONE cannot be invalidated: NoSuchDistribution"):
        start(aws.client("cloudfront"), "ENONE", ("/*",))
