"""Objects: their three kinds of content, overwriting, tags, and deletion of every version."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import rpc

from slipway.cloud.provider.cloud import Cloud
from slipway.cloud.provider.values import UNKNOWN, Asset

from .conftest import Maker

TOKEN = "aws:s3/bucketObjectv2:BucketObjectv2"


def text_asset(text: str) -> Asset:
    return Asset(rpc._special_asset_sig, hash=hashlib.sha256(text.encode()).hexdigest(), text=text)


OBJECTS: list[tuple[dict[str, Any], bytes]] = [
    (
        {"content": "hello\n", "contentType": "text/plain", "cacheControl": "max-age=60", "metadata": {"a": "b"}},
        b"hello\n",
    ),
    ({"contentBase64": base64.b64encode(b"\x00\xff").decode(), "checksumAlgorithm": "SHA256"}, b"\x00\xff"),
    ({"source": text_asset("from a file"), "tags": {"a": "b c"}, "storageClass": "STANDARD_IA"}, b"from a file"),
    ({"websiteRedirect": "/elsewhere", "serverSideEncryption": "AES256", "contentLanguage": "en"}, b""),
]


@pytest.mark.parametrize(
    ("inputs", "body"), OBJECTS, ids=lambda value: next(iter(value)) if value and isinstance(value, dict) else ""
)
def test_fresh_object_shows_no_drift(make: Maker, cloud: Cloud, inputs: dict[str, Any], body: bytes) -> None:
    """The bytes arrive, and reading them back changes nothing."""
    bucket = make.bucket()
    thing = make(TOKEN, bucket=bucket, key="a/b.txt", **inputs)
    assert thing.id == f"{bucket}/a/b.txt"
    assert cloud.client("s3").get_object(Bucket=bucket, Key="a/b.txt")["Body"].read() == body
    assert thing.state is not None
    assert thing.state["etag"] == hashlib.md5(body, usedforsecurity=False).hexdigest()
    written = thing.inputs
    assert thing.refresh()
    assert thing.inputs == written
    assert thing.diff({"bucket": bucket, "key": "a/b.txt", **inputs}) == {}


@pytest.mark.parametrize(
    ("inputs", "seen"),
    [
        ({"content": "mine"}, "theirs"),
        ({"contentBase64": base64.b64encode(b"mine").decode()}, base64.b64encode(b"theirs").decode()),
        ({"source": text_asset("mine")}, text_asset("theirs")),
    ],
)
def test_object_overwritten_behind_pulumis_back_is_seen_with_its_content(
    make: Maker, cloud: Cloud, inputs: dict[str, Any], seen: object
) -> None:
    """And the next update puts the program's back."""
    properties = {"bucket": make.bucket(), "key": "k", **inputs}
    name = next(iter(inputs))
    thing = make(TOKEN, **properties)
    cloud.client("s3").put_object(Bucket=properties["bucket"], Key="k", Body=b"theirs")
    assert thing.refresh()
    assert thing.inputs is not None
    assert thing.inputs[name] == seen
    assert thing.diff(properties) == {name: False}
    thing.update(properties)
    assert thing.refresh()
    assert thing.diff(properties) == {}


def test_changed_tags_do_not_write_the_object_anew(make: Maker) -> None:
    """The version stays; a changed cache lifetime is a new one."""
    bucket = make.bucket(versioning={"enabled": True})
    thing = make(TOKEN, bucket=bucket, key="k", content="x")
    assert thing.state is not None
    first = thing.state["versionId"]
    thing.update({"bucket": bucket, "key": "k", "content": "x", "tags": {"a": "b"}})
    assert thing.state["versionId"] == first
    assert thing.state["tagsAll"] == {"a": "b"}
    thing.update({"bucket": bucket, "key": "k", "content": "x", "cacheControl": "no-store"})
    assert thing.state["versionId"] != first
    assert thing.state["tags"] == {}


def test_another_key_or_bucket_forces_replacement(make: Maker) -> None:
    """The content alone does not."""
    bucket = make.bucket()
    thing = make(TOKEN, bucket=bucket, key="k", content="x")
    assert thing.diff({"bucket": bucket, "key": "l", "content": "y"}) == {"key": True, "content": False}
    assert thing.diff({"bucket": "other", "key": "k", "content": "x"}) == {"bucket": True}


def test_what_s3_fills_in_may_be_left_out_but_not_added_unseen(make: Maker) -> None:
    """A content type taken out of the program is no difference; one put in is."""
    plain = {"bucket": make.bucket(), "key": "k", "content": "x"}
    thing = make(TOKEN, **plain)
    assert thing.diff({**plain, "contentType": "text/plain"}) == {"contentType": False}
    thing.update({**plain, "contentType": "text/plain"})
    assert thing.state is not None
    assert thing.state["contentType"] == "text/plain"
    assert thing.diff(plain) == {}


