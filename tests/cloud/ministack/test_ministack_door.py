"""The journal over HTTP, and the data plane by an older configuration."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest

from slipway.cloud.ministack.deployments import ETAG

from .forms import certificate, create_distribution, distribution_config, put_cname, zone
from .running import MiniStack

pytestmark = pytest.mark.cloud


def told(ministack: MiniStack, after: int) -> list[tuple[str, str]]:
    return [(each["service"], each["id"]) for each in ministack.journal(after)["entries"]]


def test_journal_tells_what_changed_in_order(ministack: MiniStack) -> None:
    cloud, last = ministack.cloud, ministack.journal()["last"]
    zone_id = zone(cloud)
    put_cname(cloud, zone_id, "www.example.org", "example.net")
    made = create_distribution(cloud, distribution_config())["Distribution"]["Id"]
    arn = certificate(cloud, "example.org")["CertificateArn"]
    bucket = cloud.client("s3")
    bucket.create_bucket(Bucket="files")
    bucket.put_object(Bucket="files", Key="a.txt", Body=b"a")
    bucket.delete_object(Bucket="files", Key="a.txt")
    bucket.delete_bucket(Bucket="files")
    assert told(ministack, last) == [
        ("route53", zone_id),
        ("route53", zone_id),
        ("cloudfront", made),
        ("acm", arn),
        ("s3", "files"),
        ("objects", "files"),
        ("objects", "files"),
        ("s3", "files"),
    ]


def test_journal_does_not_tell_of_what_was_refused(ministack: MiniStack) -> None:
    cloud, last = ministack.cloud, ministack.journal()["last"]
    with pytest.raises(cloud.client("route53").exceptions.NoSuchHostedZone):
        put_cname(cloud, "Z1", "www.example.org", "example.net")
    assert told(ministack, last) == []


def test_long_poll_answers_with_the_change_and_not_before(ministack: MiniStack) -> None:
    last, answers = ministack.journal()["last"], list[dict[str, Any]]()
    poll = threading.Thread(target=lambda: answers.append(ministack.journal(last, wait=30)))
    poll.start()
    time.sleep(0.5)
    assert not answers
    began = time.monotonic()
    ministack.cloud.client("s3").create_bucket(Bucket="news")
    poll.join()
    assert time.monotonic() - began < 5
    assert [each["id"] for each in answers[0]["entries"]] == ["news"]


def test_origin_that_is_told_to_fail_is_an_entry(ministack: MiniStack) -> None:
    last = ministack.journal()["last"]
    (ministack.directory / "faults.json").write_text('{"files": 503}')
    assert [each["service"] for each in ministack.journal(last, wait=20)["entries"]] == ["faults"]


def test_reset_is_a_new_epoch(ministack: MiniStack) -> None:
    """A follower that was up to date hears of it at once."""
    zone(ministack.cloud)
    before = ministack.journal()
    ministack.reset()
    after = ministack.journal(before["last"], wait=20)
    assert after["epoch"] != before["epoch"]
    assert after["entries"] == []


@pytest.mark.parametrize("query", ["after=x", "wait=nan", "wait=-1"])
def test_question_that_is_none_is_refused(ministack: MiniStack, query: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400") as caught:
        urllib.request.urlopen(f"{ministack.endpoint}/_slipway/journal?{query}")  # noqa: S310 loopback
    caught.value.close()


def test_location_is_served_by_the_configuration_it_holds(ministack: MiniStack) -> None:
    """The older one by its ETag, the newest without; one that nobody knows is no configuration at all."""
    cloud = ministack.cloud
    files = cloud.client("s3")
    files.create_bucket(Bucket="files")
    for name in ("old", "new"):
        files.put_object(Bucket="files", Key=name, Body=name.encode())
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}
    files.put_bucket_policy(Bucket="files", Policy=policy(everyone))
    made = create_distribution(cloud, distribution_config("old"))
    config = {**made["Distribution"]["DistributionConfig"], "DefaultRootObject": "new"}
    cloud.client("cloudfront").update_distribution(
        Id=made["Distribution"]["Id"], IfMatch=made["ETag"], DistributionConfig=config
    )
    domain = made["Distribution"]["DomainName"]
    assert served(ministack, domain) == (200, b"new")
    assert served(ministack, domain, made["ETag"]) == (200, b"old")
    assert served(ministack, domain, "unheard-of")[0] == 502


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def served(ministack: MiniStack, domain: str, etag: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(ministack.endpoint).netloc, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": domain} | ({ETAG: etag} if etag else {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