def test_key_defaults_to_the_logical_name(make: Maker) -> None:
    """Without digits behind it."""
    bucket = make.bucket()
    assert make(TOKEN, bucket=bucket, content="x").id == f"{bucket}/it"


def test_deletion_takes_every_version_of_this_key_only(make: Maker, cloud: Cloud) -> None:
    """A longer key with the same beginning stays."""
    bucket = make.bucket(versioning={"enabled": True})
    thing = make(TOKEN, bucket=bucket, key="k", content="1")
    thing.update({"bucket": bucket, "key": "k", "content": "2"})
    s3 = cloud.client("s3")
    s3.put_object(Bucket=bucket, Key="kk", Body=b"")
    thing.delete()
    assert [version["Key"] for version in s3.list_object_versions(Bucket=bucket)["Versions"]] == ["kk"]
    assert not thing.refresh()
    thing.delete()


def test_object_of_a_deleted_bucket_is_gone(make: Maker, cloud: Cloud) -> None:
    """Reading and deleting do not mind."""
    bucket = make.bucket()
    thing = make(TOKEN, bucket=bucket, content="x")
    cloud.client("s3").delete_object(Bucket=bucket, Key="it")
    cloud.client("s3").delete_bucket(Bucket=bucket)
    assert not thing.refresh()
    thing.delete()


def test_legal_hold_is_released_only_by_force_destroy(make: Maker, cloud: Cloud) -> None:
    """Locked versions are AWS's to refuse."""
    bucket = make.bucket(objectLockEnabled=True)
    properties = {"bucket": bucket, "key": "k", "content": "x", "objectLockLegalHoldStatus": "ON"}
    thing = make(TOKEN, **properties)
    written = thing.inputs
    assert thing.refresh()
    assert thing.inputs == written
    with pytest.raises(Exception, match="AccessDenied"):
        thing.delete()
    thing.update({**properties, "forceDestroy": True})
    thing.delete()
    assert not thing.refresh()


@pytest.mark.parametrize("form", ["{}/docs/a.txt", "s3://{}/docs/a.txt"])
def test_import_by_bucket_and_key_or_url(make: Maker, form: str) -> None:
    """A program that says the content and the type has nothing to change."""
    bucket = make.bucket()
    properties = {"bucket": bucket, "key": "docs/a.txt", "content": "x", "tags": {"a": "b"}}
    thing = make(TOKEN, **properties)
    found = thing.imported(form.format(bucket))
    assert found is not None
    assert found.diff(properties) == {}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"content": "x", "contentBase64": "eA=="}, "contentBase64"),
        ({"contentBase64": "not base64"}, "contentBase64"),
        ({"metadata": {"Upper": "x"}}, "metadata.Upper"),
        ({"storageClass": "ATTIC"}, "storageClass"),
        ({"overrideProvider": {}}, "overrideProvider"),
        ({"tags": {f"{index}": "" for index in range(11)}}, "tags"),
        ({"source": Asset(rpc._special_asset_sig, hash="0" * 64)}, "source"),
        ({"source": Asset(rpc._special_asset_sig, path="no/such/file")}, "source"),
        ({"objectLockRetainUntilDate": "tomorrow"}, "objectLockRetainUntilDate"),
    ],
)
def test_object_that_cannot_be_uploaded_fails_at_check(make: Maker, inputs: dict[str, Any], path: str) -> None:
    """With the path of the input."""
    assert [where for where, _ in make(TOKEN).check({"bucket": "abc", "key": "k", **inputs})] == [path]


def test_file_is_uploaded_as_it_is(make: Maker, cloud: Cloud, tmp_path: Path) -> None:
    """A file asset; another file with the same bytes is no difference."""
    file, copy = tmp_path / "a", tmp_path / "b"
    for path in (file, copy):
        path.write_bytes(b"\x00\x01")
    bucket = make.bucket()
    thing = make(TOKEN, bucket=bucket, key="k", source=Asset(rpc._special_asset_sig, path=str(file)))
    assert cloud.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"\x00\x01"
    assert thing.diff({"bucket": bucket, "key": "k", "source": Asset(rpc._special_asset_sig, path=str(copy))}) == {}


def test_unknown_inputs_pass_the_check(make: Maker) -> None:
    """A preview does not know the bucket, the content, the tags yet."""
    unknown = dict.fromkeys(("bucket", "content", "contentType", "tags", "metadata"), UNKNOWN)
    assert make(TOKEN).check({**unknown, "key": "k"}) == []
